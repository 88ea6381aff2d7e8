import { useInfiniteQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { useEffect, useMemo, useRef } from 'react'
import { call, type Item, type ProblemAnswer } from '#web/api.ts'
import { useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Empty, Failed, Loading } from '../../../console/states.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { Moment } from './moment.tsx'

export type MomentItem = Item<'member.timeline'>
type Page = { items: MomentItem[]; nextCursor: string | null }

/** Everything that happened to a member, newest first; further back as one scrolls. */
export function Timeline({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const [url, set] = useUrlState()
  const catalog = useCatalog()
  const classes =
    url.show === 'all' ? undefined : url.show === 'system' ? (['system'] as const) : (['client', 'capability'] as const)
  const names = url.event ? url.event.split(',') : undefined
  const timeline = useInfiniteQuery<Page, ProblemAnswer>({
    queryKey: ['member.timeline', memberId, url.show ?? '', url.event ?? ''],
    initialPageParam: undefined,
    queryFn: ({ pageParam, signal }) =>
      call(
        'member.timeline',
        {
          memberId,
          limit: 40,
          ...(classes ? { classes: [...classes] } : {}),
          ...(names ? { names } : {}),
          ...(typeof pageParam === 'string' ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const sentinel = useRef<HTMLDivElement>(null)
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = timeline
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page moves the sentinel, so it is watched anew
  useEffect(() => {
    const element = sentinel.current
    if (!element || !hasNextPage) return
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), {
      rootMargin: '300px',
    })
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [hasNextPage, fetchNextPage, timeline.data])

  const days = useMemo(() => {
    const items = timeline.data?.pages.flatMap((p) => p.items) ?? []
    return [...Map.groupBy(items, (m) => format.day(m.timestamp))]
  }, [timeline.data, format])
  const declared = useMemo(() => new Map(catalog.data?.events.map((e) => [e.name, e])), [catalog.data])

  return (
    <section className="card member-timeline">
      <header className="row wrap">
        <h2 className="grow">{t({ en: 'Timeline', zh: '动态时间线' })}</h2>
        <Select
          mode="multiple"
          size="small"
          allowClear
          maxTagCount={1}
          aria-label={t({ en: 'Only these events', zh: '筛选事件' })}
          placeholder={t({ en: 'All events', zh: '全部事件' })}
          showSearch={{ optionFilterProp: 'label' }}
          style={{ minWidth: 150 }}
          popupMatchSelectWidth={260}
          value={names ?? []}
          options={(catalog.data?.events ?? []).map((e) => ({ value: e.name, label: t(e.title) }))}
          onChange={(list: string[]) => set({ event: list.join(',') })}
        />
        <Segmented
          size="small"
          aria-label={t({ en: 'Kind of events', zh: '事件类型' })}
          value={url.show ?? 'activity'}
          options={[
            { value: 'activity', label: t({ en: 'Activity', zh: '互动' }) },
            { value: 'system', label: t({ en: 'System', zh: '系统' }) },
            { value: 'all', label: t({ en: 'All', zh: '全部' }) },
          ]}
          onChange={(show) => set({ show: show === 'activity' ? null : show })}
        />
      </header>
      {timeline.error && !timeline.data ? (
        <Failed compact error={timeline.error} retry={() => void timeline.refetch()} />
      ) : timeline.isPending ? (
        <Loading rows={8} />
      ) : days.length === 0 ? (
        <Empty
          title={t({ en: 'Nothing here yet', zh: '暂无动态' })}
          hint={t({ en: 'What this member does appears within two seconds.', zh: '成员的行为会在两秒内出现在这里。' })}
        />
      ) : (
        days.map(([day, moments]) => (
          <section key={day} className="timeline-day">
            <h3 className="timeline-date">{day}</h3>
            <ol>
              {moments.map((m) => (
                <Moment key={m.id} moment={m} declared={declared.get(m.name)} />
              ))}
            </ol>
          </section>
        ))
      )}
      <div ref={sentinel} />
      {isFetchingNextPage ? <Loading rows={2} /> : null}
    </section>
  )
}
