import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { bucketOf, counted, type Did, dayOf, dice, midnight, moved } from './trend.fixture.ts'

const NOW = '2026-04-10T15:00:00.000Z'
const NEW_YORK = 'America/New_York'
const SHANGHAI = 'Asia/Shanghai'
const HOUR = 3_600_000
const EVENTS = ['View', 'Cart', 'Buy']
const CITIES = ['Paris', 'Oslo', 'Rome']
let w: World
let base: string
const past: Did[] = []
/** Who somebody is today, when not themselves; null once erased. */
const roots = new Map<string, string | null>()
const rootOf = (u: string) => (roots.has(u) ? (roots.get(u) ?? null) : u)
const ids = new Map<string, string>()
const city = (u: string) => (u === 'u3' ? undefined : CITIES[Number(u.slice(1)) % 4])
let sent = 0

beforeAll(async () => {
  w = await world({ at: NOW })
  const { ensureWriteKey } = await import('#data/ingest')
  await ensureWriteKey(w.host.db, 'wk_trend', w.now())
  // The zone of the brand has summer time, and its weeks begin on Sunday.
  await w.as(w.owner, 'brand.update', { zone: NEW_YORK, weekStart: 7 })
  base = await w.http()
  for (let i = 0; i < 14; i++) {
    const properties = city(`u${i}`) ? { city: city(`u${i}`) } : {}
    const { memberId } = (await w.as(w.owner, 'member.upsert', { externalId: `u${i}`, properties })) as {
      memberId: string
    }
    ids.set(`u${i}`, memberId)
  }
  await happen(history(7, 700, Date.parse('2026-02-01T00:00:00Z'), Date.parse(NOW)))
})
afterAll(() => w.end())

function history(seed: number, n: number, first: number, end: number): Did[] {
  const roll = dice(seed)
  return Array.from({ length: n }, () => ({
    u: `u${Math.floor((roll(14) * roll(15)) / 14)}`,
    e: EVENTS[roll(3)] ?? 'View',
    // Half of them within minutes of the midnights of some zone.
    at: roll(2) ? first + roll(end - first) : first + roll((end - first) / HOUR) * HOUR + roll(3) * 1000,
    p: {
      ...(roll(4) ? { price: roll(50) } : { price: 'many' }),
      ...(roll(5) ? { colour: ['red', 'green', 'blue', 'grey'][Math.floor((roll(4) * roll(5)) / 4)] } : {}),
    },
  }))
}

async function happen(some: readonly Did[]) {
  past.push(...some)
  const batch = some.map(({ u, e, at, p }) => ({
    ...{ type: 'track', messageId: `t-${sent++}`, userId: u, event: e },
    ...{ timestamp: new Date(at).toISOString(), properties: p },
  }))
  const crawled = { ...batch[0], messageId: `t-${sent++}`, context: { userAgent: 'Googlebot/2.1' } }
  const body = JSON.stringify({ writeKey: 'wk_trend', batch: [...batch, crawled] })
  const response = await fetch(`${base}/v1/batch`, { method: 'POST', body })
  expect(response.status).toBe(200)
  await w.settle()
}

interface Line {
  name: string
  group?: string | null
  formula?: true
  values: (number | null)[]
  cells: string[]
  total: number | null
  totalCell: string
  previous?: (number | null)[]
  previousCells?: string[]
  previousTotal?: number | null
  previousTotalCell?: string
}
interface Trend {
  buckets: string[]
  previousBuckets?: string[]
  unfinished: number[]
  series: Line[]
}
const ask = async (query: object) => (await w.as(w.owner, 'insight.trend', query)) as Trend
const iso = (at: number) => new Date(at).toISOString()
const round = (n: number | null | undefined) => (typeof n === 'number' ? Math.round(n * 1e9) / 1e9 : n)

/** Every name is asked once, so that nothing is answered from memory. */
let asking = 0

