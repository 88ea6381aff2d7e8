// Trends counted the long way: every event looked at for every number, with a calendar of its own.

export interface Did {
  u: string
  e: string
  at: number
  p: Readonly<Record<string, unknown>>
}

export interface Asked {
  from: number
  to: number
  now: number
  zone: string
  /** 1 = Monday. */
  weekStart: number
  interval: 'hour' | 'day' | 'week' | 'month'
  measure: string
  events: readonly string[]
  /** Whose events these are today; null for members who are gone. */
  rootOf(user: string): string | null
}

const QUARTER_MS = 900_000
const calendars = new Map<string, { format: Intl.DateTimeFormat; days: Map<number, string> }>()
export function dayOf(at: number, zone: string): string {
  const calendar = calendars.get(zone) ?? {
    format: new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }),
    days: new Map<number, string>(),
  }
  calendars.set(zone, calendar)
  const quarter = Math.floor(at / QUARTER_MS)
  const day = calendar.days.get(quarter) ?? calendar.format.format(at)
  calendar.days.set(quarter, day)
  return day
}
export const moved = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** The first quarter of an hour of a local day; the zones here begin their days at one. */
export function midnight(day: string, zone: string): number {
  let at = Date.parse(`${day}T00:00:00Z`) - 15 * 3_600_000
  while (dayOf(at, zone) < day) at += QUARTER_MS
  return at
}

export function bucketOf(at: number, { interval, zone, weekStart }: Asked): string {
  if (interval === 'hour') return new Date(Math.floor(at / 3_600_000) * 3_600_000).toISOString()
  const day = dayOf(at, zone)
  if (interval === 'day') return day
  if (interval === 'month') return `${day.slice(0, 7)}-01`
  let first = day
  while (new Date(`${first}T00:00:00Z`).getUTCDay() !== weekStart % 7) first = moved(first, -1)
  return first
}

/** Bucket by bucket its number, and the number of the whole range. */
export function counted(
  all: readonly Did[],
  asked: Asked,
): { buckets: Map<string, number | null>; total: number | null } {
  const { from, to, now, zone } = asked
  const mine = all.filter((d) => asked.events.includes(d.e) && asked.rootOf(d.u) !== null && d.at <= now && d.at < to)
  const inRange = mine.filter((d) => d.at >= from)
  const rolling = Number(/^rolling:(\d+)d$/.exec(asked.measure)?.[1] ?? 0)
  const lastDay = new Map<string, string>()
  for (let at = from; at < to; at += QUARTER_MS)
    if (at <= now || !lastDay.has(bucketOf(at, asked))) lastDay.set(bucketOf(at, asked), dayOf(at, zone))
  const rowsOf = (bucket: string, last: string) =>
    rolling === 0
      ? inRange.filter((d) => bucketOf(d.at, asked) === bucket)
      : mine.filter((d) => dayOf(d.at, zone) <= last && dayOf(d.at, zone) > moved(last, -rolling))
  const measure = rolling > 0 ? 'members' : asked.measure
  const fold = (rows: readonly Did[]) => folded(measure, rows, asked)
  const buckets = [...lastDay].map(([bucket, last]) => [bucket, fold(rowsOf(bucket, last))] as const)
  return { buckets: new Map(buckets), total: fold(inRange) }
}

function folded(measure: string, rows: readonly Did[], { rootOf }: Asked): number | null {
  const members = new Set(rows.map((d) => rootOf(d.u))).size
  const prices = rows.flatMap((d) => (typeof d.p.price === 'number' ? [d.p.price] : [])).sort((a, b) => a - b)
  const sum = prices.reduce((a, b) => a + b, 0)
  if (measure === 'total') return rows.length
  if (measure === 'members') return members
  if (measure === 'perMember') return members === 0 ? null : rows.length / members
  if (measure === 'sum') return sum
  if (prices.length === 0) return null
  if (measure === 'avg') return sum / prices.length
  if (measure === 'min') return prices[0] ?? null
  if (measure === 'max') return prices.at(-1) ?? null
  const place = (Number(measure.slice(1)) / 100) * (prices.length - 1)
  const [low = 0, high = 0] = [prices[Math.floor(place)], prices[Math.ceil(place)]]
  return low + (high - low) * (place - Math.floor(place))
}

/** Numbers that look drawn and are the same each time. */
export function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
