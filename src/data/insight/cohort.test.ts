// Retention, lifecycle and stickiness on published cases of other tools (`insight-cases.json`; the source of each is
// named) and at the edges of our own definitions.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { type Happening, type Identities, only, openCases, who } from './case.fixture.ts'

let w: World
const NOW = '2026-03-01T02:00:00.000Z'

interface Cohorts {
  rows: { cohort: string; size: number; values: (number | null)[]; cells: string[]; lostCells: (string | null)[] }[]
  average: (number | null)[]
}
type Retention = Cohorts & { columns: unknown[]; groups?: Record<string, Cohorts> }

const ask = (kind: string, query: object) => w.as(w.owner, `insight.${kind}`, query)
const matrix = (answer: Cohorts) => answer.rows.map((r) => r.values)
/** The published tables are triangles that end with the range; ours go on to the present. */
const triangle = (answer: Cohorts, like: number[][]) => matrix(answer).map((row, i) => row.slice(0, like[i]?.length))

const visits = (of: string, event: string, times: string[]): Happening[] =>
  times.map((t) => ({ u: of, e: event, t: t.length > 10 ? t : `${t}T05:00:00Z` }))
const june = (...days: number[]) => days.map((d) => `2020-06-${String(d).padStart(2, '0')}`)

/** test_day_interval, and of the return event test_retention_with_properties_on_return_event. */
const twoPeople = (marked = false): Happening[] =>
  [
    ...visits('person1', 'pageview', [...june(10, 11, 12, 15), '2020-06-16']),
    { u: 'alias1', e: 'pageview', t: '2020-06-15T09:00:00Z' },
    ...visits('person2', 'pageview', june(11, 12, 13, 16)),
  ].map((e) => (marked && e.u === 'person1' && e.t.startsWith('2020-06-11') ? { ...e, p: { k: 'v' } } : e))
const twoNames: Identities = { person1: ['person1', 'alias1'] }

/** _create_first_time_retention_events. */
const signUps: Happening[] = [
  ...visits('shouldnt_include', 'signed_up', june(5, 9)),
  ...visits('person1', 'signed_up', june(9, 11, 12, 13, 14)),
  ...visits('person2', 'signed_up', june(9)),
  ...visits('person3', 'signed_up', june(10)),
  ...visits('person4', 'signed_up', june(12)),
  ...visits('person1', 'pageview', june(10, 11, 12, 15, 16)),
  { u: 'alias1', e: 'pageview', t: '2020-06-15T09:00:00Z' },
  ...visits('person2', 'pageview', june(11, 12, 13, 16)),
  ...visits('person3', 'pageview', june(11, 13, 14, 15)),
  ...visits('person4', 'pageview', june(13, 15)),
]

const us = { country: 'US' }
const openings: Happening[] = [
  ...['04', '05', '06'].map((d) => ({ u: 'RU1', e: 'app_open', t: `2024-03-${d}T12:00:00Z`, p: us })),
  ...['04', '06'].map((d) => ({ u: 'RU2', e: 'app_open', t: `2024-03-${d}T12:00:00Z`, p: us })),
  { u: 'RU3', e: 'app_open', t: '2024-03-04T12:00:00Z', p: { country: 'SE' } },
  ...['05', '06'].map((d) => ({ u: 'RU4', e: 'app_open', t: `2024-03-${d}T12:00:00Z`, p: us })),
  { u: 'RU5', e: 'app_open', t: '2024-03-05T12:00:00Z', p: us },
  { u: 'RU1', e: 'purchase', t: '2024-03-05T12:00:00Z', p: us },
  { u: 'RU2', e: 'purchase', t: '2024-03-06T12:00:00Z', p: us },
]