async function compare(
  measures: readonly string[],
  zone: string,
  interval: 'hour' | 'day' | 'week' | 'month',
  from: number,
  to: number,
) {
  const series = measures.map((measure) => ({
    ...{ event: measure === 'members' ? '*' : ['View', 'Buy'], measure, name: `${measure} ${asking++}` },
    ...(/^(sum|avg|min|max|p)/.test(measure) && measure !== 'perMember' ? { of: 'price' } : {}),
  }))
  const answer = await ask({ from: iso(from), to: iso(to), timezone: zone, interval, series })
  const weekStart = 7
  measures.forEach((measure, i) => {
    const events = measure === 'members' ? EVENTS : ['View', 'Buy']
    const now = Date.parse(NOW)
    const wanted = counted(past, { from, to, now, zone, weekStart, interval, measure, events, rootOf })
    const line = answer.series[i]
    const told = `${measure} by ${interval} in ${zone}`
    expect([told, answer.buckets]).toEqual([told, [...wanted.buckets.keys()]])
    expect([told, line?.values.map(round)]).toEqual([told, [...wanted.buckets.values()].map(round)])
    expect([told, round(line?.total)]).toEqual([told, round(wanted.total)])
  })
  return { answer, series }
}

const COUNTING = ['members', 'rolling:1d', 'rolling:28d']
const MEASURES = ['total', 'perMember', 'sum', 'avg', 'min', 'max', 'p50', 'p90', ...COUNTING.slice(0, 2)]

/** Ranges over both changes of the clock: whole days, and cut on both ends. */
const ranges = (zone: string): [number, number][] => [
  [midnight('2026-03-01', zone), midnight('2026-04-08', zone)],
  [midnight('2026-03-03', zone) + 7.25 * HOUR, Date.parse(NOW) - 3.5 * HOUR],
  [midnight('2026-02-20', zone), midnight('2026-04-11', zone)],
]

/** Whole days, cut days, and what is still going on. */
async function compareCounting() {
  for (const [from, to] of ranges(NEW_YORK).slice(1)) await compare(COUNTING, NEW_YORK, 'day', from, to)
  const [from, to] = ranges(NEW_YORK)[0] ?? [0, 0]
  await compare(COUNTING, NEW_YORK, 'week', from, to)
}

test('every measure, zone and interval is what counting by hand gives', async () => {
  const [cut] = ranges(NEW_YORK).slice(1)
  for (const interval of ['day', 'week', 'month'] as const)
    await compare(MEASURES, NEW_YORK, interval, cut?.[0] ?? 0, cut?.[1] ?? 0)
  const [from, to] = [midnight('2026-03-07', NEW_YORK), midnight('2026-03-10', NEW_YORK)]
  const hours = await compare(MEASURES.slice(0, 9), NEW_YORK, 'hour', from, to)
  // The night of the change has an hour less.
  expect(hours.answer.buckets).toHaveLength(71)
  await compareCounting()
  for (const [first, end] of ranges(SHANGHAI)) await compare(COUNTING, SHANGHAI, 'day', first, end)
})

