import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureWriteKey } from '#data/ingest'
import { type World, world } from '#test/world'

let w: World
const day = (n: number, hour = 4) => `2026-02-${String(n).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`
beforeAll(async () => {
  w = await world({ at: '2026-03-01T02:00:00.000Z' })
  await ensureWriteKey(w.host.db, 'wk_metric', w.now())
  await send([
    ['mei', 'Bought', day(2), { price: 100, kind: 'tea' }],
    ['mei', 'Bought', day(20), { price: 50, kind: 'cup' }],
    ['lin', 'Bought', day(3), { price: 30, kind: 'tea' }],
    ['lin', 'Shared', day(4), {}],
    ['lin', 'Bought', day(5), { price: 10, kind: 'tea' }],
    ['chen', 'Bought', day(25), { price: 7, kind: 'cup' }],
  ])
})
afterAll(() => w.end())

let sent = 0
async function send(rows: readonly (readonly [who: string, event: string, at: string, properties: object])[]) {
  const batch = rows.map(([userId, event, timestamp, properties]) => ({
    ...{ type: 'track', messageId: `m-${sent++}`, userId, event, timestamp, properties },
  }))
  await fetch(`${await w.http()}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: 'wk_metric', batch }) })
  await w.settle()
}

type Answer = Record<string, unknown>
const ask = async (operation: string, input: object = {}, who = w.owner) =>
  (await w.as(who, operation, input)) as Answer
const range = { from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z', timezone: 'UTC' }
const tea = [{ path: 'kind', op: 'eq', value: 'tea' }]
const name = (text: string) => ({ en: text, zh: text })
const make = (key: string, definition: object, more: object = {}) =>
  ask('metric.create', { key, name: name(key), definition, ...more })
const who = async (definition: object) => {
  const { sample, ...rest } = await ask('segment.preview', { definition })
  if (!sample) throw new Error(JSON.stringify(rest))
  return (sample as { externalId: string }[]).map((s) => s.externalId).sort()
}
const total = async (series: object, more: object = {}) =>
  (
    (await ask('insight.trend', { ...range, ...more, series: [series] })) as unknown as {
      series: { name: string; total: number; totalCell: string }[]
    }
  ).series[0]

test('a metric is one number: on its own, in a chart, behind its people and in a segment', async () => {
  expect(await make('teaRevenue', { event: 'Bought', where: tea, measure: 'sum', of: 'price' })).toMatchObject({
    version: 1,
  })
  const { value, previous, change, query, cell, sentence } = await ask('metric.value', {
    ...range,
    key: 'teaRevenue',
    compare: true,
  })
  expect({ value, previous, change }).toEqual({ value: 140, previous: 0, change: null })
  expect(sentence).toEqual({
    en: 'Sum of price over “Bought”, where kind is “tea”',
    zh: '「Bought」的 price 合计（仅 kind 等于 「tea」）',
  })
  expect(await total({ event: { metric: 'teaRevenue' } })).toMatchObject({ name: 'teaRevenue', total: 140 })
  expect(await who({ insight: { kind: 'trend', query: query as object, cell: cell as string } })).toEqual([
    'lin',
    'mei',
  ])
  // What a question adds to the metric narrows it; a measure of its own stands for the metric's.
  const dear = { event: { metric: 'teaRevenue' }, where: [{ path: 'price', op: 'gte', value: 30 }] }
  expect(await total(dear)).toMatchObject({ total: 130 })
  expect(await total({ ...dear, measure: 'members' })).toMatchObject({ total: 2 })
  expect(await total({ event: { metric: 'teaRevenue' }, measure: 'total', name: 'Mine' })).toMatchObject({
    ...{ total: 3, name: 'Mine' },
  })
  expect(await who({ metric: 'teaRevenue', op: 'gte', value: 40 })).toEqual(['lin', 'mei'])
  expect(await who({ metric: 'teaRevenue', op: 'gt', value: 40 })).toEqual(['mei'])
  expect(await who({ metric: 'teaRevenue', op: 'gte', value: 1, from: day(3), to: day(4) })).toEqual(['lin'])
  expect(await who({ metric: 'teaRevenue', op: 'eq', value: 0 })).toEqual(['chen'])
  expect(await ask('metric.value', { ...range, definition: { event: 'Bought', measure: 'members' } })).toMatchObject({
    value: 3,
  })
})

test('a metric stands wherever a condition or a question names an event', async () => {
  await make('teaBought', { event: ['Bought', 'Never'], where: tea })
  const tea_ = { metric: 'teaBought' }
  const cases: readonly (readonly [object, string[]])[] = [
    [{ metric: 'teaBought', op: 'gte', value: 2 }, ['lin']],
    [{ event: tea_, count: { op: 'eq', value: 1 } }, ['mei']],
    [{ event: tea_, where: [{ path: 'price', op: 'gt', value: 50 }] }, ['mei']],
    [{ event: tea_, measure: { of: 'price', fn: 'max' }, op: 'lt', value: 40 }, ['lin']],
    [{ lastEvent: tea_, has: [{ path: 'price', op: 'eq', value: 100 }] }, ['mei']],
    // Of all that was bought mei's last and chen's first were cups.
    [{ firstEvent: tea_, within: '28d' }, ['lin', 'mei']],
    [{ stopped: tea_, active: '28d', quiet: '20d' }, ['lin', 'mei']],
    [{ stopped: 'Bought', active: '28d', quiet: '20d' }, ['lin']],
    [{ sequence: [{ event: tea_ }, { event: 'Shared' }, { event: tea_ }] }, ['lin']],
    [{ sequence: [{ event: tea_ }, { event: 'Bought' }] }, ['lin', 'mei']],
    [{ regularly: { event: tea_ }, every: '7d', of: 4, atLeast: 1 }, ['lin', 'mei']],
    [{ restarted: tea_, quietFrom: '2d', recent: '1d' }, []],
  ]
  for (const [definition, people] of cases) expect([definition, await who(definition)]).toEqual([definition, people])
  const funnel = await ask('insight.funnel', { ...range, steps: [{ event: tea_ }, { event: 'Shared' }] })
  expect((funnel.steps as { entered: number }[]).map((s) => s.entered)).toEqual([2, 1])
  const heat = await ask('insight.heatmap', { ...range, event: tea_ })
  expect(heat.total).toBe(3)
  // In a filter, too.
  expect(await total({ event: 'Shared' }, { filter: { metric: 'teaBought', op: 'gte', value: 2 } })).toMatchObject({
    total: 1,
  })
})

test('what stands on a metric follows it, keeps it from being deleted, and tells it in words', async () => {
  await make('loyal', { event: 'Bought', where: tea })
  const made = await ask('segment.create', { name: 'Loyal', definition: { metric: 'loyal', op: 'gte', value: 2 } })
  const outer = await ask('segment.create', { name: 'Outer', definition: { all: [{ segment: made.id }] } })
  const inside = async (id: unknown) => {
    await w.settle()
    const { items } = await ask('segment.members', { id })
    return (items as { externalId: string }[]).map((m) => m.externalId).sort()
  }
  expect(await inside(made.id)).toEqual(['lin'])
  expect(await inside(outer.id)).toEqual(['lin'])
  const explained = await ask('segment.explain', { id: made.id, externalId: 'lin' })
  expect(explained.because).toMatchObject([
    { words: { en: 'loyal is at least 2: yes (2)', zh: '「loyal」不小于 2：是（2）' }, events: [{}, {}] },
  ])
  const kept = () => total({ event: { metric: 'loyal' } })
  expect((await kept())?.total).toBe(3)
  expect(await ask('metric.update', { key: 'loyal', definition: { event: 'Bought' } })).toMatchObject({ version: 2 })
  expect(await inside(made.id)).toEqual(['lin', 'mei'])
  expect(await inside(outer.id)).toEqual(['lin', 'mei'])
  expect((await kept())?.total).toBe(5)
  // And live, with what happens from now on.
  await send([['chen', 'Bought', '2026-03-01T01:00:00.000Z', { price: 1 }]])
  expect(await inside(outer.id)).toEqual(['chen', 'lin', 'mei'])
  const item = { kind: 'segment', id: made.id, name: 'Loyal' }
  expect((await ask('metric.usage', { key: 'loyal' })).items).toEqual([item])
  expect(await ask('metric.delete', { key: 'loyal' })).toMatchObject({ code: 'metric.in_use', detail: 'segment Loyal' })
  // One member has no percentile, so that what stands on it refuses the change, which leaves all as it was.
  const p50 = { event: 'Bought', measure: 'p50', of: 'price' }
  expect(await ask('metric.update', { key: 'loyal', definition: p50 })).toMatchObject({ code: 'input.invalid' })
  expect(await ask('metric.get', { key: 'loyal' })).toMatchObject({ version: 2 })
  await ask('segment.delete', { id: outer.id })
  await ask('segment.delete', { id: made.id })
  expect(await ask('metric.delete', { key: 'loyal' })).toEqual({ key: 'loyal' })
  expect(await ask('segment.preview', { definition: { metric: 'loyal', op: 'gte', value: 1 } })).toMatchObject({
    code: 'input.invalid',
  })
  expect(await ask('insight.trend', { ...range, series: [{ event: { metric: 'loyal' } }] })).toMatchObject({
    code: 'input.invalid',
  })
  const { items } = await ask('metric.history', { key: 'loyal' })
  expect((items as { version: number; saved: object | null }[]).map((v) => [v.version, v.saved === null])).toEqual([
    ...[
      [3, true],
      [2, false],
      [1, false],
    ],
  ])
  expect(await make('loyal', { event: 'Bought' })).toMatchObject({ version: 4 })
})

test('the starter set is there in both languages, is listed, and installs once', async () => {
  const first = await ask('metric.install')
  expect((first.created as string[]).length).toBeGreaterThan(15)
  expect(await ask('metric.install')).toMatchObject({ created: [] })
  const { items } = (await ask('metric.presets')) as { items: { installed: boolean; sentence: { zh: string } }[] }
  expect(items.every((p) => p.installed)).toBe(true)
  const zh = { ...w.owner, locale: 'zh' as const }
  const found = await ask('metric.list', { search: '成交' }, zh)
  expect(found.items).toMatchObject([
    {
      key: 'gmv',
      format: 'money',
      sentence: { en: 'Sum of amount over “Paid an order”', zh: '「支付订单」的 amount 合计' },
    },
  ])
  const listed = async (who: typeof w.owner, locale: 'en' | 'zh') => {
    const names: string[] = []
    for (let cursor: unknown; ; ) {
      const page = await ask('metric.list', { limit: 5, ...(cursor ? { cursor } : {}) }, { ...who, locale })
      names.push(...(page.items as { name: { en: string; zh: string } }[]).map((m) => m.name[locale]))
      cursor = page.nextCursor
      if (!cursor) return names
    }
  }
  for (const locale of ['en', 'zh'] as const) {
    const names = await listed(w.owner, locale)
    expect(names.length).toBeGreaterThan(15)
    expect(names).toEqual(
      names.toSorted(new Intl.Collator(locale === 'zh' ? 'zh-CN' : 'en', { numeric: true }).compare),
    )
  }
  // 笔 (bǐ) before 发 (fā), whatever their code points.
  const pinyin = await listed(w.owner, 'zh')
  expect(pinyin.indexOf('笔单价')).toBeLessThan(pinyin.indexOf('发帖数'))
  const keys: string[] = []
  for (let cursor: unknown; ; ) {
    const page = await ask('metric.list', { limit: 7, sort: 'key', ...(cursor ? { cursor } : {}) })
    keys.push(...(page.items as { key: string }[]).map((m) => m.key))
    cursor = page.nextCursor
    if (!cursor) break
  }
  expect(keys).toEqual([...new Set(keys)].sort())
  expect(keys).toContain('activeMembers')
  const counting = await ask('metric.list', { event: 'order.paid', sort: 'updatedAt' })
  expect((counting.items as unknown[]).length).toBe(5)
})

test('what makes no metric is refused, and so is who may not define one', async () => {
  const cases: readonly [object, string][] = [
    [{ event: 'Bought', measure: 'sum' }, 'input.invalid'],
    [{ event: 'Bought', of: 'price' }, 'input.invalid'],
    [{ event: 'segment.entered' }, 'input.invalid'],
    [{ event: 'Bo*ght' }, 'input.invalid'],
    [{ event: 'Bought', where: [{ path: 'at', op: 'withinLast', value: '7d' }] }, 'input.invalid'],
    [{ event: 'Bought', measure: 'max', of: 'phone' }, 'segment.contact_hidden'],
    [{ event: 'Bought', where: [{ path: 'email', op: 'startsWith', value: 'a' }] }, 'segment.contact_hidden'],
  ]
  for (const [definition, code] of cases)
    expect([definition, await make('wrong', definition)]).toMatchObject([definition, { code }])
  expect(await make('Wrong key', { event: 'a' })).toMatchObject({ code: 'input.invalid' })
  expect(await make('gmv', { event: 'a' })).toMatchObject({ code: 'metric.key_taken' })
  const half = { metric: 'orders', op: 'gte', value: 1.5 }
  expect(await ask('segment.preview', { definition: half })).toMatchObject({ code: 'input.invalid' })
  const store = w.operator('store')
  expect(await ask('metric.create', { key: 'x', name: name('x'), definition: { event: 'a' } }, store)).toMatchObject({
    code: 'access.denied',
  })
  expect(await ask('metric.value', { ...range, key: 'gmv' }, store)).toMatchObject({ value: 0 })
  const nowhere = w.operator('analyst', { kind: 'communities', ids: ['0191f5b0-0000-7000-8000-000000000001'] })
  expect(await ask('metric.value', { ...range, key: 'teaBought' }, nowhere)).toMatchObject({ value: 0 })
  expect(await ask('metric.value', { ...range, key: 'teaBought' })).toMatchObject({ value: 3 })
})