beforeAll(async () => {
  w = await world({ at: NOW })
  const ingest = await openCases(w)
  await ingest('R01', twoPeople(), twoNames)
  await ingest('R02', [
    ...visits(
      'person1',
      'pageview',
      ['01', '02', '03', '05', '06', '09'].map((m) => `2020-${m}-10`),
    ),
    ...visits(
      'person2',
      'pageview',
      ['01', '02', '03', '06', '07', '11'].map((m) => `2020-${m}-10`),
    ),
  ])
  await ingest('R03', signUps, twoNames)
  await ingest('R05', [
    ...visits('person1', 'pageview', ['2020-06-09T01:00:00Z', '2020-06-10T01:00:00Z', '2020-06-11T01:00:00Z']),
    ...visits('person2', 'pageview', ['2020-06-16T01:00:00Z', '2020-06-16T09:00:00Z']),
  ])
  await ingest('R06', [
    ...visits('person1', 'pageview', [...june(10, 11, 17, 24), '2020-07-04', '2020-07-11']),
    ...visits('person2', 'pageview', [...june(10, 11, 17), '2020-07-04', '2020-07-11', '2020-07-25']),
  ])
  await ingest('R07', twoPeople(true), twoNames)
  await ingest('R08', openings)
  await ingest('R09', [
    ...visits('WU1', 'app_open', ['2024-12-30T12:00:00Z', '2025-01-06T12:00:00Z']),
    ...visits('WU2', 'app_open', ['2024-12-30T12:00:00Z']),
  ])
  await ingest('roll', [
    ...visits('person1', 'pageview', june(10, 13, 14)),
    ...visits('person2', 'pageview', june(10, 11)),
    ...visits('person3', 'pageview', june(11, 12, 13)),
    ...visits('person4', 'pageview', june(13, 14)),
    ...visits('person5', 'pageview', june(14)),
  ])
  const january = (...days: number[]) => days.map((d) => `2020-01-${String(d).padStart(2, '0')}T12:00:00Z`)
  await ingest('L01', [
    ...visits('p1', 'pageview', january(11, 12, 13, 15, 17, 19)),
    ...visits('p2', 'pageview', january(9, 12)),
    ...visits('p3', 'pageview', january(12)),
    ...visits('p4', 'pageview', january(15)),
  ])
  await ingest('S01', [
    ...visits('p1', 'pageview', january(11, 12, 13, 14, 15, 16, 17, 18, 19)),
    ...visits('p2', 'pageview', january(11, 13, 15, 17, 19)),
  ])
  await ingest('edge', [
    ...visits('early', 'Hello', ['2025-10-02T22:00:00Z']),
    ...visits('early', 'Join', ['2025-10-10T00:00:00Z']),
    // Ten minutes short of 24 h after the start, exactly then, and just short of the second window's end.
    ...visits('early', 'Visit', ['2025-10-10T23:50:00Z', '2025-10-12T00:00:00Z']),
    ...visits('late', 'Join', ['2025-10-10T23:00:00Z']),
    ...visits('late', 'Visit', ['2025-10-11T01:00:00Z', '2025-10-11T23:00:00Z', '2025-10-16T22:59:59.999Z']),
    // Greeting and joining at one instant have no order.
    ...visits('twin', 'Hello', ['2025-10-11T08:00:00Z']),
    { u: 'twin', e: 'Join', t: '2025-10-11T08:00:00Z', p: { city: 'Suzhou' } },
    { u: 'twin', e: 'Join', t: '2025-10-13T08:00:00Z', p: { city: 'Wuxi' } },
    ...visits('fresh', 'Join', ['2026-02-27T12:00:00Z']),
    ...visits('fresh', 'Visit', ['2026-02-28T12:00:00Z', '2026-03-01T01:00:00Z']),
    { u: 'crawler', e: 'Join', t: '2025-10-10T08:00:00Z', bot: true },
  ])
})
afterAll(() => w.end())

const utc = { timezone: 'UTC' }
const pageview = { start: { event: 'pageview' }, return: { event: 'pageview' } }
const retention = (of: string, query: object) =>
  ask('retention', { ...utc, filter: only(of), ...pageview, ...query }) as Promise<Retention>

