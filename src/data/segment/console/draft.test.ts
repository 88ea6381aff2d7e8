// What the builder does with a definition: nothing is lost on the way to the form and back, every step can be undone,
// and every clause reads as a sentence.
import fc from 'fast-check'
import { describe as block, expect, test } from 'vitest'
import { condition } from '../condition.ts'
import { COMMUNITIES, definition, LISTS } from '../history.fixture.ts'
import vectors from '../segment-cases.json' with { type: 'json' }
import { describe, type Words } from './describe.ts'
import { clausesOf, type Draft, gaps, isNot, jointOf, partsOf, tidy } from './draft.ts'
import * as placed from './draft-place.ts'
import { misplaced } from './json-clauses.ts'
import { lineOf, placeOf, readJson } from './json-place.ts'
import { missingOf } from './missing.ts'
import { templatesFor } from './template.ts'

const SEGMENT = '0190c000-0000-7000-8000-000000000001'
const drafts = definition([SEGMENT]) as fc.Arbitrary<Draft>
const RUNS = { numRuns: 1000 }

/** Their little language in ours. */
function translated(c: Record<string, unknown>): Draft {
  if (c.and) return { all: (c.and as Record<string, unknown>[]).map(translated) }
  if (c.or) return { any: (c.or as Record<string, unknown>[]).map(translated) }
  const [[kind, raw]] = Object.entries(c) as [[string, Record<string, unknown>]]
  const op = (text: unknown) =>
    ({ neq: 'ne', '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte', '=': 'eq' })[String(text)] ?? text
  const within = raw.within_seconds === undefined ? {} : { within: `${raw.within_seconds}s` }
  const count = raw.count as { op: string; value: number } | undefined
  const forms: Record<string, () => Draft> = {
    trait: () => ({ property: raw.path, op: op(raw.op), value: raw.value }),
    trait_held: () => ({ held: { property: raw.path, equals: raw.equals }, op: op(raw.op), for: `${raw.seconds}s` }),
    did: () => ({ event: raw.event, count: { op: op(count?.op), value: count?.value }, ...within }),
    last_did: () => ({ lastEvent: raw.event, where: raw.where, has: raw.has }),
    in_list: () => ({ list: LISTS[0] }),
    stopped: () => ({ stopped: raw.event, active: `${raw.active_window_seconds}s`, quiet: `${raw.quiet_seconds}s` }),
    sequence: () => ({ sequence: [{ event: raw.first }, { event: raw.then }], gap: `${raw.gap_seconds}s`, ...within }),
  }
  const form = forms[kind]
  if (!form) throw new Error(`no translation of ${kind}`)
  return form()
}

/** Every place in a definition. */
function placesOf(draft: Draft, above: placed.Place = []): placed.Place[] {
  const parts = partsOf(above.length > 0 ? placed.insideOf(placed.partAt(draft, above) ?? {}) : draft)
  return parts.flatMap((part, i) => {
    const here = [...above, i]
    return jointOf(placed.insideOf(part)) ? [here, ...placesOf(draft, here)] : [here]
  })
}

block('a definition', () => {
  test.each(vectors.cases.map((c) => [c.id, translated(c.segments.s as Record<string, unknown>)] as const))(
    'of the published case %s is the same after the form',
    (_, draft) => {
      expect(condition.safeParse(draft).success).toBe(true)
      expect(tidy(draft)).toBe(draft)
      expect(readJson(JSON.stringify(draft, null, 2))).toMatchObject({ value: draft })
    },
  )

  test('of any kind and shape is whole for the form, and comes back as it was', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        expect(gaps(draft)).toBe(0)
        expect(tidy(draft)).toBe(draft)
        const read = readJson(JSON.stringify(draft, null, 2))
        expect('value' in read && read.value).toEqual(JSON.parse(JSON.stringify(draft)))
        expect(misplaced(draft)).toBeNull()
        for (const place of placesOf(draft)) {
          const part = placed.partAt(draft, place) as Draft
          expect(placed.put(draft, place, part)).toEqual(draft)
        }
      }),
      RUNS,
    )
  })

  test('keeps what the form does not know, whatever is done beside it', () => {
    const near = { near: { point: [31.2, 121.5] }, radius: '3km' }
    const draft: Draft = { any: [near, { not: { not: near } }, { tag: 'vip' }] }
    expect(tidy(draft)).toBe(draft)
    expect(partsOf(placed.negate(placed.move(draft, [2], -1).draft, [0]).draft)).toEqual([
      { not: near },
      { tag: 'vip' },
      { not: { not: near } },
    ])
  })

  test('goes to the server without what is not finished', () => {
    const done = { tag: 'vip' }
    const open = { event: '', within: '7d' }
    expect(tidy({ all: [done, { any: [open] }, { not: { any: [done, open] } }] })).toEqual({
      all: [done, { not: { any: [done] } }],
    })
    expect(tidy({ all: [open] })).toBeNull()
    expect(gaps({ all: [done, { not: open }, open] })).toBe(2)
  })
})

