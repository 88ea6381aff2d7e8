// Distributions and heat maps against counting by hand.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { type Did, dayOf, dice, midnight } from './trend.fixture.ts'

const NOW = '2026-04-10T15:00:00.000Z'
const ZONE = 'America/New_York'
const HOUR = 3_600_000
let w: World
let base: string
let sent = 0
const past: Did[] = []

beforeAll(async () => {
  w = await world({ at: NOW })
  const { ensureWriteKey } = await import('#data/ingest')
  await ensureWriteKey(w.host.db, 'wk_heat', w.now())
  await w.as(w.owner, 'brand.update', { zone: ZONE })
  base = await w.http()
  const roll = dice(11)
  await happen(
    Array.from({ length: 500 }, () => ({
      u: `u${Math.floor((roll(30) * roll(31)) / 30)}`,
      e: 'View',
      at: Date.parse('2026-03-01T00:00:00Z') + roll(30 * 24 * 60) * 60_000,
      p: roll(4) ? { price: roll(400) / 4 } : {},
    })),
  )
})
afterAll(() => w.end())

async function happen(some: readonly Did[]) {
  past.push(...some)
  const batch = some.map(({ u, e, at, p }) => ({
    ...{ type: 'track', messageId: `d-${sent++}`, userId: u, event: e },
    ...{ timestamp: new Date(at).toISOString(), properties: p },
  }))
  const response = await fetch(`${base}/v1/batch`, {
    method: 'POST',
    body: JSON.stringify({ writeKey: 'wk_heat', batch }),
  })
  expect(response.status).toBe(200)
  await w.settle()
}

const range = { from: new Date(midnight('2026-03-02', ZONE)).toISOString(), to: NOW }
const ask = <R>(kind: string, query: object) => w.as(w.owner, `insight.${kind}`, { ...range, ...query }) as Promise<R>
async function sizeOf(kind: string, query: object, cell: string): Promise<number> {
  const definition = { insight: { kind, query: { ...range, ...query }, cell } }
  return ((await w.as(w.owner, 'segment.preview', { definition })) as { count: number }).count
}

interface Distribution {
  bins: { from: number | null; to: number | null; members: number; cell: string }[]
  members: number
  mean: number
  median: number
  p90: number
}

/** What each member did, lowest first. */
function valuesOf(measure: string): number[] {
  const mine = Map.groupBy(
    past.filter((d) => d.e === 'View' && d.at >= Date.parse(range.from)),
    (d) => d.u,
  )
  const values = [...mine.values()].flatMap((rows) => {
    const prices = rows.flatMap((d) => (typeof d.p.price === 'number' ? [d.p.price] : []))
    if (measure === 'count') return [rows.length]
    if (measure === 'days') return [new Set(rows.map((d) => dayOf(d.at, ZONE))).size]
    if (prices.length === 0) return []
    const sum = prices.reduce((a, b) => a + b, 0)
    return [{ sum, avg: sum / prices.length, min: Math.min(...prices), max: Math.max(...prices) }[measure] ?? 0]
  })
  return values.sort((a, b) => a - b)
}

test.each(['count', 'days', 'sum', 'avg', 'min', 'max'])('the distribution of %s', async (measure) => {
  const query = {
    event: 'View',
    measure,
    bins: 5,
    ...(measure === 'count' || measure === 'days' ? {} : { of: 'price' }),
  }
  const found = await ask<Distribution>('distribution', query)
  const values = valuesOf(measure)
  const quantile = (q: number) => {
    const at = q * (values.length - 1)
    const [low = 0, high = 0] = [values[Math.floor(at)], values[Math.ceil(at)]]
    return low + (high - low) * (at - Math.floor(at))
  }
  expect(found.members).toBe(values.length)
  expect(found.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 9)
  expect(found.median).toBeCloseTo(quantile(0.5), 9)
  expect(found.p90).toBeCloseTo(quantile(0.9), 9)
  const { bins } = found
  expect(bins.length).toBeGreaterThan(1)
  expect(bins.length).toBeLessThan(9)
  bins.forEach((bin, i) => {
    const isLast = i === bins.length - 1
    const inside = values.filter((v) => v >= Number(bin.from) && (v < Number(bin.to) || (isLast && v === bin.to)))
    expect([bin, bin.members]).toEqual([bin, inside.length])
    if (!isLast) expect(bins[i + 1]?.from).toBe(bin.to)
  })
  expect(bins.reduce((n, b) => n + b.members, 0)).toBe(found.members)
  for (const bin of [bins[0], bins.at(-1)])
    expect(await sizeOf('distribution', query, bin?.cell ?? '')).toBe(bin?.members)
})