test('bitmaps give what events give: after late events, merging, parting, erasing, and cut off at any time', async () => {
  const build = async () => {
    await w.host.enqueue(w.host.db, 'insight.activity', { zone: NEW_YORK }, undefined)
    await w.settle()
  }
  await build()
  const kept = await w.warehouse.query<{ n: number }>('SELECT count() AS n FROM activity')
  expect(Number(kept[0]?.n)).toBeGreaterThan(100)
  await compareCounting()
  await happen(history(8, 60, Date.parse('2026-02-01T00:00:00Z'), Date.parse('2026-04-01T00:00:00Z')))
  const merge = async (keep: string, merged: string) => {
    const pair = { keepId: ids.get(keep), mergeId: ids.get(merged) }
    const { mergeId } = (await w.as(w.owner, 'member.merge', pair)) as { mergeId: string }
    await w.settle()
    roots.set(merged, keep)
    return mergeId
  }
  const undone = await merge('u0', 'u1')
  await merge('u2', 'u3')
  await compareCounting()
  await w.as(w.owner, 'member.unmerge', { mergeId: undone })
  await w.settle()
  roots.delete('u1')
  await w.as(w.owner, 'member.erase', { memberId: ids.get('u4') })
  roots.set('u4', null)
  await compareCounting()
  await w.settle()
  // Built on, and built again as after a death before its progress was written.
  await build()
  await sql`update insight_activity set batch = 0`.execute(w.db)
  await build()
  await compareCounting()
  // What is asked is read from the bitmaps: one that lies changes the answer.
  const [from, to] = [midnight('2026-03-01', NEW_YORK), midnight('2026-03-03', NEW_YORK)]
  await w.clickhouse.command(
    `INSERT INTO activity SELECT {zone:String}, false, 'Lie', '2026-03-01', '2026-03-01 12:00:00', groupBitmapState(number)
     FROM members WHERE number IN (SELECT member FROM events WHERE name = 'View')`,
    { zone: NEW_YORK },
  )
  const lie = await ask({ from: iso(from), to: iso(to), series: [{ event: 'Lie', measure: 'members' }] })
  const viewers = new Set(past.filter((d) => d.e === 'View').map((d) => rootOf(d.u)))
  viewers.delete(null)
  expect(lie.series[0]?.values).toEqual([viewers.size, 0])
  // Who is from Oslo has been known for a moment only.
  const filter = { property: 'city', op: 'eq', value: 'Oslo' }
  const few = await ask({
    from: iso(from),
    to: '2026-04-11T00:00:00Z',
    filter,
    series: [{ event: 'Lie', measure: 'members' }],
  })
  const store = w.operator('store', { kind: 'communities', ids: ['0191f5b0-0000-7000-8000-000000000001'] })
  const theirs = { from: iso(from), to: iso(to), series: [{ event: 'Lie', measure: 'members' }] }
  expect(((await w.as(store, 'insight.trend', theirs)) as Trend).series[0]?.total).toBe(0)
  expect(few.series[0]?.total).toBe([...viewers].filter((u) => u && city(u) === 'Oslo').length)
})

test('members of a range are never more than the sum of its days', async () => {
  const [from, to] = [midnight('2026-03-01', NEW_YORK), midnight('2026-04-08', NEW_YORK)]
  const { series } = await ask({ from: iso(from), to: iso(to), series: [{ event: '*', measure: 'members' }] })
  const line = series[0]
  const sum = line?.values.reduce<number>((a, b) => a + (b ?? 0), 0) ?? 0
  expect(line?.total).toBeLessThan(sum)
  expect(line?.total).toBeGreaterThanOrEqual(Math.max(...(line?.values.map(Number) ?? [])))
})

test('compared with as many periods before, bucket by bucket', async () => {
  const series = [{ event: 'View' }, { event: '*', measure: 'members' }, { event: '*', measure: 'rolling:7d' }]
  const whole = async (first: string, end: string, more = 0) => {
    const [from, to] = [midnight(first, NEW_YORK), midnight(end, NEW_YORK) + more]
    return (interval: string, compare: boolean) => ask({ from: iso(from), to: iso(to), interval, series, compare })
  }
  const numbers = (t: Trend) => t.series.map((s) => [s.values, s.total])
  const before = (t: Trend) => t.series.map((s) => [s.previous, s.previousTotal])
  // Ten days over the night that has an hour less, against the ten before.
  const days = await (await whole('2026-03-05', '2026-03-15'))('day', true)
  const daysBefore = await (await whole('2026-02-23', '2026-03-05'))('day', false)
  expect(days.previousBuckets).toEqual(daysBefore.buckets)
  expect(before(days)).toEqual(numbers(daysBefore))
  // March has three days more than February.
  const months = await (await whole('2026-03-01', '2026-04-01'))('month', true)
  expect(before(months)).toEqual(numbers(await (await whole('2026-02-01', '2026-03-01'))('month', false)))
  // A range that ends at noon is set against one that does.
  const noon = await (await whole('2026-03-20', '2026-03-22', 12 * HOUR))('day', true)
  expect(before(noon)).toEqual(numbers(await (await whole('2026-03-17', '2026-03-19', 12 * HOUR))('day', false)))
})