block('a step', () => {
  /** Definitions whose exclusions are of one layer, as the form makes them, with a place in each. */
  const here = drafts
    .filter((d) => jointOf(d) !== null && clausesOf(d).length < 20)
    .chain((d) => fc.tuple(fc.constant(d), fc.constantFrom(...placesOf(d))))

  test('and the one against it leave everything as it was', () => {
    fc.assert(
      fc.property(here, ([draft, place]) => {
        const twice = placed.duplicate(draft, place)
        expect(placed.partAt(twice.draft, twice.place)).toEqual(placed.partAt(draft, place))
        expect(placed.remove(twice.draft, twice.place).draft).toEqual(draft)
        const wrapped = placed.wrap(draft, place, 'any')
        expect(placed.partAt(wrapped.draft, wrapped.place)).toEqual(placed.partAt(draft, place))
        expect(placed.unwrap(wrapped.draft, place).draft).toEqual(draft)
        const moved = placed.move(draft, place, 1)
        expect(placed.partAt(moved.draft, moved.place)).toEqual(placed.partAt(draft, place))
        if (moved.place.length === place.length && moved.draft !== draft)
          expect(placed.move(moved.draft, moved.place, -1).draft).toEqual(draft)
        const part = placed.partAt(draft, place) as Draft
        if (!isNot(part)) expect(placed.negate(placed.negate(draft, place).draft, place).draft).toEqual(draft)
        for (const out of [placed.leave(draft, place), placed.leave(draft, place, -1), placed.enter(draft, place)])
          expect(placed.partAt(out.draft, out.place)).toEqual(part)
      }),
      RUNS,
    )
  })

  test('goes over the edges of groups, and takes a group with it that is left empty', () => {
    const [a, b, c] = [{ tag: 'a' }, { tag: 'b' }, { tag: 'c' }]
    const draft: Draft = { all: [a, { not: { any: [b] } }, c] }
    expect(placed.move(draft, [1, 0], 1)).toEqual({ draft: { all: [a, b, c] }, place: [1] })
    expect(placed.move(draft, [1, 0], -1)).toEqual({ draft: { all: [a, b, c] }, place: [1] })
    expect(placed.leave({ any: [a, { all: [{ any: [b] }] }] }, [1, 0, 0])).toEqual({
      draft: { any: [a, { all: [b] }] },
      place: [1, 0],
    })
    expect(placed.enter(draft, [2])).toEqual({ draft: { all: [a, { not: { any: [b, c] } }] }, place: [1, 1] })
    expect(placed.enter(draft, [0])).toEqual({
      draft: { all: [{ any: [a] }, { not: { any: [b] } }, c] },
      place: [0, 0],
    })
    expect(placed.remove(draft, [1, 0])).toEqual({ draft: { all: [a, c] }, place: [1] })
    expect(placed.add(draft, [1], c)).toEqual({ draft: { all: [a, { not: { any: [b, c] } }, c] }, place: [1, 1] })
    expect(placed.add(a, [], b)).toEqual({ draft: { all: [a, b] }, place: [1] })
    expect(placed.put(a, [0], b)).toEqual(b)
  })
})

