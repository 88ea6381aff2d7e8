import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Spark } from '../chart/spark.tsx'
import { Definition } from '../explained.tsx'
import type { InsightQuery } from '../insight/answer.ts'
import { exploreLink } from '../insight/explore-link.ts'
import { lastDayOf, lastDays, type Range } from '../insight/range.ts'
import { Failed, Loading } from '../states.tsx'

interface Kpi {
  key: Key
  title: Text
  definition: Text
  /** One value a day, oldest first; the last day is today and not finished. */
  values: readonly number[]
  value: number
  /** Against the same number of days before; null when it cannot be said. */
  change: number | null
  share?: boolean
}

const TOTAL = {
  title: { en: 'Known members', zh: '已识别成员' },
  definition: {
    en: 'Members known by an id of the brand, an e-mail or a phone number. Merged members count once; anonymous visitors do not count. Above 1,000 it is an estimate.',
    zh: '已有品牌会员号、邮箱或手机号的成员数，合并身份计为一人，不含匿名访客；超过 1,000 人时为估算值。',
  },
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const changeOf = (now: number, before: number) => (before > 0 ? (now - before) / before : null)

export function KpiTiles({ range, days }: { range: Range; days: number }) {
  const t = useText()
  const format = useFormat()
  // Twice the span, so that each number has the same span before it to be compared with.
  const both = useMemo(() => lastDays(days * 2, range.timezone), [days, range.timezone])
  const trend = useCall('insight.trend', {
    ...both,
    interval: 'day',
    series: [
      { event: '*', measure: 'members' },
      { event: '*', measure: 'rolling:28d' },
      { event: 'community.joined', measure: 'members' },
      { event: 'checkin.completed', measure: 'total' },
      { event: 'points.awarded', measure: 'sum', of: 'points' },
      { event: 'message.sent', measure: 'total' },
    ],
  })
  const members = useCall('member.find', {
    limit: 1,
    count: true,
    filters: [{ field: 'status', op: 'eq', value: 'known' }],
  })
  if (trend.error)
    return (
      <section className="card kpis-state">
        <Failed compact error={trend.error} retry={() => void trend.refetch()} />
      </section>
    )
  if (!trend.data)
    return (
      <section className="card kpis-state">
        <Loading rows={2} />
      </section>
    )

  const [dau, mau, joined, checkins, points, messages] = trend.data.series.map((s) => s.values.map((v) => v ?? 0))
  const total = members.data?.count?.value
  const kpis = kpisOf({ dau, mau, joined, checkins, points, messages }, days)
  return (
    <section className="kpis" aria-label={t({ en: 'Key figures', zh: '核心指标' })}>
      <div className="card kpi">
        <div className="row between soft">
          <Link to="/members" className="overview-title clip">
            {t(TOTAL.title)}
          </Link>
          <Definition of={t(TOTAL.title)}>{t(TOTAL.definition)}</Definition>
        </div>
        <div className="kpi-value tabular">{total === undefined ? '–' : format.compact(total)}</div>
        <div className="kpi-foot faint small">
          {members.data?.count?.exact === false
            ? t({ en: 'estimated', zh: '估算值' })
            : t({ en: 'now', zh: '截至目前' })}
        </div>
      </div>
      {kpis.map((kpi) => (
        <div className="card kpi" key={kpi.key}>
          <div className="row between soft">
            <Link
              to={exploreLink({ ...ASKED[kpi.key], range: `${days}d` })}
              className="overview-title clip"
              title={t({ en: 'Who they are, in Explore', zh: '查看成员与分析' })}
            >
              {t(kpi.title)}
            </Link>
            <Definition of={t(kpi.title)}>{t(kpi.definition)}</Definition>
          </div>
          <div className="kpi-value tabular">{kpi.share ? format.percent(kpi.value) : format.compact(kpi.value)}</div>
          <div className="row between kpi-foot">
            <Change ratio={kpi.change} />
            <Spark values={kpi.values} width={84} height={24} />
          </div>
        </div>
      ))}
      <span className="sr-only">{`${format.day(range.from)} – ${format.day(lastDayOf(range))}`}</span>
    </section>
  )
}

function Change({ ratio }: { ratio: number | null }) {
  const t = useText()
  const format = useFormat()
  if (ratio === null) return <span className="faint small">{t({ en: 'no comparison', zh: '暂无环比' })}</span>
  return (
    <span className={`small tabular ${ratio < 0 ? 'kpi-down' : 'kpi-up'}`}>
      {format.change(ratio)} <span className="faint">{t({ en: 'vs before', zh: '环比' })}</span>
    </span>
  )
}

type Key = 'dau' | 'mau' | 'stickiness' | 'joined' | 'checkins' | 'points' | 'messages'
const daily = (series: InsightQuery) => ({ kind: 'trend', query: { series: [series], interval: 'day', compare: true } })

/** What each tile opens: the question it answers, with its people. */
const ASKED: Readonly<Record<Key, { kind: string; query: InsightQuery }>> = {
  dau: daily({ event: '*', measure: 'members' }),
  mau: daily({ event: '*', measure: 'rolling:28d' }),
  stickiness: { kind: 'stickiness', query: { event: '*', interval: 'day' } },
  joined: daily({ event: 'community.joined', measure: 'members' }),
  checkins: daily({ event: 'checkin.completed', measure: 'total' }),
  points: daily({ event: 'points.awarded', measure: 'sum', of: 'points' }),
  messages: daily({ event: 'message.sent', measure: 'total' }),
}

type Daily = readonly number[] | undefined

function kpisOf(
  daily: Record<'dau' | 'mau' | 'joined' | 'checkins' | 'points' | 'messages', Daily>,
  days: number,
): Kpi[] {
  const now = (values: Daily) => (values ?? []).slice(-days)
  const before = (values: Daily) => (values ?? []).slice(0, days)
  /** Yesterday is the last whole day. */
  const whole = (values: Daily) => (values ?? []).slice(0, -1)
  const yesterday = (values: Daily) => whole(values).at(-1) ?? 0
  const mean = (values: readonly number[]) => (values.length ? sum(values) / values.length : 0)
  const stick = (d: readonly number[], m: readonly number[]) => d.map((v, i) => ((m[i] ?? 0) > 0 ? v / (m[i] ?? 1) : 0))
  const stickiness = stick(daily.dau ?? [], daily.mau ?? [])
  const total = (key: Key, title: Text, definition: Text, values: Daily): Kpi => ({
    key,
    title,
    definition,
    values: now(values),
    value: sum(now(values)),
    // Today is not over, so the whole days are compared with as many before them.
    change: changeOf(sum(now(values).slice(0, -1)), sum(before(values).slice(1))),
  })
  return [
    {
      key: 'dau',
      title: { en: 'Daily active (DAU)', zh: '日活跃成员（DAU）' },
      definition: {
        en: 'Distinct members with at least one activity on a day: the mean of the whole days of the period. Merged members count once; system events and bots do not count.',
        zh: '当日至少产生一次互动行为的去重成员数，取所选时段内完整自然日的均值。合并身份计为一人，系统事件与机器流量不计入。',
      },
      values: now(daily.dau),
      value: Math.round(mean(whole(now(daily.dau)))),
      change: changeOf(mean(whole(now(daily.dau))), mean(before(daily.dau))),
    },
    {
      key: 'mau',
      title: { en: 'Monthly active (MAU)', zh: '月活跃成员（MAU）' },
      definition: {
        en: 'Distinct members active in the 28 days up to and including the day. Not the sum of days.',
        zh: '截至当日的 28 天滚动窗口内有互动行为的去重成员数，并非每日人数相加。',
      },
      values: now(daily.mau),
      value: daily.mau?.at(-1) ?? 0,
      change: changeOf(daily.mau?.at(-1) ?? 0, before(daily.mau).at(-1) ?? 0),
    },
    {
      key: 'stickiness',
      title: { en: 'Stickiness', zh: '活跃粘性' },
      definition: {
        en: 'DAU of yesterday, the last whole day, divided by the MAU of the same day.',
        zh: '昨日（最近一个完整自然日）DAU ÷ 同日 MAU，反映成员回访的频繁程度。',
      },
      values: now(stickiness),
      value: yesterday(stickiness),
      change: changeOf(yesterday(stickiness), before(stickiness).at(-1) ?? 0),
      share: true,
    },
    total(
      'joined',
      { en: 'Joined a community', zh: '新入群成员' },
      {
        en: 'Members who joined any community, counted once a day and added up over the period.',
        zh: '所选时段内加入任一社群的成员人次（同一成员同一天只计一次）。',
      },
      daily.joined,
    ),
    total(
      'checkins',
      { en: 'Check-ins', zh: '打卡次数' },
      { en: 'Completed check-ins in the period.', zh: '所选时段内完成的打卡总次数。' },
      daily.checkins,
    ),
    total(
      'points',
      { en: 'Points granted', zh: '发放积分' },
      {
        en: 'Points granted to members in the period, before reversals.',
        zh: '所选时段内发放给成员的积分总额，未扣除撤回。',
      },
      daily.points,
    ),
    total(
      'messages',
      { en: 'Messages sent', zh: '触达条数' },
      {
        en: 'Messages that left in the period, over all channels.',
        zh: '所选时段内全渠道实际发出的消息条数，被抑制或限频的不计入。',
      },
      daily.messages,
    ),
  ]
}