test('broken down by values of events and of members, the rest together, those without one apart', async () => {
  const [from, to] = [midnight('2026-03-01', NEW_YORK), midnight('2026-04-01', NEW_YORK)]
  const query = (breakdown: object, series: object[]) => ({ from: iso(from), to: iso(to), breakdown, series })
  const inMarch = past.filter((d) => d.at >= from && d.at < to && d.e === 'View' && rootOf(d.u) !== null)
  const membersBy = (of: (d: Did) => string) => {
    const by = new Map<string, Set<string | null>>()
    for (const d of inMarch) by.set(of(d), (by.get(of(d)) ?? new Set()).add(rootOf(d.u)))
    return by
  }
  const colours = membersBy((d) => String(d.p.colour ?? ''))
  const top = [...colours.keys()]
    .filter((c) => c !== '')
    .sort((a, b) => (colours.get(b)?.size ?? 0) - (colours.get(a)?.size ?? 0) || (a < b ? -1 : 1))
    .slice(0, 2)
  const folded = membersBy((d) =>
    !d.p.colour || top.includes(String(d.p.colour)) ? String(d.p.colour ?? '') : '$other',
  )
  for (const measure of ['members', 'perMember', 'total', 'rolling:1d']) {
    const { series } = await ask(query({ eventProperty: 'colour', limit: 2 }, [{ event: 'View', measure }]))
    expect(series.map((s) => s.group)).toEqual([...top, null, '$other'])
    const count = (g: string) =>
      inMarch.filter(
        (d) => (top.includes(String(d.p.colour ?? '')) ? String(d.p.colour) : d.p.colour ? '$other' : '') === g,
      )
    const wanted = [...top, '', '$other'].map((g) => {
      const members = folded.get(g)?.size ?? 0
      return measure === 'total' ? count(g).length : measure === 'perMember' ? count(g).length / members : members
    })
    expect([measure, series.map((s) => s.total)]).toEqual([measure, wanted])
    const day = series[0]?.values.map(Number).findIndex((v) => v > 1) ?? 0
    expect(series[0]?.values[day]).toBeGreaterThan(1)
  }
  // As it held at the end of the range, which is now: it has been known for a moment only.
  const { series } = await ask({
    ...query({ property: 'city' }, [{ event: 'View', measure: 'members' }]),
    to: '2026-05-01T00:00:00Z',
  })
  const cities = new Map<string, Set<string | null>>()
  for (const d of past)
    if (d.at >= from && d.e === 'View' && rootOf(d.u)) {
      const of = city(rootOf(d.u) ?? '') ?? ''
      cities.set(of, (cities.get(of) ?? new Set()).add(rootOf(d.u)))
    }
  expect(new Map(series.map((s) => [s.group ?? '', s.total]))).toEqual(
    new Map([...cities].map(([c, m]) => [c, m.size])),
  )
})

