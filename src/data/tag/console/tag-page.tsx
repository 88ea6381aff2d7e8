import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { SizeHistory } from '../../../console/chart/size-history.tsx'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { Uses } from '../../../console/uses.tsx'
import { describe, describeDuration } from '../../segment/console/describe.ts'
import type { Draft } from '../../segment/console/draft.ts'
import { useWords } from '../../segment/console/use-words.ts'
import { Why } from '../../segment/console/why.tsx'
import '../../segment/console/segment.css'
import { BulkDialog } from './bulk-dialog.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { OpenJobs } from './open-jobs.tsx'
import { TagChip } from './tag-chip.tsx'
import { TagMembers } from './tag-members.tsx'
import { useActor } from './use-actor.ts'
import { KIND_TITLES, pathOf, SOURCE_TITLES, VERIFICATION_TITLES } from './words.ts'

/** While everybody is being judged the page looks again this often. */
const FILLING_MS = 1_500

type Full = Output<'tag.get'>

export function TagPage() {
  const key = useParam('tagKey')
  const tag = useCall(
    'tag.get',
    { key },
    { refetchInterval: (query) => (query.state.data?.isFilling ? FILLING_MS : false) },
  )
  return (
    <Answer of={tag} rows={8}>
      {(found) => <Shown tag={found} />}
    </Answer>
  )
}

function Shown({ tag }: { tag: Full }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const { nameOfColleague } = useActor()
  const title = t(tag.title)
  return (
    <>
      <PageHead
        title={title}
        back={{ to: '/tags', title: t({ en: 'Tags', zh: '标签' }) }}
        hint={
          <span className="row wrap">
            <TagChip tag={tag} />
            <span className="pill">{t(KIND_TITLES[tag.kind])}</span>
            {tag.dimension ? <span>{t(tag.dimension.title)}</span> : null}
            {tag.isFilling ? (
              <span className="pill warn">{t({ en: 'computing', zh: '计算中' })}</span>
            ) : tag.size === null ? null : (
              <span className="tabular">
                {t({ en: `${format.number(tag.size)} members`, zh: `${format.number(tag.size)} 人` })}
              </span>
            )}
            {tag.ownerId ? (
              <span className="faint">
                {t({ en: `owner ${nameOfColleague(tag.ownerId)}`, zh: `负责人 ${nameOfColleague(tag.ownerId)}` })}
              </span>
            ) : null}
          </span>
        }
        actions={<Actions tag={tag} />}
      />
      <Definition tag={tag} />
      <OpenJobs />
      <PageTabs
        label={t({ en: 'Views of the tag', zh: '标签视图' })}
        items={[
          {
            key: 'members',
            label: t({ en: 'Members', zh: '成员' }),
            children: <TagMembers tag={tag} />,
          },
          ...(tag.kind === 'fixed'
            ? [
                {
                  key: 'quality',
                  label: t({ en: 'Sources and verification', zh: '来源与核验' }),
                  children: <Quality tag={tag} />,
                },
              ]
            : []),
          ...(tag.segmentId && may('segment.read')
            ? [
                {
                  key: 'why',
                  label: t({ en: 'Why in, why out', zh: '判定原因' }),
                  children: <Why id={tag.segmentId} />,
                },
              ]
            : []),
          {
            key: 'history',
            label: t({ en: 'Size over time', zh: '人数趋势' }),
            children: <History tag={tag.key} />,
          },
          { key: 'usage', label: t({ en: 'Used by', zh: '血缘' }), children: <Usage tag={tag.key} /> },
        ]}
      />
    </>
  )
}

