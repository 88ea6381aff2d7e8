import { Link } from '@tanstack/react-router'
import { App, Button, Popover, Select } from 'antd'
import { useState } from 'react'
import type { Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import { TagChip } from './tag-chip.tsx'
import { useActor } from './use-actor.ts'
import { pathOf, SOURCE_TITLES, VERIFICATION_LOOK, VERIFICATION_TITLES } from './words.ts'
import './tag.css'

type Mine = Item<'tag.of_member'>

/** The tags of one member: by dimension, put on and taken off in place. */
export function MemberTags({ memberId }: { memberId: string }) {
  const t = useText()
  const { may } = useSession()
  const mine = useCall('tag.of_member', { memberId })
  return (
    <Answer of={mine} rows={2}>
      {({ items }) => (
        <div className="stack tight">
          {items.length === 0 ? <p className="soft">{t({ en: 'No tags.', zh: '暂无标签。' })}</p> : null}
          {[...Map.groupBy(items, (i) => (i.dimension ? t(i.dimension.title) : ''))].map(([dimension, list]) => (
            <div key={dimension} className="stack tight">
              {dimension ? <h3 className="faint small">{dimension}</h3> : null}
              <div className="row wrap">
                {list.map((i) => (
                  <Chip key={i.key} memberId={memberId} mine={i} />
                ))}
              </div>
            </div>
          ))}
          {may('tag.apply') ? <Add memberId={memberId} has={items.map((i) => i.key)} /> : null}
        </div>
      )}
    </Answer>
  )
}

function useFailure() {
  const t = useText()
  const { message } = App.useApp()
  return (error: unknown) => {
    const { title, hint } = explainProblem(error, t)
    message.error(`${title} ${hint}`)
  }
}

function Chip({ memberId, mine }: { memberId: string; mine: Mine }) {
  const t = useText()
  const { may } = useSession()
  const fail = useFailure()
  const remove = useAct('tag.remove')
  const name = t(mine.title)
  return (
    <TagChip tag={mine}>
      <Popover
        trigger={['click']}
        title={name}
        content={<About memberId={memberId} mine={mine} />}
        getPopupContainer={(node) => node.closest('main') ?? document.body}
      >
        <button type="button" className="bare" aria-label={t({ en: `About ${name}`, zh: `查看「${name}」` })}>
          <Icon
            name={mine.verification === 'confirmed' ? 'check' : mine.verification === 'disputed' ? 'warning' : 'info'}
            size={12}
          />
        </button>
      </Popover>
      {mine.kind === 'fixed' && may('tag.apply') ? (
        <button
          type="button"
          className="bare"
          disabled={remove.isPending}
          aria-label={t({ en: `Take off ${name}`, zh: `移除「${name}」` })}
          onClick={() => remove.mutate({ memberId, key: mine.key }, { onError: fail })}
        >
          <Icon name="close" size={12} />
        </button>
      ) : null}
    </TagChip>
  )
}

function About({ memberId, mine }: { memberId: string; mine: Mine }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const { nameOf } = useActor()
  const fail = useFailure()
  const verify = useAct('tag.verify')
  const put = (verification: Mine['verification']) =>
    verify.mutate({ memberId, key: mine.key, verification }, { onError: fail })
  return (
    <div className="stack tight" style={{ maxWidth: 280 }}>
      <p className="small">
        {t({ en: `Since ${format.exact(mine.since)}`, zh: `${format.exact(mine.since)} 起` })}
        {mine.expiresAt
          ? t({ en: `, until ${format.exact(mine.expiresAt)}`, zh: `，至 ${format.exact(mine.expiresAt)}` })
          : ''}
      </p>
      {mine.kind === 'dynamic' ? (
        <p className="small soft">{t({ en: 'Follows its condition.', zh: '由条件自动判定。' })}</p>
      ) : (
        <>
          <p className="small soft">
            {t({
              en: `Put on by ${nameOf(mine.appliedBy)}; said by ${mine.sources.map((s) => SOURCE_TITLES[s].en).join(', ')}`,
              zh: `打标人：${nameOf(mine.appliedBy)}；来源：${mine.sources.map((s) => SOURCE_TITLES[s].zh).join('、')}`,
            })}
          </p>
          <p className="small row wrap">
            <span className={VERIFICATION_LOOK[mine.verification]}>{t(VERIFICATION_TITLES[mine.verification])}</span>
            {mine.verifiedAt ? (
              <span className="faint">{`${nameOf(mine.verifiedBy)} · ${format.ago(mine.verifiedAt)}`}</span>
            ) : null}
          </p>
          {may('tag.apply') ? (
            <div className="row">
              <Button size="small" disabled={mine.verification === 'confirmed'} onClick={() => put('confirmed')}>
                {t({ en: 'Confirm', zh: '确认无误' })}
              </Button>
              <Button size="small" disabled={mine.verification === 'disputed'} onClick={() => put('disputed')}>
                {t({ en: 'Dispute', zh: '标为存疑' })}
              </Button>
            </div>
          ) : null}
        </>
      )}
      <Link to={pathOf(mine.key)}>{t({ en: 'Open the tag', zh: '查看标签详情' })}</Link>
    </div>
  )
}

function Add({ memberId, has }: { memberId: string; has: readonly string[] }) {
  const t = useText()
  const fail = useFailure()
  const [isOpen, setOpen] = useState(false)
  const tags = useCall('tag.list', isOpen ? { kind: 'fixed', limit: 200, sort: 'title' } : null)
  const apply = useAct('tag.apply')
  const options = (tags.data?.items ?? [])
    .filter((x) => !has.includes(x.key))
    .map((x) => ({ value: x.key, label: t(x.title) }))
  return (
    <Select
      size="small"
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={t({ en: 'Add a tag', zh: '添加标签' })}
      placeholder={t({ en: 'Add a tag', zh: '添加标签' })}
      value={null}
      loading={(isOpen && tags.isPending) || apply.isPending}
      options={options}
      notFoundContent={
        tags.isPending ? null : (
          <span className="soft small">{t({ en: 'No further fixed tags', zh: '没有可添加的固定标签' })}</span>
        )
      }
      style={{ minWidth: 150 }}
      onOpenChange={setOpen}
      onChange={(key: string | null) => key && apply.mutate({ memberId, key }, { onError: fail })}
    />
  )
}
