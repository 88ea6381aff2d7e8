import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'

let w: World
const day = (n: number, hour = 4) => `2026-02-${String(n).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`
beforeAll(async () => {
  w = await world({ at: '2026-03-01T02:00:00.000Z' })
  const { ensureWriteKey } = await import('#data/ingest')
  await ensureWriteKey(w.host.db, 'wk_insight', w.now())
  const base = await w.http()
  let n = 0
  const did = (userId: string, event: string, timestamp: string, properties = {}) => ({
    type: 'track',
    messageId: `i-${n++}`,
    userId,
    event,
    timestamp,
    properties,
  })
  const batch = [
    did('mei', 'View', day(2), { price: 10 }),
    did('mei', 'View', day(2, 5), { price: 30 }),
    did('mei', 'Cart', day(2, 6)),
    did('mei', 'Buy', day(3)),
    did('lin', 'View', day(2), { price: 20 }),
    did('lin', 'Buy', day(2, 5)),
    did('lin', 'Cart', day(4)),
    did('chen', 'View', day(10)),
    did('chen', 'Cart', day(10)),
    // 23:30 in Shanghai on the 10th, 15:30 in UTC.
    did('chen', 'Late', '2026-02-10T15:30:00.000Z'),
    // 00:30 in Shanghai on the 11th.
    did('chen', 'Late', '2026-02-10T16:30:00.000Z'),
    did('old', 'View', '2026-01-15T00:00:00.000Z'),
    did('old', 'View', day(20)),
  ]
  await fetch(`${base}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: 'wk_insight', batch }) })
  await w.settle()
})
afterAll(() => w.end())

const range = { from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z', timezone: 'UTC' }
const ask = (kind: string, input: object) => w.as(w.owner, `insight.${kind}`, { ...range, ...input })
interface Trend {
  buckets: string[]
  unfinished: number[]
  series: { name: string; values: (number | null)[]; total: number | null }[]
}

test('a trend has every bucket, and members of a range are not the sum of its days', async () => {
  const { buckets, series } = (await ask('trend', {
    series: [
      { event: 'View' },
      { event: ['View', 'Cart'], measure: 'members' },
      { event: 'View', measure: 'sum', of: 'price' },
      { event: 'View', measure: 'p50', of: 'price' },
      { event: 'View', measure: 'members', where: [{ path: 'price', op: 'gte', value: 20 }] },
    ],
  })) as Trend
  expect(buckets).toHaveLength(28)
  expect(series.map((s) => [s.values[1], s.values[2], s.values[9], s.total])).toEqual([
    [3, 0, 1, 5],
    [2, 0, 1, 4],
    [60, 0, 0, 60],
    [20, null, null, 20],
    [2, 0, 0, 2],
  ])
})

test('days and hours are those of the zone', async () => {
  const of = async (timezone: string, interval: string) => {
    const t = (await ask('trend', { timezone, interval, series: [{ event: 'Late' }] })) as Trend
    return t.buckets.filter((_, i) => (t.series[0]?.values[i] ?? 0) > 0)
  }
  expect(await of('Asia/Shanghai', 'day')).toEqual(['2026-02-10', '2026-02-11'])
  expect(await of('UTC', 'day')).toEqual(['2026-02-10'])
  expect(await of('Asia/Shanghai', 'hour')).toEqual(['2026-02-10T15:00:00.000Z', '2026-02-10T16:00:00.000Z'])
  expect(await of('UTC', 'week')).toEqual(['2026-02-09'])
  expect(await of('UTC', 'month')).toEqual(['2026-02-01'])
})

test('rolling members look back over the days before the range too', async () => {
  const t = (await ask('trend', {
    series: [
      { event: 'View', measure: 'rolling:30d' },
      { event: 'View', measure: 'rolling:7d' },
    ],
  })) as Trend
  expect(t.series.map((s) => [s.values[0], s.values[1], s.values[9], s.values[27]])).toEqual([
    [1, 3, 4, 4],
    [0, 2, 1, 0],
  ])
})

test('retention: period 0 is the size, what has not elapsed is null, the average pools what has', async () => {
  const answer = (await ask('retention', {
    from: '2026-01-01T00:00:00Z',
    start: { event: 'View' },
    return: { event: ['View', 'Cart', 'Buy'] },
    periods: 2,
  })) as { rows: unknown[]; average: (number | null)[] }
  expect(answer.rows).toMatchObject([
    { cohort: '2026-01-01', size: 1, values: [1, 1, null], cells: ['2026-01-01/0', '2026-01-01/1', '2026-01-01/2'] },
    { cohort: '2026-02-01', size: 3, values: [3, null, null], cells: ['2026-02-01/0', '2026-02-01/1', '2026-02-01/2'] },
  ])
  expect(answer.average).toEqual([1, 1, null])
})

test('an ordered funnel takes each member’s best chain, within the window', async () => {
  const steps = [{ event: 'View' }, { event: 'Cart' }, { event: 'Buy' }]
  const counts = async (more: object) =>
    ((await ask('funnel', { steps, ...more })) as { steps: { entered: number; medianSeconds: number | null }[] }).steps
  expect((await counts({})).map((s) => s.entered)).toEqual([4, 3, 1])
  expect((await counts({ window: '1h' })).map((s) => s.entered)).toEqual([4, 2, 0])
  expect((await counts({ window: '2h' }))[1]?.medianSeconds).toBe(3600)
  const twice = await counts({ steps: [{ event: 'View' }, { event: 'View' }] })
  expect(twice.map((s) => s.entered)).toEqual([4, 1])
})

test('a filter and a scope narrow who counts', async () => {
  const filter = { event: 'Buy' }
  const t = (await ask('trend', { filter, series: [{ event: 'View', measure: 'members' }] })) as Trend
  expect(t.series[0]?.total).toBe(2)
  const nobody = w.operator('analyst', { kind: 'communities', ids: ['0191f5b0-0000-7000-8000-000000000001'] })
  const seen = (await w.as(nobody, 'insight.trend', { ...range, series: [{ event: 'View' }] })) as Trend
  expect(seen.series[0]?.total).toBe(0)
})

test('a number is the size of its list of people', async () => {
  const who = async (kind: string, query: object, cell: string) => {
    const definition = { insight: { kind, query: { ...range, ...query }, cell } }
    const { count, sample } = (await w.as(w.owner, 'segment.preview', { definition })) as {
      count: number
      sample: { externalId: string }[]
    }
    expect(sample).toHaveLength(count)
    return sample.map((s) => s.externalId).sort()
  }
  const series = { series: [{ event: 'View', measure: 'members' }] }
  expect(await who('trend', series, '0/2026-02-02')).toEqual(['lin', 'mei'])
  expect(await who('trend', series, '0/~')).toEqual(['chen', 'lin', 'mei', 'old'])
  const steps = { steps: [{ event: 'View' }, { event: 'Cart' }, { event: 'Buy' }] }
  expect(await who('funnel', steps, '1')).toEqual(['chen', 'lin', 'mei'])
  expect(await who('funnel', { ...steps, filter: { event: 'Buy' } }, '2')).toEqual(['mei'])
  const heat = (await ask('heatmap', { event: 'Late', measure: 'members', timezone: 'Asia/Shanghai' })) as {
    cells: unknown[]
  }
  expect(heat.cells).toEqual([
    { weekday: 2, hour: 23, value: 1, cell: '2/23' },
    { weekday: 3, hour: 0, value: 1, cell: '3/0' },
  ])
  expect(await who('heatmap', { event: 'Late', timezone: 'Asia/Shanghai' }, '3/0')).toEqual(['chen'])
  // Two cells in one condition, and one that is not there.
  const both = [
    { insight: { kind: 'trend', query: { ...range, ...series }, cell: '0/2026-02-10' } },
    { insight: { kind: 'funnel', query: { ...range, ...steps }, cell: '1' } },
  ]
  expect(await w.as(w.owner, 'segment.preview', { definition: { all: both } })).toMatchObject({ count: 1 })
  const wrong = { insight: { kind: 'funnel', query: { ...range, ...steps }, cell: '9' } }
  expect(await w.as(w.owner, 'segment.preview', { definition: wrong })).toMatchObject({ code: 'input.invalid' })
  const unknown = { insight: { kind: 'magic', query: {}, cell: '9' } }
  expect(await w.as(w.owner, 'segment.preview', { definition: unknown })).toMatchObject({ code: 'input.invalid' })
})

test('an answer is kept while nothing it reads has come, and no longer', async () => {
  const query = { series: [{ event: 'Kept', measure: 'members' }] }
  const total = async () => ((await ask('trend', query)) as Trend & { asOf: string }).series[0]?.total
  const send = async (event: string) => {
    const base = await w.http()
    const one = { type: 'track', messageId: `k-${event}`, userId: 'mei', event, timestamp: day(5), properties: {} }
    await fetch(`${base}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: 'wk_insight', batch: [one] }) })
    await w.settle()
  }
  expect(await total()).toBe(0)
  await send('Unrelated')
  expect(await total()).toBe(0)
  await send('Kept')
  expect(await total()).toBe(1)
})

test('what cannot be asked says so', async () => {
  expect(await ask('trend', { series: [{ event: 'View', measure: 'sum' }] })).toMatchObject({
    code: 'insight.measure_of_missing',
  })
  expect(await ask('trend', { from: '2026-03-02T00:00:00Z', series: [{ event: 'View' }] })).toMatchObject({
    code: 'insight.range_empty',
  })
  expect(
    await ask('trend', { from: '1990-01-01T00:00:00Z', interval: 'hour', series: [{ event: 'View' }] }),
  ).toMatchObject({ code: 'insight.too_many_periods' })
  expect(await ask('funnel', { steps: [{ event: 'View' }, { event: 'Buy' }], window: '0d' })).toMatchObject({
    status: 400,
  })
})