test('formulas are computed place by place and group by group', async () => {
  const [from, to] = [midnight('2026-03-01', NEW_YORK), midnight('2026-03-15', NEW_YORK)]
  const series = [{ event: 'Buy' }, { event: 'View' }, { event: 'Buy', measure: 'avg', of: 'price' }]
  const ratio = { name: 'Ratio', expression: '(A + 2 * a - -0.5) / B' }
  const plain = await ask({ from: iso(from), to: iso(to), series, formulas: [ratio], compare: true })
  const [a, b, , f] = plain.series
  const by = (x: number | null | undefined, y: number | null | undefined) => (y ? (Number(x) * 3 + 0.5) / y : null)
  expect(f).toMatchObject({ name: 'Ratio', formula: true, cells: [], total: by(a?.total, b?.total) })
  expect(f?.values).toEqual(a?.values.map((x, i) => by(x, b?.values[i])))
  expect(f?.previous).toEqual(a?.previous?.map((x, i) => by(x, b?.previous?.[i])))
  expect(f?.values).toContain(null)
  const breakdown = { eventProperty: 'colour', limit: 2 }
  const apart = await ask({ from: iso(from), to: iso(to), series, breakdown, formulas: [ratio] })
  const groupsOf = (name: string) => apart.series.filter((s) => s.name === name)
  for (const line of groupsOf('Ratio')) {
    const [x, y] = ['Buy', 'View'].map((name) => groupsOf(name).find((s) => s.group === line.group))
    expect(line.total).toBe(by(x?.total ?? 0, y?.total ?? 0))
  }
  const flaw = async (expression: string) => {
    const formulas = [{ name: 'F', expression }]
    const answer = (await ask({ from: iso(from), to: iso(to), series, formulas })) as unknown as {
      status: number
      errors: { path: string; message: { en: string } }[]
    }
    return [answer.status, answer.errors[0]?.path, answer.errors[0]?.message.en]
  }
  const path = 'formulas.0.expression'
  expect(await flaw('A / D')).toEqual([400, path, 'there is no series D'])
  expect(await flaw('A /')).toEqual([400, path, 'the formula ends too early'])
  expect(await flaw('(A + B')).toEqual([400, path, 'a parenthesis is not closed'])
  expect(await flaw('A B')).toEqual([400, path, '“B” is not expected here'])
  expect(await flaw('A; B')).toEqual([400, path, '“;” cannot stand in a formula'])
})

test('every number of members is the size of its list', async () => {
  const [from, to] = [midnight('2026-03-01', NEW_YORK) + HOUR, midnight('2026-03-20', NEW_YORK) + 5 * HOUR]
  const query = {
    ...{
      from: iso(from),
      to: iso(to),
      interval: 'week',
      compare: true,
      breakdown: { eventProperty: 'colour', limit: 2 },
    },
    series: [
      { event: ['View', 'Buy'], measure: 'members' },
      { event: '*', measure: 'rolling:7d' },
    ],
  }
  const roll = dice(3)
  const numbers = (t: Trend) =>
    t.series.flatMap((s) => [
      ...s.cells.map((cell, i) => [cell, s.values[i]] as const),
      ...(s.previousCells ?? []).map((cell, i) => [cell, s.previous?.[i]] as const),
      [s.totalCell, s.total] as const,
      [s.previousTotalCell ?? '', s.previousTotal] as const,
    ])
  const all = numbers(await ask(query))
  const some = all.filter(() => roll(3) === 0)
  expect(some.length).toBeGreaterThan(10)
  for (const [cell, value] of some) {
    const definition = { insight: { kind: 'trend', query, cell } }
    const { count } = (await w.as(w.owner, 'segment.preview', { definition })) as { count: number }
    expect([cell, count]).toEqual([cell, value])
  }
})

test('rolling counts need days, and a period to come has none', async () => {
  const series = [{ event: 'View', measure: 'rolling:7d' }]
  const range = { from: '2026-04-08T00:00:00Z', to: '2026-04-13T00:00:00Z', timezone: 'UTC', series }
  expect(await ask({ ...range, interval: 'hour' })).toMatchObject({ code: 'insight.rolling_by_hour' })
  const days = await ask(range)
  expect(days.unfinished).toEqual([2, 3, 4])
  expect(days.series[0]?.values.slice(3)).toEqual([null, null])
  expect(bucketOf(Date.parse(NOW), { interval: 'day', zone: 'UTC' } as never)).toBe(dayOf(Date.parse(NOW), 'UTC'))
  expect(moved(days.buckets[0] ?? '', 2)).toBe(days.buckets[2])
})
