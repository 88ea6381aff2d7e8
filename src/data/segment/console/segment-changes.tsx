import { Link } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberName } from '../../../console/member-name.tsx'
import { Answer } from '../../../console/states.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { useWords } from './use-words.ts'

type Row = Item<'segment.changes'>

const DAY_MS = 86_400_000
/** Since when, in days back; none is since yesterday ended. */
const SPANS: readonly { value: string; days: number | null; title: Text }[] = [
  { value: 'yesterday', days: null, title: { en: 'Since yesterday', zh: '较昨日' } },
  { value: '24h', days: 1, title: { en: '24 hours', zh: '近 24 小时' } },
  { value: '7d', days: 7, title: { en: '7 days', zh: '近 7 天' } },
  { value: '30d', days: 30, title: { en: '30 days', zh: '近 30 天' } },
]

/** Who came and who went since an instant, each with what brought it about. */
export function SegmentChanges({ id }: { id: string }) {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  const [url, set] = useUrlState()
  const span = SPANS.find((s) => s.value === url.since) ?? SPANS[0]
  const days = span?.days ?? null
  const since = useMemo(
    () =>
      days === null ? {} : { from: new Date(Math.floor(Date.now() / 60_000) * 60_000 - days * DAY_MS).toISOString() },
    [days],
  )
  const totals = useCall('segment.changes', { id, limit: 1, ...since })
  const spec = useMemo((): ListSpec<Row> => {
    const why = (c: Row) => {
      if (c.event) return words.eventTitle(c.event.name)
      return t(WHY[c.why])
    }
    return {
      name: 'segment-changes',
      title: t({ en: 'Who came and went', zh: '进出明细' }),
      queryKey: ['segment.changes', id, since],
      load: ({ filters, limit, cursor }, signal) =>
        call(
          'segment.changes',
          {
            id,
            limit,
            ...since,
            ...(filters.direction === 'entered' || filters.direction === 'left'
              ? { direction: filters.direction }
              : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        ),
      rowKey: (c) => c.id,
      to: (c) => `/members/${c.memberId}`,
      filters: [
        {
          key: 'direction',
          title: t({ en: 'In or out', zh: '进入或离开' }),
          options: [
            { value: 'entered', label: t({ en: 'Came', zh: '进入' }) },
            { value: 'left', label: t({ en: 'Went', zh: '离开' }) },
          ],
        },
      ],
      columns: [
        {
          key: 'member',
          title: t({ en: 'Member', zh: '成员' }),
          render: (c) => <MemberName memberId={c.memberId} name={c.name ?? c.externalId} />,
          text: (c) => c.name ?? c.externalId ?? '',
        },
        {
          key: 'direction',
          title: t({ en: 'What', zh: '变化' }),
          width: 110,
          render: (c) =>
            c.direction === 'entered' ? (
              <span className="pill good">{t({ en: 'came', zh: '进入' })}</span>
            ) : (
              <span className="pill bad">{t({ en: 'went', zh: '离开' })}</span>
            ),
          text: (c) => c.direction,
        },
        {
          key: 'why',
          title: t({ en: 'Because of', zh: '原因' }),
          render: (c) =>
            c.event ? (
              <Link to={`/members/${c.memberId}?show=all&event=${encodeURIComponent(c.event.name)}`}>{why(c)}</Link>
            ) : (
              why(c)
            ),
          text: why,
        },
        {
          key: 'at',
          title: t({ en: 'When', zh: '时间' }),
          width: 160,
          render: (c) => <span title={format.exact(c.at)}>{format.ago(c.at)}</span>,
          text: (c) => c.at,
        },
      ],
      rowActions: (c) => (
        <Button type="text" size="small" onClick={() => set({ tab: 'why', member: c.memberId }, true)}>
          {t({ en: 'Why?', zh: '原因' })}
        </Button>
      ),
      empty: {
        title: t({ en: 'Nobody came or went', zh: '期间没有成员进出' }),
        hint: t({ en: 'Choose a longer span.', zh: '可选择更长的时间范围。' }),
      },
    }
  }, [id, since, t, format, words, set])
  return (
    <div className="stack tight">
      <div className="card segment-totals">
        <Segmented
          value={span?.value ?? 'yesterday'}
          aria-label={t({ en: 'Since when', zh: '时间范围' })}
          options={SPANS.map((s) => ({ value: s.value, label: t(s.title) }))}
          onChange={(value) => set({ since: value === 'yesterday' ? null : value, cursor: null, page: null })}
        />
        <Answer of={totals} rows={1}>
          {({ gained, lost, passing }) => (
            <dl className="segment-numbers tabular">
              <div>
                <dt>{t({ en: 'in now, out then', zh: '净进入' })}</dt>
                <dd className="kpi-up">+{format.number(gained)}</dd>
              </div>
              <div>
                <dt>{t({ en: 'out now, in then', zh: '净离开' })}</dt>
                <dd className="kpi-down">−{format.number(lost)}</dd>
              </div>
              <div>
                <dt>{t({ en: 'came and went', zh: '期间往返' })}</dt>
                <dd>{format.number(passing)}</dd>
              </div>
            </dl>
          )}
        </Answer>
      </div>
      <DataList spec={spec} />
    </div>
  )
}

const WHY: Readonly<Record<Row['why'], Text>> = {
  event: { en: 'an event that is gone by now', zh: '已清除的事件' },
  time: { en: 'time passed', zh: '时间到期' },
  definition: { en: 'the definition was made or changed', zh: '分群条件创建或修改' },
  other: { en: 'something else', zh: '其他原因' },
}