describe('retention of published cases', () => {
  const days = [
    [1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0],
    [2, 2, 1, 0, 1, 2, 0, 0, 0, 0],
    [2, 1, 0, 1, 2, 0, 0, 0, 0],
    [1, 0, 0, 1, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
    [1, 1, 0, 0, 0, 0],
    [2, 0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0],
    [0, 0],
    [0],
  ]
  const eleven = { from: '2020-06-10T05:00:00Z', to: '2020-06-20T06:00:00Z', period: 'day', periods: 10 }
  const recurring = { cohort: 'recurring' }

  test('R01: recurring by day, two ids of one person (PostHog test_day_interval)', async () => {
    const answer = await retention('R01', { ...eleven, ...recurring })
    expect(answer.rows[0]?.cohort).toBe('2020-06-10')
    expect(triangle(answer, days)).toEqual(days)
  })
  test('R02: recurring by calendar month (PostHog test_month_interval)', async () => {
    const months = [
      [2, 2, 2, 0, 1, 2, 1, 0, 1, 0, 1],
      [2, 2, 0, 1, 2, 1, 0, 1, 0, 1],
      [2, 0, 1, 2, 1, 0, 1, 0, 1],
      [0, 0, 0, 0, 0, 0, 0, 0],
      [1, 1, 0, 0, 1, 0, 0],
      [2, 1, 0, 1, 0, 1],
      [1, 0, 0, 0, 1],
      [0, 0, 0, 0],
      [1, 0, 0],
      [0, 0],
      [1],
    ]
    const range = { from: '2020-01-20T00:00:00Z', to: '2020-11-25T00:00:00Z', period: 'month', periods: 10 }
    const answer = await retention('R02', { ...range, ...recurring })
    expect(answer.rows[0]?.cohort).toBe('2020-01-01')
    expect(triangle(answer, months)).toEqual(months)
  })
  test('R04: first time, weeks from Sunday (PostHog test_first_time_retention_weeks, and the days of R03)', async () => {
    const joined = { start: { event: 'signed_up' }, cohort: 'first' }
    const weeks = [[0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0], [4, 4], [0]]
    const range = { from: '2020-05-03T00:00:00Z', to: '2020-06-15T06:00:00Z' }
    const sunday = await retention('R03', { ...range, ...joined, period: 'week', periods: 6, weekStart: 7 })
    expect(sunday.rows[0]?.cohort).toBe('2020-05-03')
    expect(triangle(sunday, weeks)).toEqual(weeks)
    const daily = [[2, 1, 2, 2, 1, 0, 1], [1, 1, 0, 1, 1, 1], [0, 0, 0, 0, 0], [1, 1, 0, 1], [0, 0, 0], [0, 0], [0]]
    const byDay = await retention('R03', {
      ...range,
      from: '2020-06-09T00:00:00Z',
      ...joined,
      period: 'day',
      periods: 6,
    })
    expect(triangle(byDay, daily)).toEqual(daily)
  })
  test('days are those of the zone (PostHog test_timezones)', async () => {
    const rows = async (timezone: string) =>
      matrix(await retention('R05', { ...eleven, ...recurring, timezone, from: '2020-06-10T08:00:00Z' }))
    const inUtc = await rows('UTC')
    expect([0, 1, 5, 6].map((i) => inUtc[i]?.slice(0, 3))).toEqual([
      [1, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
      [1, 0, 0],
    ])
    const inPacific = await rows('US/Pacific')
    expect([0, 1, 5, 6].map((i) => inPacific[i]?.slice(0, 3))).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [1, 1, 0],
      [1, 0, 0],
    ])
  })
  test('R06: the first and the last interval are whole (PostHog test_interval_rounding)', async () => {
    const weeks = [[2, 2, 1, 2, 2, 0, 1], [2, 1, 2, 2, 0, 1], [1, 1, 1, 0, 0], [2, 2, 0, 1], [2, 0, 1], [0, 0], [1]]
    const range = { from: '2020-06-12T00:00:00Z', to: '2020-07-24T00:00:00Z', period: 'week', periods: 6, weekStart: 7 }
    const answer = await retention('R06', { ...range, ...recurring })
    expect(answer.rows[0]?.cohort).toBe('2020-06-07')
    expect(triangle(answer, weeks)).toEqual(weeks)
  })
  test('R07: a filter on the return only (PostHog test_retention_with_properties_on_return_event)', async () => {
    const marked = { event: 'pageview', where: [{ path: 'k', op: 'eq', value: 'v' }] }
    const answer = await retention('R07', { ...eleven, ...recurring, return: marked })
    expect(answer.rows.map((r) => r.size)).toEqual([1, 2, 2, 1, 0, 1, 2, 0, 0, 0, 0])
    expect(matrix(answer).map((row) => row.slice(1).reduce<number>((a, b) => a + (b ?? 0), 0))).toEqual([
      ...[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ])
    expect(answer.rows[0]?.values[1]).toBe(1)
  })
  test('R08: one cohort a person, on or after, filters (OpenPanel retention.service.test)', async () => {
    const range = { from: '2024-03-04T00:00:00Z', to: '2024-03-06T23:59:59Z', period: 'day', periods: 2 }
    const inUs = { event: 'app_open', where: [{ path: 'country', op: 'eq', value: 'US' }] }
    const opened = { start: { event: 'app_open' }, return: { event: 'app_open' } }
    for (const [query, rows] of [
      [{ ...opened }, [[3, 1, 2], [2, 1], [0]]],
      [{ ...opened, mode: 'onOrAfter' }, [[3, 2, 2], [2, 1], [0]]],
      [{ start: inUs, return: inUs }, [[2, 1, 2], [2, 1], [0]]],
    ] as const)
      expect(triangle(await retention('R08', { ...range, ...query }), rows as never)).toEqual(rows)
  })
  test('R09: weeks go on across the year (OpenPanel weekOn)', async () => {
    const opened = { start: { event: 'app_open' }, return: { event: 'app_open' }, period: 'week', periods: 1 }
    const range = { from: '2024-12-30T00:00:00Z', to: '2025-01-06T23:59:59Z' }
    for (const [weekStart, first] of [
      [7, '2024-12-29'],
      [1, '2024-12-30'],
    ] as const) {
      const answer = await retention('R09', { ...range, ...opened, weekStart })
      expect(answer.rows[0]?.cohort).toBe(first)
      expect(triangle(answer, [[2, 1], [0]])).toEqual([[2, 1], [0]])
    }
  })
  test('on or after counts everybody seen later, once (PostHog test_rolling_retention)', async () => {
    const rows = [[2, 1, 1, 0, 0], [1, 1, 0, 0], [3, 2, 0], [3, 0], [0]]
    const range = { from: '2020-06-11T00:00:00Z', to: '2020-06-15T06:00:00Z', period: 'day', periods: 4 }
    expect(triangle(await retention('roll', { ...range, ...recurring, mode: 'onOrAfter' }), rows)).toEqual(rows)
  })
})

describe('retention at its edges', () => {
  const joined = { start: { event: 'Join' }, return: { event: 'Visit' }, period: 'day' }
  const range = { from: '2025-10-10T00:00:00Z', to: '2025-10-12T00:00:00Z' }

  test('rolling windows run from each member’s own instant', async () => {
    // early: 23:50 after the start is window 0; late: 2 h are window 0 and a new day, 24 h to the millisecond are window 1.
    const calendar = await retention('edge', { ...range, ...joined, periods: 6 })
    expect(matrix(calendar)).toEqual([
      [2, 1, 1, 0, 0, 0, 1],
      [1, 0, 0, 0, 0, 0, 0],
    ])
    const rolling = await retention('edge', { ...range, ...joined, periods: 6, mode: 'rolling24h' })
    expect(matrix(rolling)).toEqual([
      [2, 1, 1, 0, 0, 1, 0],
      [1, 0, 0, 0, 0, 0, 0],
    ])
    const again = await retention('edge', {
      ...{ ...range, ...joined, periods: 2, mode: 'rolling24h', cohort: 'recurring' },
      ...{ to: '2025-10-14T00:00:00Z', return: { event: 'Join' } },
    })
    expect(matrix(again)).toEqual([
      [2, 0, 0],
      [1, 0, 1],
      [0, 0, 0],
      [1, 0, 0],
    ])
  })
  test('ranges are columns of several periods', async () => {
    const ranges = [
      [1, 3],
      [2, 6],
      [4, 5],
    ]
    const answer = await retention('edge', { ...range, ...joined, mode: 'range', ranges })
    expect(answer.columns).toEqual([[0, 0], ...ranges].map(([from, to]) => ({ from, to })))
    expect(matrix(answer)).toEqual([
      [2, 2, 2, 0],
      [1, 0, 0, 0],
    ])
    for (const wrong of [{ mode: 'range' }, { ranges }, { mode: 'range', ranges: [[3, 1]] }])
      expect(await retention('edge', { ...range, ...joined, ...wrong })).toMatchObject({
        code: 'insight.ranges_invalid',
      })
  })
  test('the first event ever must match, the first matching one need not be the first', async () => {
    const sizes = async (cohort: string) =>
      (await retention('edge', { ...range, ...joined, cohort, periods: 1 })).rows.map((r) => r.size)
    expect(await sizes('first')).toEqual([2, 1])
    expect(await sizes('firstEver')).toEqual([1, 1])
  })
  test('what has not elapsed is null; the average pools what has', async () => {
    const query = { ...joined, from: '2026-02-26T00:00:00Z', to: NOW, periods: 3 }
    const answer = await retention('edge', query)
    expect(matrix(answer)).toEqual([
      [0, 0, 0, null],
      [1, 1, null, null],
      [0, null, null, null],
      [0, null, null, null],
    ])
    expect(answer.average).toEqual([1, 1, null, null])
    const rolling = await retention('edge', { ...query, mode: 'rolling24h' })
    expect(matrix(rolling)[1]).toEqual([1, null, null, null])
  })
  test('an answer changes when a period elapses', async () => {
    const query = { ...joined, from: '2026-02-27T00:00:00Z', to: '2026-02-28T00:00:00Z', periods: 2 }
    expect(matrix(await retention('edge', query))).toEqual([[1, 1, null]])
    await w.at('2026-03-02T00:00:00.000Z')
    expect(matrix(await retention('edge', query))).toEqual([[1, 1, 1]])
  })
  test('groups by the start’s property and the member’s', async () => {
    await w.as(w.owner, 'member.upsert', { externalId: 'edge/early', properties: { vip: 'yes' } })
    await w.settle()
    const to = '2025-10-14T00:00:00Z'
    const city = { ...range, ...joined, to, periods: 3, breakdown: { eventProperty: 'city' } }
    const sizes = (answer: Retention) =>
      Object.fromEntries(Object.entries(answer.groups ?? {}).map(([g, { rows }]) => [g, rows.map((r) => r.size)]))
    expect(sizes(await retention('edge', city))).toEqual({ '': [2, 0, 0, 0], Suzhou: [0, 1, 0, 0] })
    expect(sizes(await retention('edge', { ...city, cohort: 'recurring' }))).toEqual({
      ...{ '': [2, 0, 0, 0], Suzhou: [0, 1, 0, 0], Wuxi: [0, 0, 0, 1] },
    })
    const top = { ...city, breakdown: { eventProperty: 'city', limit: 1 } }
    expect(sizes(await retention('edge', top))).toEqual({ '': [2, 0, 0, 0], $other: [0, 1, 0, 0] })
    const query = {
      ...utc,
      filter: only('edge'),
      ...range,
      ...joined,
      to: '2026-03-03T00:00:00Z',
      periods: 3,
      breakdown: { property: 'vip' },
    }
    const answer = (await ask('retention', query)) as Retention
    const { yes, '': no } = answer.groups ?? {}
    expect([yes?.rows[0]?.values, no?.rows[0]?.values]).toEqual([
      [1, 0, 1, 0],
      [1, 1, 0, 0],
    ])
    expect(await who(w, 'retention', query, yes?.rows[0]?.cells[2] ?? '')).toEqual(['early'])
    expect(await who(w, 'retention', query, no?.rows[0]?.cells[1] ?? '')).toEqual(['late'])
    expect(await who(w, 'retention', query, no?.rows[0]?.lostCells[2] ?? '')).toEqual(['late'])
    expect(await who(w, 'retention', query, answer.rows[0]?.cells[0] ?? '')).toEqual(['early', 'late'])
  })
  test('no cell but its own', async () => {
    for (const cell of ['2025-10-10/9', '2025-10-10/-0', '2025-10-10', '2025-10-13/0', 'x/0', '2025-10-10/0/y'])
      await expect(who(w, 'retention', { ...utc, ...range, ...joined, periods: 2 }, cell)).rejects.toThrow(
        'input.invalid',
      )
    const long = { from: '2020-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z', ...joined, periods: 90 }
    expect(await retention('edge', long)).toMatchObject({ code: 'insight.too_many_periods' })
  })
})

interface Lifecycle {
  buckets: string[]
  unfinished: number[]
  active: number[]
  activeCells: string[]
  states: { state: string; values: (number | null)[]; cells: string[] }[]
  newlyDormant: { values: number[]; cells: string[] }
}
const lifecycle = (of: string, query: object) =>
  ask('lifecycle', { ...utc, filter: only(of), ...query }) as Promise<Lifecycle>
const state = (answer: Lifecycle, name: string) => answer.states.find((s) => s.state === name)?.values

describe('lifecycle', () => {
  test('L01: the states of a whole range (PostHog test_lifecycle_query_whole_range)', async () => {
    const range = { from: '2020-01-09T00:00:00Z', to: '2020-01-20T00:00:00Z', event: 'pageview', period: 'day' }
    const answer = await lifecycle('L01', range)
    expect(state(answer, 'new')).toEqual([1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    expect(state(answer, 'returning')).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0])
    expect(state(answer, 'resurrected')).toEqual([0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1])
    expect(answer.newlyDormant.values).toEqual([0, 1, 0, 0, 2, 1, 0, 2, 0, 1, 0])
    expect(await who(w, 'lifecycle', { ...utc, ...range, filter: only('L01') }, 'newlyDormant/2020-01-13')).toEqual([
      ...['p2', 'p3'],
    ])
  })
  test('lost begins with as many whole days of silence as said, and ends with the next activity', async () => {
    const range = { from: '2020-01-09T00:00:00Z', to: '2020-01-24T00:00:00Z', event: 'pageview', period: 'day' }
    const answer = await lifecycle('L01', { ...range, lostAfter: '3d' })
    // p2 was silent on the 10th and 11th only, then from the 13th: lost from the 15th; p3 likewise, p4 from the 18th.
    expect(state(answer, 'lost')).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2, 3, 3, 3, 3, 4, 4])
    expect(state(answer, 'dormant')).toEqual([0, 1, 1, 0, 2, 3, 0, 2, 1, 1, 0, 1, 1, 0, 0])
    const query = { ...utc, ...range, filter: only('L01'), lostAfter: '3cd' }
    expect(await who(w, 'lifecycle', query, 'lost/2020-01-15')).toEqual(['p2', 'p3'])
    expect(await who(w, 'lifecycle', query, 'dormant/2020-01-14')).toEqual(['p1', 'p2', 'p3'])
    const monthly = await lifecycle('L01', { ...range, to: '2020-06-01T00:00:00Z', period: 'month', lostAfter: '105d' })
    expect([state(monthly, 'dormant'), state(monthly, 'lost')]).toEqual([
      [0, 4, 4, 1, 0],
      [0, 0, 0, 3, 4],
    ])
    expect(await lifecycle('L01', { ...range, lostAfter: '36h' })).toMatchObject({ code: 'input.invalid' })
  })
  test('a period that runs is marked, one to come is empty', async () => {
    const range = { from: '2026-02-28T00:00:00Z', to: '2026-03-05T00:00:00Z', event: ['Join', 'Visit'] }
    const answer = await lifecycle('edge', range)
    expect([answer.unfinished, answer.active]).toEqual([
      [2, 3, 4],
      [1, 1, 0, null, null],
    ])
    expect(state(answer, 'lost')).toEqual([3, 3, 3, null, null])
  })
})

