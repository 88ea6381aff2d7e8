import { App, Button, Dropdown } from 'antd'
import { useMemo } from 'react'
import { call, type Item, type Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { Column, ListSpec } from '../../../console/list/list-spec.ts'
import { MemberName } from '../../../console/member-name.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { useActor } from './use-actor.ts'
import { SOURCE_TITLES, VERIFICATION_LOOK, VERIFICATION_TITLES } from './words.ts'

type Row = Item<'tag.members'>
type Verification = Row['verification']

const has = <K extends string>(of: Readonly<Record<K, unknown>>, word: string | undefined): word is K =>
  word !== undefined && word in of

/** Who has the tag; of a fixed one also who said so, until when, and whether somebody has verified it. */
export function TagMembers({ tag }: { tag: Output<'tag.get'> }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const { nameOf } = useActor()
  const { message } = App.useApp()
  const confirmed = useConfirmed()
  const { mutateAsync: verify } = useAct('tag.verify')
  const { mutateAsync: removeMany } = useAct('tag.remove_many')
  const isFixed = tag.kind === 'fixed'
  const mayApply = isFixed && may('tag.apply')
  const { key, size, isFilling } = tag

  const spec = useMemo((): ListSpec<Row> => {
    const setVerification = async (rows: readonly Row[], verification: Verification) => {
      try {
        for (const row of rows) await verify({ key, memberId: row.memberId, verification })
        message.success(t({ en: `${rows.length} noted`, zh: `已更新 ${rows.length} 条` }))
      } catch (error) {
        const { title, hint } = explainProblem(error, t)
        message.error(`${title} ${hint}`)
      }
    }
    const takeOff = (rows: readonly Row[], then: () => void) =>
      confirmed({
        danger: true,
        title: t({ en: 'Take the tag off?', zh: '移除标签？' }),
        consequence: t({
          en: `${format.number(rows.length)} members lose it; segments that ask for it follow at once.`,
          zh: `将从 ${format.number(rows.length)} 名成员身上移除，引用该标签的分群同步更新。`,
        }),
        ok: t({ en: 'Take off', zh: '移除' }),
        act: () => removeMany({ key, memberIds: rows.map((r) => r.memberId) }).then(then),
      })
    const ofFixed: Column<Row>[] = [
      {
        key: 'source',
        title: t({ en: 'Said by', zh: '来源' }),
        render: (m) => m.sources.map((s) => t(SOURCE_TITLES[s])).join(t({ en: ', ', zh: '、' })),
        text: (m) => m.sources.map((s) => t(SOURCE_TITLES[s])).join(', '),
      },
      {
        key: 'appliedBy',
        title: t({ en: 'Put on by', zh: '打标人' }),
        render: (m) => nameOf(m.appliedBy),
        text: (m) => nameOf(m.appliedBy),
      },
      {
        key: 'expiresAt',
        title: t({ en: 'Until', zh: '有效期至' }),
        width: 150,
        render: (m) => (m.expiresAt ? <span title={format.exact(m.expiresAt)}>{format.day(m.expiresAt)}</span> : '–'),
        text: (m) => m.expiresAt ?? '',
      },
      {
        key: 'verification',
        title: t({ en: 'Verification', zh: '核验' }),
        width: 120,
        render: (m) => (
          <span
            className={VERIFICATION_LOOK[m.verification]}
            title={m.verifiedAt ? `${nameOf(m.verifiedBy)} · ${format.exact(m.verifiedAt)}` : ''}
          >
            {t(VERIFICATION_TITLES[m.verification])}
          </span>
        ),
        text: (m) => t(VERIFICATION_TITLES[m.verification]),
      },
    ]
    return {
      name: isFixed ? 'tag-members' : 'tag-dynamic-members',
      title: t({ en: 'Members with the tag', zh: '打标成员' }),
      queryKey: ['tag.members', key, size, isFilling],
      load: ({ filters, limit, cursor }, signal) =>
        call(
          'tag.members',
          {
            key,
            limit,
            ...(has(SOURCE_TITLES, filters.source) ? { source: filters.source } : {}),
            ...(has(VERIFICATION_TITLES, filters.verification) ? { verification: filters.verification } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        ),
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      filters: isFixed
        ? [
            {
              key: 'source',
              title: t({ en: 'Source', zh: '来源' }),
              options: Object.entries(SOURCE_TITLES).map(([value, title]) => ({ value, label: t(title) })),
            },
            {
              key: 'verification',
              title: t({ en: 'Verification', zh: '核验' }),
              options: Object.entries(VERIFICATION_TITLES).map(([value, title]) => ({ value, label: t(title) })),
            },
          ]
        : [],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Member', zh: '成员' }),
          render: (m) => <MemberName memberId={m.memberId} name={m.name ?? m.externalId} />,
          text: (m) => m.name ?? m.externalId ?? '',
        },
        {
          key: 'externalId',
          title: t({ en: 'Brand id', zh: '品牌会员号' }),
          render: (m) => <span className="mono">{m.externalId ?? '–'}</span>,
          text: (m) => m.externalId ?? '',
        },
        {
          key: 'since',
          title: t({ en: 'Since', zh: '打标时间' }),
          width: 150,
          render: (m) => <span title={format.exact(m.since)}>{format.ago(m.since)}</span>,
          text: (m) => m.since,
        },
        ...(isFixed ? ofFixed : []),
      ],
      ...(mayApply
        ? {
            bulk: (rows: readonly Row[], clear: () => void) => (
              <>
                <Button size="small" onClick={() => void setVerification(rows, 'confirmed').then(clear)}>
                  {t({ en: 'Confirm', zh: '确认无误' })}
                </Button>
                <Button size="small" onClick={() => void setVerification(rows, 'disputed').then(clear)}>
                  {t({ en: 'Dispute', zh: '标为存疑' })}
                </Button>
                <Button size="small" danger onClick={() => void takeOff(rows, clear)}>
                  {t({ en: 'Take off', zh: '移除标签' })}
                </Button>
              </>
            ),
            rowActions: (m: Row) => (
              <Dropdown
                trigger={['click']}
                menu={{
                  items: [
                    {
                      key: 'confirmed',
                      label: t({ en: 'Confirm', zh: '确认无误' }),
                      disabled: m.verification === 'confirmed',
                    },
                    {
                      key: 'disputed',
                      label: t({ en: 'Dispute', zh: '标为存疑' }),
                      disabled: m.verification === 'disputed',
                    },
                    {
                      key: 'unverified',
                      label: t({ en: 'Not verified', zh: '取消核验' }),
                      disabled: m.verification === 'unverified',
                    },
                    { type: 'divider' },
                    { key: 'remove', danger: true, label: t({ en: 'Take off', zh: '移除标签' }) },
                  ],
                  onClick: ({ key: chosen }) =>
                    void (chosen === 'remove' ? takeOff([m], () => {}) : setVerification([m], chosen as Verification)),
                }}
              >
                <Button
                  type="text"
                  size="small"
                  icon={<Icon name="more" />}
                  aria-label={t({ en: 'Actions for this member', zh: '该成员的操作' })}
                />
              </Dropdown>
            ),
          }
        : {}),
      empty: {
        title: t({ en: 'Nobody has this tag now', zh: '暂无打标成员' }),
        hint: isFixed
          ? t({
              en: 'Put it on members in bulk, from a member’s page, or by a journey.',
              zh: '可批量打标、在成员详情页打标，或由旅程自动打标。',
            })
          : t({
              en: 'Members appear here as soon as they meet the condition.',
              zh: '一旦有成员满足条件，会立即出现在这里。',
            }),
      },
    }
  }, [key, size, isFilling, isFixed, mayApply, t, format, nameOf, message, confirmed, verify, removeMany])
  return <DataList spec={spec} />
}
