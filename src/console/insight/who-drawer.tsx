import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, Drawer, Dropdown, Input } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Input as OperationInput } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { ExportDialog } from '../../data/segment/console/export-dialog.tsx'
import { SaveListDialog } from '../../data/segment/console/save-list-dialog.tsx'
import { useSettled } from '../../data/segment/console/use-settled.ts'
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icon.tsx'
import { useSession } from '../session.tsx'
import { Answer, Empty } from '../states.tsx'
import type { InsightQuery } from './answer.ts'
import { AudienceDialog } from './audience-dialog.tsx'
import { KIND_TITLES } from './kinds.ts'
import './who-drawer.css'

interface Props {
  kind: string
  query: InsightQuery
  /** Whose key it is; null closes. */
  cell: string | null
  /** What the number is of. */
  label: string
  onClose(): void
}

/** Who is behind a number, and what can be done with them. */
export function WhoDrawer({ cell, label, onClose, ...asked }: Props) {
  const t = useText()
  return (
    <Drawer
      open={cell !== null}
      onClose={onClose}
      size="min(460px, 100vw)"
      destroyOnHidden
      title={<span className="clip">{label || t({ en: 'Members', zh: '成员' })}</span>}
    >
      {cell === null ? null : <People {...asked} cell={cell} label={label} />}
    </Drawer>
  )
}

type Definition = OperationInput<'segment.preview'>['definition']
type Dialog = 'list' | 'export' | 'audience'
const PAGE = 50
/** Typing has paused. */
const PAUSE_MS = 300

function People({ kind, query, cell, label }: { kind: string; query: InsightQuery; cell: string; label: string }) {
  const t = useText()
  const format = useFormat()
  const { message } = App.useApp()
  const { may } = useSession()
  const [open, setOpen] = useState<Dialog | null>(null)
  const [text, setText] = useState('')
  const search = useSettled(text.trim(), PAUSE_MS)
  const definition = useMemo((): Definition => ({ insight: { kind, query: { ...query }, cell } }), [kind, query, cell])
  const wanted = useMemo(() => (search ? searched(definition, search) : definition), [definition, search])
  const count = useCall('segment.preview', { definition, limit: 0 })
  const found = useCall('segment.preview', search ? { definition: wanted, limit: 0 } : null)
  const people = useInfiniteQuery({
    queryKey: ['segment.holders', wanted],
    queryFn: ({ pageParam, signal }) =>
      call(
        'segment.holders',
        { definition: wanted, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  })
  const size = count.data?.count ?? 0
  const kindTitle = KIND_TITLES[kind as keyof typeof KIND_TITLES]
  const name = [kindTitle ? t(kindTitle) : '', label].filter(Boolean).join(' · ').slice(0, 80)
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify(definition, null, 2))
    message.success(t({ en: 'The condition is copied', zh: '条件已复制' }))
  }
  const items = [
    ...(may('journey.manage') && may('list.manage')
      ? [{ key: 'audience', label: t({ en: 'Use as a journey’s audience', zh: '作为旅程人群' }) }]
      : []),
    { key: 'copy', label: t({ en: 'Copy the condition', zh: '复制为筛选条件' }) },
  ]
  const close = () => setOpen(null)
  return (
    <div className="stack">
      <div className="who-head">
        <p className="who-count tabular" role="status">
          {count.data ? format.number(size) : '…'}{' '}
          <span className="soft">{t({ en: size === 1 ? 'member' : 'members', zh: '人' })}</span>
        </p>
        <div className="row wrap">
          {may('list.manage') ? (
            <Button size="small" disabled={size === 0} icon={<Icon name="list" />} onClick={() => setOpen('list')}>
              {t({ en: 'Save as list', zh: '存为名单' })}
            </Button>
          ) : null}
          {may('segment.export') ? (
            <Button size="small" disabled={size === 0} icon={<Icon name="export" />} onClick={() => setOpen('export')}>
              {t({ en: 'Export', zh: '导出' })}
            </Button>
          ) : null}
          <Dropdown
            trigger={['click']}
            menu={{ items, onClick: ({ key }) => (key === 'copy' ? void copy() : setOpen('audience')) }}
          >
            <Button size="small" icon={<Icon name="more" />} aria-label={t({ en: 'More', zh: '更多' })} />
          </Dropdown>
        </div>
      </div>
      <p className="soft small">
        {t({
          en: 'Exactly the members behind this number, as of now and inside what you may see. Merged identities count once.',
          zh: '即构成该数值的全部成员（截至此刻、且在您的可见范围内），合并身份计为一人。',
        })}
      </p>
      <Input
        allowClear
        value={text}
        maxLength={100}
        prefix={<Icon name="search" size={14} />}
        aria-label={t({ en: 'Search these members', zh: '搜索这些成员' })}
        placeholder={t({ en: 'Name or id', zh: '搜索姓名、会员号' })}
        onChange={(e) => setText(e.target.value)}
      />
      {search && found.data ? (
        <p className="faint small tabular" role="status">
          {t({ en: `${format.number(found.data.count)} found`, zh: `找到 ${format.number(found.data.count)} 人` })}
        </p>
      ) : null}
      <Answer of={people} rows={8}>
        {({ pages }) => {
          const rows = pages.flatMap((p) => p.items)
          if (rows.length === 0)
            return (
              <Empty
                title={
                  search
                    ? t({ en: 'Nobody of that name', zh: '没有匹配的成员' })
                    : t({ en: 'Nobody', zh: '该数值下没有成员' })
                }
              />
            )
          return (
            <>
              <ul className="who-list">
                {rows.map((m) => {
                  const shown = m.name ?? m.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })
                  return (
                    <li key={m.memberId}>
                      <Link to={`/members/${m.memberId}`} className="who-member">
                        <Avatar name={shown} id={m.memberId} />
                        <span className="grow clip">{shown}</span>
                        <span className="faint small mono clip">{m.name ? (m.externalId ?? '') : ''}</span>
                      </Link>
                    </li>
                  )
                })}
              </ul>
              {people.hasNextPage ? (
                <Button loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
                  {t({ en: 'More', zh: '加载更多' })}
                </Button>
              ) : null}
            </>
          )
        }}
      </Answer>
      <SaveListDialog of={{ definition }} size={size} suggested={name} open={open === 'list'} close={close} />
      <ExportDialog of={{ definition, name }} size={size} open={open === 'export'} close={close} />
      <AudienceDialog definition={definition} size={size} suggested={name} open={open === 'audience'} close={close} />
    </div>
  )
}

const searched = (definition: Definition, text: string): Definition => ({
  all: [
    definition,
    {
      any: [
        { property: 'name', op: 'contains', value: text },
        { property: 'externalId', op: 'contains', value: text },
      ],
    },
  ],
})