interface Stickiness {
  histogram: { periods: number; members: number; cell: string }[]
  days: {
    day: string
    dau: number
    mau: number
    avgDau: number
    ratio: number | null
    dauCell: string
    mauCell: string
  }[]
  unfinished: number[]
  ratio: number | null
}
const stickiness = (of: string, query: object) =>
  ask('stickiness', { ...utc, filter: only(of), event: 'pageview', ...query }) as Promise<Stickiness>

describe('stickiness', () => {
  const range = { from: '2020-01-11T00:00:00Z', to: '2020-01-21T00:00:00Z' }
  const some = (answer: Stickiness) => answer.histogram.filter((h) => h.members > 0).map((h) => [h.periods, h.members])

  test('S01: members by active periods (PostHog test_stickiness_query_runner)', async () => {
    const days = await stickiness('S01', range)
    expect([days.histogram.length, some(days)]).toEqual([
      10,
      [
        [5, 1],
        [9, 1],
      ],
    ])
    const weeks = await stickiness('S01', { ...range, interval: 'week', weekStart: 7 })
    expect([weeks.histogram.length, some(weeks)]).toEqual([3, [[3, 2]]])
    expect(some(await stickiness('S01', { ...range, interval: 'month' }))).toEqual([[1, 2]])
    expect(
      await who(w, 'stickiness', { ...utc, ...range, event: 'pageview', filter: only('S01') }, 'periods/5'),
    ).toEqual(['p2'])
  })
  test('the 30 days count those before the range, and days without anybody', async () => {
    const answer = await stickiness('S01', { from: '2020-01-19T00:00:00Z', to: '2020-02-20T00:00:00Z' })
    const on = (day: string) => answer.days.find((d) => d.day === day)
    expect(on('2020-01-19')).toMatchObject({ dau: 2, mau: 2, avgDau: 14 / 30, ratio: 14 / 30 / 2 })
    expect(on('2020-02-10')).toMatchObject({ dau: 0, mau: 2, avgDau: 12 / 30 })
    expect(on('2020-02-17')).toMatchObject({ mau: 2, avgDau: 2 / 30 })
    expect(on('2020-02-18')).toMatchObject({ mau: 0, avgDau: 0, ratio: null })
    expect(some(answer)).toEqual([[1, 2]])
    expect(answer.ratio).toBeNull()
  })
  test('the ratio is that of the last day that ended; days to come are not told', async () => {
    const query = { from: '2026-02-27T00:00:00Z', to: '2026-03-08T00:00:00Z', event: 'Visit' }
    const answer = await stickiness('edge', query)
    expect(answer.days.map((d) => [d.day, d.dau, d.mau])).toEqual([
      ['2026-02-27', 0, 0],
      ['2026-02-28', 1, 1],
      ['2026-03-01', 1, 1],
      ['2026-03-02', 0, 1],
    ])
    expect([answer.unfinished, answer.ratio]).toEqual([[3], 2 / 30])
  })
})
