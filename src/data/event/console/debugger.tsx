import { useQueryClient } from '@tanstack/react-query'
import { Drawer, Switch } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useLive } from '#web/live.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { JsonView } from '../../../console/json-view.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberLink } from '../../../console/member-name.tsx'
import { useSession } from '../../../console/session.tsx'
import { UndoEffects } from '../../../console/undo-effects.tsx'
import { CLASS_TITLES, CLASSES } from './words.ts'

export type StoredEvent = Item<'event.list'>
/** While events pour in the list is read again at most this often. */
const REFRESH_MS = 1_500

export function Debugger() {
  const t = useText()
  const format = useFormat()
  const catalog = useCatalog()
  const names = useCall('event.names', { limit: 200 }, { staleTime: 60_000 })
  const [opened, setOpened] = useState<StoredEvent | null>(null)
  const [following, setFollowing] = useState(true)
  const client = useQueryClient()
  const due = useRef<ReturnType<typeof setTimeout> | null>(null)
  const live = useLive(following, () => {
    due.current ??= setTimeout(() => {
      due.current = null
      void client.invalidateQueries({ queryKey: ['event.list'] })
    }, REFRESH_MS)
  })

  const titles = useMemo(() => new Map(catalog.data?.events.map((e) => [e.name, e.title])), [catalog.data])
  const spec = useMemo((): ListSpec<StoredEvent> => {
    const titleOf = (name: string) => {
      const title = titles.get(name)
      return title ? t(title) : name
    }
    return {
      name: 'event',
      title: t({ en: 'Events', zh: '事件列表' }),
      queryKey: ['event.list'],
      load: ({ search, filters, limit, cursor }, signal) => {
        const kind = CLASSES.find((c) => c === filters.class)
        return call(
          'event.list',
          {
            limit,
            ...(search ? { search } : {}),
            ...(filters.name ? { name: filters.name } : {}),
            ...(kind ? { class: kind } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        )
      },
      rowKey: (e) => e.id,
      search: t({ en: 'Name or content', zh: '搜索事件名或内容' }),
      filters: [
        {
          key: 'name',
          title: t({ en: 'Event', zh: '事件' }),
          options: (names.data?.items ?? []).map((e) => ({ value: e.name, label: titleOf(e.name) })),
        },
        {
          key: 'class',
          title: t({ en: 'Kind', zh: '类别' }),
          options: CLASSES.map((c) => ({ value: c, label: t(CLASS_TITLES[c]) })),
        },
      ],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Event', zh: '事件' }),
          render: (e) => (
            <button type="button" className="bare event-open" onClick={() => setOpened(e)}>
              <strong>{titleOf(e.name)}</strong>
              {titleOf(e.name) === e.name ? null : <code className="faint"> {e.name}</code>}
            </button>
          ),
          text: (e) => e.name,
        },
        {
          key: 'member',
          title: t({ en: 'Member', zh: '成员' }),
          render: (e) =>
            e.memberId ? <MemberLink memberId={e.memberId} name={e.memberName} /> : <span className="faint">–</span>,
          text: (e) => e.memberName ?? e.memberId ?? '',
        },
        {
          key: 'source',
          title: t({ en: 'Source', zh: '来源' }),
          render: (e) => <span className="pill">{e.source}</span>,
          text: (e) => e.source,
        },
        {
          key: 'class',
          title: t({ en: 'Kind', zh: '类别' }),
          render: (e) => t(CLASS_TITLES[e.class]),
          text: (e) => e.class,
        },
        {
          key: 'timestamp',
          title: t({ en: 'Happened', zh: '发生时间' }),
          width: 170,
          render: (e) => (
            <time className="tabular" dateTime={e.timestamp} title={format.exact(e.timestamp)}>
              {format.exact(e.timestamp)}
            </time>
          ),
          text: (e) => e.timestamp,
        },
        {
          key: 'lag',
          title: t({ en: 'Received after', zh: '上报延迟' }),
          optional: true,
          align: 'right',
          render: (e) => format.span((Date.parse(e.receivedAt) - Date.parse(e.timestamp)) / 1000),
          text: (e) => String((Date.parse(e.receivedAt) - Date.parse(e.timestamp)) / 1000),
        },
        {
          key: 'messageId',
          title: 'messageId',
          optional: true,
          render: (e) => <code>{e.messageId}</code>,
          text: (e) => e.messageId,
        },
      ],
      empty: {
        title: t({ en: 'No events yet', zh: '还没有事件' }),
        hint: t({
          en: 'Add a source and send a first event with any Segment-compatible SDK.',
          zh: '新建一个数据来源，使用任意 Segment 兼容 SDK 上报第一条事件。',
        }),
      },
    }
  }, [t, format, titles, names.data])

  return (
    <>
      <div className="row" style={{ marginBottom: 12 }}>
        <Switch
          size="small"
          checked={following}
          onChange={setFollowing}
          aria-label={t({ en: 'Follow live', zh: '实时刷新' })}
        />
        <span>{t({ en: 'Follow live', zh: '实时刷新' })}</span>
        {following ? (
          <span className={live === 'open' ? 'pill good' : 'pill'}>
            <span className="dot" />
            {live === 'open' ? t({ en: 'connected', zh: '已连接' }) : t({ en: 'connecting', zh: '连接中' })}
          </span>
        ) : null}
      </div>
      <DataList spec={spec} />
      <Drawer
        open={opened !== null}
        onClose={() => setOpened(null)}
        size={480}
        title={opened ? <code>{opened.name}</code> : ''}
        aria-label={t({ en: 'Event', zh: '事件详情' })}
      >
        {opened ? <EventDetail event={opened} /> : null}
      </Drawer>
    </>
  )
}

function EventDetail({ event: e }: { event: StoredEvent }) {
  const t = useText()
  const { may } = useSession()
  const format = useFormat()
  const rows: [string, React.ReactNode][] = [
    [
      t({ en: 'Member', zh: '成员' }),
      e.memberId ? <MemberLink key="m" memberId={e.memberId} name={e.memberName} /> : '–',
    ],
    [t({ en: 'Happened', zh: '发生时间' }), format.exact(e.timestamp)],
    [t({ en: 'Received', zh: '接收时间' }), format.exact(e.receivedAt)],
    [t({ en: 'Source', zh: '来源' }), e.source],
    ['messageId', <code key="i">{e.messageId}</code>],
    [t({ en: 'Order', zh: '序号' }), <code key="s">{e.seq}</code>],
    [t({ en: 'Cause', zh: '触发原因' }), <code key="c">{e.cause || '–'}</code>],
    [t({ en: 'Depth', zh: '链路深度' }), e.depth],
  ]
  return (
    <div className="stack">
      <dl className="pairs">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>{t({ en: 'Properties', zh: '事件属性' })}</h3>
      <JsonView value={e.properties} />
      <h3>{t({ en: 'Context', zh: '上下文' })}</h3>
      <JsonView value={e.context} />
      {may('event.undo') ? (
        <div>
          <UndoEffects eventId={e.id} />
        </div>
      ) : null}
    </div>
  )
}