block('words', () => {
  const words = (locale: 'en' | 'zh'): Words => ({ t: (text) => text[locale], eventTitle: (name) => name })

  test('stand for every clause, in both languages', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        for (const locale of ['en', 'zh'] as const) {
          const text = describe(draft, words(locale))
          expect(text).not.toMatch(/undefined|NaN|\[object|\{"/)
          expect(text.length).toBeGreaterThan(3)
        }
      }),
      RUNS,
    )
  })

  test.each([
    [
      {
        event: 'order.paid',
        within: '30d',
        count: { op: 'gte', value: 3 },
        where: [{ path: 'amount', op: 'gte', value: 100 }],
      },
      '过去 30 天 做过「order.paid」至少 3 次（其中 amount 大于等于「100」）',
      'did “order.paid” in the last 30 days at least 3 times where amount is at least 100',
    ],
    [
      { sequence: [{ event: 'a' }, { event: ['b', 'c'] }], gap: '1d', within: '2cd' },
      '过去 2 个自然日，依次做过「a」 → 「b」或「c」，相邻间隔不超过 1 天',
      'did “a”, then “b” or “c” in the last 2 calendar days each within 1 day of the one before',
    ],
    [
      { not: { community: COMMUNITIES[0], role: ['owner', 'koc'], joinedWithin: '1w' } },
      `排除（在社群「${COMMUNITIES[0]}」中，角色为群主或KOC，过去 1 周内加入）`,
      `not (is in the community “${COMMUNITIES[0]}”, as owner or KOC, joined in the last 1 week)`,
    ],
    [
      { event: { metric: 'gmv' }, within: '7d', count: { op: 'gte', value: 2 } },
      '过去 7 天 做过「gmv」口径的事件至少 2 次',
      'did what “gmv” counts in the last 7 days at least 2 times',
    ],
    [
      { near: { point: [31.2304, 121.4737] }, radius: '3km' },
      '最近位置距坐标 31.2304, 121.4737 不超过 3km',
      'was last within 3km of the coordinates 31.2304, 121.4737',
    ],
  ])('of %j', (draft, zh, en) => {
    expect(describe(draft, words('zh'))).toBe(zh)
    expect(describe(draft, words('en'))).toBe(en)
  })

  test.each([
    [{ event: '', within: '30d' }, ['选择事件']],
    [
      { event: 'a', where: [{ path: '', op: 'eq', value: '' }] },
      ['选择第 1 个附加条件的字段', '填写第 1 个附加条件的取值'],
    ],
    [{ event: 'a', measure: { of: '', fn: 'sum' }, op: 'gte', value: null }, ['选择要计算的字段', '填写数值']],
    [{ sequence: [{ event: 'a' }, { event: '' }] }, ['选择第 2 步的事件']],
    [{ stopped: 'a', active: '7d', quiet: '1w' }, ['「没有再做」的时长须短于「做过」的时长']],
    [{ regularly: { event: 'a' }, every: '1d', of: 3, atLeast: 4 }, ['要求的周期数不能多于总周期数']],
    [{ property: 'city', op: 'in', value: [] }, ['填写取值']],
    [{ property: 'city', op: 'exists' }, []],
    [{ lastEvent: 'a', has: [] }, ['填写最近一次须满足的条件']],
    [{ near: { store: '' }, radius: 'km' }, ['选择门店', '填写距离']],
    [{ near: { point: [31, null] }, radius: '1km' }, ['填写纬度与经度']],
    [{}, ['选择条件类型']],
  ])('say what %j lacks', (clause, missing) => {
    expect(missingOf(clause).map((m) => m.zh)).toEqual(missing)
  })
})

block('JSON', () => {
  test.each([
    ['{"all": [\n  {"tag": "a"},,\n]}', 2, '此处应为一个值'],
    ['{"tag": "a"', 1, '此处应为“,”或“}”'],
    ['{"tag": \'a\'}', 1, '此处应为一个值'],
    ['{"tag": "a"}\n}', 2, '此处多出了内容'],
    ['{"tag": "a",\n "tag": "b"}', 2, '“tag”重复出现'],
    ['{"tag": "a\nb"}', 1, '这段文字含有需要转义的字符'],
  ])('that cannot be read says where: %j', (text, line, message) => {
    const read = readJson(text)
    if ('places' in read) throw new Error('was read')
    expect(read.message.zh).toBe(message)
    expect(lineOf(text, read.offset).line).toBe(line)
  })

  test('knows the line of every path', () => {
    const text = JSON.stringify(
      { all: [{ tag: 'a' }, { event: 'b', where: [{ path: 'x', op: 'eq', value: '' }] }] },
      null,
      1,
    )
    const read = readJson(text)
    if (!('places' in read)) throw new Error('was not read')
    expect(lineOf(text, placeOf(read.places, 'all.1.where.0.value')).line).toBe(12)
    expect(placeOf(read.places, 'all.1.count.op')).toBe(placeOf(read.places, 'all.1'))
    expect(misplaced({ all: [{ tag: 'a' }, { not: 3 }] })).toBe('all.1.not')
  })
})

block('templates', () => {
  test('are definitions the server takes, and wait where an event is not there', () => {
    const events = new Set(['order.paid', 'checkin.completed', 'post.created', 'community.joined', 'Product Viewed'])
    const all = templatesFor(events, new Set())
    for (const one of all.filter((o) => o.definition !== null)) {
      const parsed = condition.safeParse(one.definition)
      expect(parsed.success, `${one.key} ${parsed.error?.message}`).toBe(true)
      expect(gaps(one.definition as Draft)).toBe(0)
    }
    const waiting = all.filter((o) => o.definition === null)
    expect(waiting.map((o) => o.key)).toEqual(['helper', 'cart', 'points', 'birthday', 'reader'])
    expect(waiting.find((o) => o.key === 'cart')?.waitsFor.map((w) => w.zh)).toEqual(['加入购物车'])
    expect(
      templatesFor(new Set(['cart.added', 'order.paid']), new Set(['nextBirthday'])).find((o) => o.key === 'birthday')
        ?.definition,
    ).toEqual({
      property: 'nextBirthday',
      op: 'withinNext',
      value: '7cd',
    })
  })
})