test('edges of one’s own: what lies outside of them is told, too', async () => {
  const query = { event: 'View', edges: [3, 10, 20] }
  const values = valuesOf('count')
  const count = (low: number, high: number) => values.filter((v) => v >= low && v < high).length
  const { bins, members } = await ask<Distribution>('distribution', query)
  expect(bins.map((b) => [b.from, b.to, b.members])).toEqual([
    [null, 3, count(0, 3)],
    [3, 10, count(3, 10)],
    [10, 20, count(10, 20)],
    [20, null, count(20, 999)],
  ])
  for (const bin of bins) expect(await sizeOf('distribution', query, bin.cell)).toBe(bin.members)
  expect(await sizeOf('distribution', query, '~/~')).toBe(members)
  expect(await ask('distribution', { event: 'View', edges: [3, 3] })).toMatchObject({ status: 400 })
  expect(await ask('distribution', { event: 'View', measure: 'sum' })).toMatchObject({
    code: 'insight.measure_of_missing',
  })
  expect(await ask('distribution', { event: 'Nothing' })).toMatchObject({ bins: [], members: 0, mean: null })
})

interface Heat {
  cells: { weekday: number; hour: number; value: number; cell: string }[]
  total: number
  totalCell: string
  best: { weekday: number; hour: number; members: number; weeks: number; rate: number | null; cell: string }[]
}

test('hours of the week by the calendar of the zone, over a change of its clock', async () => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', hourCycle: 'h23' })
  const views = past.filter((d) => d.e === 'View' && d.at >= Date.parse(range.from))
  const slotOf = ({ at }: Did) =>
    `${new Date(`${dayOf(at, ZONE)}T00:00:00Z`).getUTCDay() || 7}/${Number(format.format(at))}`
  for (const measure of ['total', 'members']) {
    const value = (some: readonly Did[]) => (measure === 'total' ? some.length : new Set(some.map((d) => d.u)).size)
    const heat = await ask<Heat>('heatmap', { event: 'View', measure })
    const wanted = [...Map.groupBy(views, slotOf)].map(([slot, some]) => [slot, value(some)] as const)
    expect(new Map(heat.cells.map((c) => [`${c.weekday}/${c.hour}`, c.value]))).toEqual(new Map(wanted))
    expect(heat.total).toBe(value(views))
    if (measure === 'members')
      for (const cell of heat.cells.slice(0, 3))
        expect(await sizeOf('heatmap', { event: 'View' }, cell.cell)).toBe(cell.value)
  }
})

test('the best hours are those that are good again and again', async () => {
  const at = (day: string, hour: number) => midnight(day, ZONE) + hour * HOUR + 60_000
  const mondays = ['2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30']
  const reply = (u: number, time: number) => ({ u: `u${u}`, e: 'Reply', at: time, p: {} })
  const each = (n: number, of: (i: number) => Did) => Array.from({ length: n }, (_, i) => of(i))
  await happen([
    // Twelve members each Monday evening; many replies of two on Monday mornings; one lucky night of all.
    ...mondays.flatMap((day) => each(12, (i) => reply(i, at(day, 20)))),
    ...mondays.flatMap((day) => each(60, (i) => reply(i % 2, at(day, 10) + i))),
    ...each(25, (i) => reply(i, at('2026-03-10', 3))),
    // Ten of a hundred who are there on Wednesdays at noon, against nine of ten at six.
    ...['2026-03-11', '2026-03-18', '2026-03-25', '2026-04-01'].flatMap((day) => [
      ...each(10, (i) => reply(i, at(day, 12))),
      ...each(100, (i) => ({ ...reply(i, at(day, 12)), e: 'Look' })),
      ...each(9, (i) => reply(i, at(day, 18))),
      ...each(10, (i) => ({ ...reply(i, at(day, 18)), e: 'Look' })),
    ]),
  ])
  const slots = (heat: Heat) => heat.best.map((b) => `${b.weekday}/${b.hour}`)
  const byMembers = await ask<Heat>('heatmap', { event: 'Reply' })
  expect(slots(byMembers)).toEqual(['1/20', '3/12', '3/18'])
  // Mondays from 2 March to 6 April.
  expect(byMembers.best[0]).toMatchObject({ members: 12, weeks: 6, rate: null, membersPerWeek: 8 })
  const byRate = await ask<Heat>('heatmap', { event: 'Reply', best: 'rate' })
  expect(slots(byRate)).toEqual(['1/20', '3/18', '3/12'])
  expect(byRate.best.map((b) => Math.round(10 * (b.rate ?? 0)))).toEqual([10, 9, 1])
  for (const hour of byRate.best) expect(await sizeOf('heatmap', { event: 'Reply' }, hour.cell)).toBe(hour.members)
})
