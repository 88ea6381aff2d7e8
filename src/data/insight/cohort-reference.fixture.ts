// Retention, lifecycle and stickiness read off their definitions, one member and one period at a time, for
// `cohort-property.test.ts`. Nothing of it is shared with what it checks; calendars come from Intl, day by day.

/** What a member did, its merged numbers included, in the order of arrival. */
export interface Life {
  name: string
  events: readonly { t: number; event: string; x: string }[]
}
export type Unit = 'day' | 'week' | 'month'

const DAY = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** The number of the local day of an instant. */
export function dayOf(t: number, zone: string): number {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  formats.set(zone, format)
  return Date.parse(`${format.format(t)}T00:00:00Z`) / DAY
}

export interface Calendar {
  zone: string
  unit: Unit
  weekStart: number
}
const text = (day: number) => new Date(day * DAY).toISOString().slice(0, 10)
const isFirst = (day: number, { unit, weekStart }: Calendar) =>
  unit === 'day' || (unit === 'month' ? text(day).endsWith('-01') : new Date(day * DAY).getUTCDay() === weekStart % 7)

/** First days of all periods of some years, counted by hand. */
function periods(calendar: Calendar): number[] {
  const days = []
  for (let day = Date.parse('2024-11-01') / DAY; day < Date.parse('2026-06-01') / DAY; day++)
    if (isFirst(day, calendar)) days.push(day)
  return days
}
/** Which of them a day is in. */
const ordinal = (starts: readonly number[], day: number) => starts.findLastIndex((first) => first <= day)

/** The first instant of a local day. */
function begins(day: number, zone: string): number {
  let [before, after] = [day * DAY - 20 * 3_600_000, day * DAY + 20 * 3_600_000]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (dayOf(middle, zone) >= day) after = middle
    else before = middle
  }
  return after
}

interface Asked {
  from: string
  to: string
}
/** The periods that a range touches. */
function touched(asked: Asked, starts: readonly number[], zone: string): number[] {
  const first = ordinal(starts, dayOf(Date.parse(asked.from), zone))
  const last = ordinal(starts, dayOf(Date.parse(asked.to) - 1, zone))
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

interface RetentionAsked extends Asked {
  start: { event: string }
  return: { event: string }
  cohort: 'first' | 'firstEver' | 'recurring'
  mode: 'on' | 'onOrAfter' | 'range' | 'rolling24h'
  periods: number
  ranges?: readonly [number, number][]
}
const isOf = (event: string, names: string) => names === '*' || event === names

/** Names of members by `cohort/column/group`, and which cells are told. */
export function retained(lives: readonly Life[], asked: RetentionAsked, calendar: Calendar, now: number) {
  const starts = periods(calendar)
  const at = (t: number) => ordinal(starts, dayOf(t, calendar.zone))
  const ranges: readonly (readonly [number, number])[] =
    asked.mode === 'range' ? (asked.ranges ?? []) : Array.from({ length: asked.periods }, (_, i) => [i + 1, i + 1])
  const window = { day: 1, week: 7, month: 30 }[calendar.unit] * DAY
  const rows = touched(asked, starts, calendar.zone).map((c) => {
    const members = lives.flatMap((life) => {
      const matching = life.events.filter((e) => isOf(e.event, asked.start.event)).sort((a, b) => a.t - b.t)
      const start = asked.cohort === 'recurring' ? matching.find((e) => at(e.t) === c) : matching[0]
      if (!start || at(start.t) !== c) return []
      if (asked.cohort === 'firstEver' && life.events.some((e) => e.t < start.t)) return []
      const back = life.events.filter((e) => isOf(e.event, asked.return.event))
      const came = ranges.map(([a, b]) =>
        back.some((e) => {
          if (asked.mode === 'rolling24h') return e.t >= start.t + a * window && e.t < start.t + (b + 1) * window
          return at(e.t) >= c + a && (asked.mode === 'onOrAfter' || at(e.t) <= c + b)
        }),
      )
      return [{ name: life.name, group: start.x, came }]
    })
    const ended = ranges.map(([, b]) =>
      asked.mode === 'rolling24h'
        ? begins(starts[c + 1] ?? 0, calendar.zone) + (b + 1) * window <= now
        : at(now) > c + b,
    )
    return { cohort: text(starts[c] ?? 0), members, ended }
  })
  return { rows, columns: ranges.length }
}

export type State = 'new' | 'returning' | 'resurrected' | 'dormant' | 'lost'
interface LifecycleAsked extends Asked {
  event: string
  lost: number
}

/** The state of everybody in each period, and who was there before and is not now. */
export function lived(lives: readonly Life[], asked: LifecycleAsked, calendar: Calendar, now: number) {
  const starts = periods(calendar)
  const today = dayOf(now, calendar.zone)
  return touched(asked, starts, calendar.zone).map((t) => {
    const states = new Map<string, State>()
    const stopped: string[] = []
    const lastDay = Math.min((starts[t + 1] ?? 0) - 1, today)
    for (const life of lives) {
      const days = life.events.filter((e) => isOf(e.event, asked.event)).map((e) => dayOf(e.t, calendar.zone))
      const seen = days.filter((d) => d <= lastDay)
      if (seen.length === 0) continue
      const isIn = (period: number) => seen.some((d) => ordinal(starts, d) === period)
      const isNew = !seen.some((d) => ordinal(starts, d) < t)
      if (isIn(t)) states.set(life.name, isNew ? 'new' : isIn(t - 1) ? 'returning' : 'resurrected')
      else states.set(life.name, lastDay - Math.max(...seen) >= asked.lost ? 'lost' : 'dormant')
      if (isIn(t - 1) && !isIn(t)) stopped.push(life.name)
    }
    return { bucket: text(starts[t] ?? 0), begun: (starts[t] ?? 0) <= today, states, stopped }
  })
}

/** Who was active in how many periods of the range, on each of its days, and in the 30 days that end with it. */
export function stuck(lives: readonly Life[], asked: Asked & { event: string }, calendar: Calendar, now: number) {
  const { zone } = calendar
  const days = lives.map((life) => ({
    name: life.name,
    days: new Set(life.events.filter((e) => isOf(e.event, asked.event)).map((e) => dayOf(e.t, zone))),
  }))
  const [first, last] = [dayOf(Date.parse(asked.from), zone), dayOf(Date.parse(asked.to) - 1, zone)]
  const starts = periods(calendar)
  const active = new Map(
    days.map(({ name, days }) => {
      const mine = [...days].filter((d) => d >= first && d <= last).map((d) => ordinal(starts, d))
      return [name, new Set(mine).size]
    }),
  )
  const on = (from: number, to: number) =>
    days.filter((l) => [...l.days].some((d) => d >= from && d <= to)).map((l) => l.name)
  const told = []
  for (let d = first; d <= Math.min(last, dayOf(now, zone)); d++) {
    const sum = Array.from({ length: 30 }, (_, i) => on(d - i, d - i).length).reduce((a, b) => a + b, 0)
    told.push({ day: text(d), dau: on(d, d), mau: on(d - 29, d), avgDau: sum / 30 })
  }
  return { active, periods: touched(asked, starts, zone).length, days: told }
}