function Actions({ tag }: { tag: Full }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { may } = useSession()
  const confirmed = useConfirmed()
  const [open, setOpen] = useState<'bulk' | 'merge' | null>(null)
  const remove = useAct('tag.delete')
  const usage = useCall('tag.usage', { key: tag.key })
  const isUsed = (usage.data?.items.length ?? 0) > 0
  const title = t(tag.title)
  const confirmRemove = () =>
    confirmed({
      danger: true,
      title: t({ en: `Delete “${title}”?`, zh: `删除标签「${title}」？` }),
      consequence: t({
        en: `It is taken off ${format.number(tag.size ?? 0)} members and gone for good. The members stay.`,
        zh: `将从 ${format.number(tag.size ?? 0)} 名成员身上移除，标签永久删除；成员本身不受影响。`,
      }),
      ok: t({ en: 'Delete', zh: '删除' }),
      act: () => remove.mutateAsync({ key: tag.key }).then(() => navigate({ to: '/tags' } as never)),
    })
  return (
    <>
      {may('tag.manage') ? (
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              ...(tag.kind === 'fixed'
                ? [
                    {
                      key: 'merge',
                      icon: <Icon name="merge" />,
                      label: t({ en: 'Merge into another', zh: '合并到其他标签' }),
                      disabled: isUsed,
                    },
                  ]
                : []),
              {
                key: 'delete',
                danger: true,
                icon: <Icon name="trash" />,
                label: isUsed ? t({ en: 'Delete (in use)', zh: '删除（正被引用）' }) : t({ en: 'Delete', zh: '删除' }),
                disabled: isUsed,
              },
            ],
            onClick: ({ key }) => (key === 'merge' ? setOpen('merge') : void confirmRemove()),
          }}
        >
          <Button icon={<Icon name="more" />} aria-label={t({ en: 'More actions', zh: '更多操作' })} />
        </Dropdown>
      ) : null}
      {tag.kind === 'fixed' && may('tag.apply') ? (
        <Button icon={<Icon name="tag" />} onClick={() => setOpen('bulk')}>
          {t({ en: 'Tag in bulk', zh: '批量打标' })}
        </Button>
      ) : null}
      {may('tag.manage') ? (
        <Link to={`${pathOf(tag.key)}/edit`}>
          <Button type="primary" icon={<Icon name="edit" />}>
            {t({ en: 'Edit', zh: '编辑' })}
          </Button>
        </Link>
      ) : null}
      <BulkDialog open={open === 'bulk'} tag={tag.key} close={() => setOpen(null)} />
      <MergeDialog open={open === 'merge'} tag={tag} close={() => setOpen(null)} />
    </>
  )
}

function Definition({ tag }: { tag: Full }) {
  const t = useText()
  const words = useWords()
  const said = [
    tag.description ? t(tag.description) : '',
    tag.condition ? describe(tag.condition as Draft, words) : '',
    tag.lapsesAfter
      ? t({
          en: `Lapses ${describeDuration(tag.lapsesAfter, t)} after it is put on.`,
          zh: `打标后 ${describeDuration(tag.lapsesAfter, t)}自动失效。`,
        })
      : '',
    tag.dimension?.single && tag.kind === 'fixed'
      ? t({
          en: `A member has only one tag of “${t(tag.dimension.title)}”.`,
          zh: `「${t(tag.dimension.title)}」为单选维度，成员仅可有其中一个标签。`,
        })
      : '',
  ].filter(Boolean)
  if (said.length === 0) return null
  return (
    <div className="card tag-sentence stack tight">
      {said.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  )
}

/** Where a fixed tag comes from, how often sources agree, and how much of it people have looked at. */
function Quality({ tag }: { tag: Full }) {
  const t = useText()
  const format = useFormat()
  const all = Object.values(tag.verifications).reduce((sum, n) => sum + n, 0)
  if (all === 0)
    return (
      <section className="card">
        <Empty
          title={t({ en: 'Nobody has this tag yet', zh: '暂无打标成员' })}
          hint={t({
            en: 'Once members have it, you see here who said so and how much of it was verified.',
            zh: '有成员打标后，这里会显示标签来源、多源印证与核验进度。',
          })}
        />
      </section>
    )
  const share = (n: number) => `${format.number(n)} · ${format.percent(n / all)}`
  const groups: [string, [string, number][]][] = [
    [
      t({ en: 'First said', zh: '首次来源' }),
      Object.entries(SOURCE_TITLES).map(([word, words]) => [t(words), tag.sources[word] ?? 0]),
    ],
    [
      t({ en: 'Cross-check', zh: '多源印证' }),
      [
        [t({ en: 'said by more than one source', zh: '多个来源一致' }), tag.crossChecked],
        [t({ en: 'said by one', zh: '单一来源' }), all - tag.crossChecked],
      ],
    ],
    [
      t({ en: 'Verification', zh: '核验' }),
      Object.entries(VERIFICATION_TITLES).map(([word, words]) => [t(words), tag.verifications[word] ?? 0]),
    ],
  ]
  return (
    <section className="card stack">
      {groups.map(([title, rows]) => (
        <div key={title} className="stack tight">
          <h2>{title}</h2>
          <dl className="tag-numbers tabular">
            {rows.map(([label, n]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{share(n)}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  )
}

function History({ tag }: { tag: string }) {
  const history = useCall('tag.history', { key: tag, days: 90 })
  return (
    <section className="card">
      <Answer of={history}>{(past) => <SizeHistory {...past} />}</Answer>
    </section>
  )
}

function Usage({ tag }: { tag: string }) {
  const t = useText()
  const usage = useCall('tag.usage', { key: tag })
  return (
    <section className="card">
      <Answer of={usage}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              title={t({ en: 'Nothing uses this tag yet', zh: '暂无引用' })}
              hint={t({
                en: 'Segments, journeys and other tags that ask for it are listed here; while there are any it cannot be deleted.',
                zh: '引用该标签的分群、旅程与其他标签会列在这里；存在引用时不能删除。',
              })}
            />
          ) : (
            <Uses of={items} />
          )
        }
      </Answer>
    </section>
  )
}
