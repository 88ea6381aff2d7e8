import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { type Happening, IDENTIFY, type Ingest, only, openCases, who } from './case.fixture.ts'
import { asking, BASE, history, queryOf } from './funnel/history.fixture.ts'
import { funnelQuery } from './funnel/query.ts'
import { relationOf } from './funnel/relation.ts'
import { type Asked, type Lived, type Way, waysOf } from './funnel.fixture.ts'
import { funnel } from './funnel.ts'
import { createSheet } from './sheet.ts'

// biome-ignore lint/style/noProcessEnv: how long a run is and which one are for whoever runs the test to say
const { BANYAN_FUNNELS, BANYAN_SEED } = process.env
const QUERIES = Number(BANYAN_FUNNELS ?? 12)
const SEED = Number(BANYAN_SEED ?? Math.floor(Math.random() * 2 ** 31))
const MEMBERS = 200
/** Each funnel is another query, and planning one takes longer than answering it. */
const SLOW = 180_000

let w: World
let ingest: Ingest
beforeAll(async () => {
  w = await world({ at: '2026-05-01T02:00:00.000Z' })
  ingest = await openCases(w)
})
afterAll(() => w.end())

interface Answer {
  steps: {
    entered: number
    cell: string
    droppedCell: string
    dropped: number
    medianSeconds: number | null
    avgSeconds: number | null
  }[]
  excluded: number
  excludedCell: string
  stillOpen: number
  stillOpenCell: string
  groups?: Record<string, { steps: Answer['steps'] }>
  trend?: { bucket: string; entered: number; cell: string; converted: number; convertedCell: string }[]
}

describe('edges', () => {
  const range = { from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z', timezone: 'Asia/Shanghai' }
  const lived = (lives: Record<string, readonly (readonly [string, number, Happening['p']?, true?])[]>) =>
    Object.entries(lives).flatMap(([u, events]) =>
      events.map(([e, minutes, p, bot]) => ({
        ...{ u, e, t: new Date(Date.parse(range.from) + minutes * 60_000).toISOString() },
        ...{ ...(p ? { p } : {}), ...(bot ? { bot } : {}) },
      })),
    )
  const steps = [{ event: 'view' }, { event: 'buy' }]
  const ask = async (id: string, query: object) =>
    (await w.as(w.owner, 'insight.funnel', { ...range, steps, filter: only(id), ...query })) as Answer
  const entered = async (id: string, query: object) => (await ask(id, query)).steps.map((s) => s.entered)
  const people = (id: string, query: object, cell: string) =>
    who(w, 'funnel', { ...range, steps, filter: only(id), ...query }, cell)
  const WEEK = 7 * 24 * 60

  test('the first step is in the range, later ones may run past its end; merged identities are one', async () => {
    await ingest(
      'E1',
      lived({
        early: [
          ['view', -1],
          ['buy', 1],
        ],
        first: [
          ['view', 0],
          ['buy', WEEK - 1],
        ],
        late: [
          ['view', WEEK - 1],
          ['buy', WEEK + 59],
        ],
        over: [
          ['view', WEEK - 1],
          ['buy', WEEK + 60],
        ],
        past: [
          ['view', WEEK],
          ['buy', WEEK + 1],
        ],
        phone: [['view', 10]],
        web: [['buy', 20]],
      }),
      { person: ['phone', 'web'] },
    )
    expect(await entered('E1', { window: '60m' })).toEqual([4, 2])
    expect(await people('E1', { window: '60m' }, '1')).toEqual(['late', 'phone'])
    expect(await people('E1', { window: '60m' }, 'dropped/0')).toEqual(['first', 'over'])
    expect(await entered('E1', {})).toEqual([4, 4])
  })

  test('values: the first, the last, or those of a step, each member in one group', async () => {
    const by = (color: string) => ({ color })
    await ingest(
      'E2',
      lived({
        both: [
          ['view', 0, by('red')],
          ['buy', 1, by('blue')],
        ],
        second: [
          ['view', 0],
          ['buy', 1, by('blue')],
        ],
        none: [
          ['view', 0],
          ['buy', 1, by('')],
        ],
        one: [['view', 0, by('green')]],
      }),
    )
    const groups = async (attribution: string | undefined, more: object = {}) => {
      const breakdown = { eventProperty: 'color', ...(attribution ? { attribution } : {}), ...more }
      const { groups: all } = await ask('E2', { breakdown })
      return Object.fromEntries(Object.entries(all ?? {}).map(([g, x]) => [g, x.steps.map((s) => s.entered)]))
    }
    const first = { red: [1, 1], blue: [1, 1], green: [1, 0], '': [1, 1] }
    expect(await groups(undefined)).toEqual(first)
    expect(await groups('first')).toEqual(first)
    expect(await groups('last')).toEqual({ blue: [2, 2], green: [1, 0], '': [1, 1] })
    expect(await groups('step:0')).toEqual({ red: [1, 1], green: [1, 0], '': [2, 2] })
    expect(await groups('step:1')).toEqual({ blue: [2, 2], '': [2, 1] })
    expect(await groups('last', { limit: 1 })).toEqual({ blue: [2, 2], $other: [2, 1] })
    const last = { breakdown: { eventProperty: 'color', attribution: 'last', limit: 1 } }
    expect(await people('E2', last, '1/blue')).toEqual(['both', 'second'])
    expect(await people('E2', last, '0/$other')).toEqual(['none', 'one'])
    expect(await people('E2', last, 'dropped/0/$other')).toEqual(['one'])
    expect(await people('E2', { breakdown: { eventProperty: 'color' } }, '0/~')).toEqual(['none'])
  })

  test('bots and system events break no strict chain, and bots do no step', async () => {
    await ingest(
      'E3',
      lived({
        a: [
          ['view', 0],
          ['crawl', 1, {}, true],
          [IDENTIFY, 2, { city: 'Wuhan' }],
          ['buy', 3],
        ],
        b: [
          ['view', 0, {}, true],
          ['buy', 1],
        ],
      }),
    )
    expect(await entered('E3', { order: 'strict' })).toEqual([1, 1])
    expect(await people('E3', { order: 'strict' }, '1')).toEqual(['a'])
    // What is known of a member holds as of the end of the range.
    const cities = async (to: string) =>
      Object.keys((await ask('E3', { to, breakdown: { property: 'city' } })).groups ?? {})
    expect(await cities('2026-01-05T00:01:59Z')).toEqual([''])
    expect(await cities('2026-01-05T00:02:00Z')).toEqual(['Wuhan'])
  })

  test('sessions, orders, and each way gone through', async () => {
    const order = (id: string) => ({ order: id })
    await ingest(
      'E4',
      lived({
        twice: [
          ['view', 0, order('1')],
          ['buy', 30, order('2')],
          ['view', 61, order('2')],
          ['buy', 92, order('1')],
        ],
        again: [
          ['view', 0],
          ['buy', 1],
          ['view', 2],
          ['view', 3],
          ['buy', 4],
          ['view', 5],
        ],
      }),
    )
    // Gaps of exactly 30 minutes stay in; of 31 they do not.
    expect(await entered('E4', { unit: 'session' })).toEqual([3, 2])
    expect(await people('E4', { unit: 'session' }, 'dropped/0')).toEqual(['twice'])
    expect(await entered('E4', { unit: { entity: 'order' } })).toEqual([2, 1])
    expect(await people('E4', { unit: { entity: 'order' } }, '1')).toEqual(['twice'])
    const each = await ask('E4', { countBy: 'conversions' })
    expect(each.steps.map((s) => s.entered)).toEqual([5, 4])
    expect(await people('E4', { countBy: 'conversions' }, '1')).toEqual(['again', 'twice'])
    expect(await people('E4', { countBy: 'conversions' }, 'dropped/0')).toEqual(['again'])
  })

  test('by day in the zone, and who may still go on', async () => {
    // 23:30 on the 5th and 00:30 on the 6th in Shanghai.
    await ingest(
      'E5',
      lived({
        a: [
          ['view', 15 * 60 + 30],
          ['buy', 16 * 60],
        ],
        b: [['view', 16 * 60 + 30]],
      }),
    )
    const daily = { trend: 'day', window: '200d' }
    const answer = await ask('E5', daily)
    expect(answer.trend).toHaveLength(8)
    expect(answer.trend?.slice(0, 3).map((b) => [b.bucket, b.entered, b.converted])).toEqual([
      ['2026-01-05', 1, 1],
      ['2026-01-06', 1, 0],
      ['2026-01-07', 0, 0],
    ])
    expect(await people('E5', daily, answer.trend?.[1]?.cell ?? '')).toEqual(['b'])
    expect(await people('E5', daily, answer.trend?.[0]?.convertedCell ?? '')).toEqual(['a'])
    expect(answer.stillOpen).toBe(1)
    expect(await people('E5', daily, answer.stillOpenCell)).toEqual(['b'])
    expect((await ask('E5', {})).stillOpen).toBe(0)
  })
})

describe('random funnels over random histories', () => {
  const FIRST = 10_001
  /** Every seventh number is another of the one before it. */
  const rootOf = (number: number) => (number % 7 === 0 ? number - 1 : number)
  const lives = new Map<number, Lived[]>()
  beforeAll(async () => {
    console.info(`${QUERIES * MEMBERS} funnels of one member, seed ${SEED}`)
    const pasts = fc.sample(history, { numRuns: MEMBERS, seed: SEED })
    const rows = { events: [] as object[], members: [] as object[], aliases: [] as object[] }
    let seq = 1_000_000
    pasts.forEach((past, i) => {
      const member = FIRST + i
      const root = rootOf(member)
      lives.set(root, [...(lives.get(root) ?? []), ...past])
      rows.members.push({ number: member, memberId: randomUUID(), at: BASE })
      if (root !== member) rows.aliases.push({ number: member, root, seq: 1 })
      for (const { name, t, class: kind, bot, k, v, o } of past) {
        const properties = JSON.stringify({ k, ...(v ? { v } : {}), ...(o ? { o } : {}) })
        rows.events.push({ member, timestamp: t, seq: seq++, id: randomUUID(), name, class: kind, bot, properties })
      }
    })
    for (const [table, list] of Object.entries(rows))
      await w.clickhouse.insert(table, list.map((row) => JSON.stringify(row)).join('\n'))
    await w.clickhouse.command('SYSTEM RELOAD DICTIONARY alias')
  })

  const asker = (now: Date) => ({
    ...{ db: w.host.db, warehouse: w.warehouse, now, contributors: [] },
    brand: { zone: 'Asia/Shanghai', weekStart: 1 },
  })

  test('each member’s ways are those of the plain reading', { timeout: SLOW }, async () => {
    const asks = fc.sample(asking, { numRuns: QUERIES, seed: SEED })
    for (const [i, asked] of asks.entries()) {
      const query = funnelQuery.parse(queryOf(asked))
      funnel.check?.(query, {} as never)
      const sheet = await createSheet(asker(new Date(asked.now)) as never, query)
      const rows = await sheet.rows<{ root: number; times: number[]; open: number; g: string }>(
        `SELECT root, times, open, g FROM (${relationOf(sheet, query)}) WHERE root >= ${FIRST}`,
      )
      const found = new Map<number, Way[]>()
      for (const r of rows) {
        const way = { times: r.times.map(Number), open: Boolean(r.open), group: r.g }
        found.set(Number(r.root), [...(found.get(Number(r.root)) ?? []), way])
      }
      const text = (ways: readonly Way[]) => ways.map((x) => JSON.stringify(shown(x))).sort()
      for (const [root, life] of lives) {
        const [ours, plain] = [text(found.get(root) ?? []), text(waysOf(life, asked))]
        if (JSON.stringify(ours) !== JSON.stringify(plain))
          expect(ours, `query ${i} ${JSON.stringify(asked)}\n${JSON.stringify(life)}`).toEqual(plain)
      }
    }
  })
  const shown = ({ times, open, group }: Way) => [times.map((t) => t - BASE), open, times.length > 0 ? group : '']

  test('the answer counts these ways, and each number’s people are as many', { timeout: SLOW }, async () => {
    const asks = fc.sample(asking, { numRuns: 2, seed: SEED + 1 })
    for (const drawn of asks) {
      const asked: Asked = { ...drawn, now: w.now().getTime(), attribution: drawn.attribution ?? 'first' }
      const query = { ...queryOf(asked), trend: 'day', timezone: 'UTC' }
      const answer = (await w.as(w.owner, 'insight.funnel', query)) as Answer
      const ways = [...lives].flatMap(([root, life]) => waysOf(life, asked).map((way) => ({ ...way, root })))
      const made = (i: number, among = ways) => among.filter((x) => x.times.length > i)
      const about = `${JSON.stringify(query)}`
      expect(
        answer.steps.map((s) => s.entered),
        about,
      ).toEqual(asked.steps.map((_, i) => made(i).length))
      const falls = answer.steps.map((s, i) => s.entered - (answer.steps[i + 1]?.entered ?? s.entered))
      expect(answer.steps.map((s) => s.dropped)).toEqual(falls)
      expect(Math.min(...falls), 'counts never rise').toBeGreaterThanOrEqual(0)
      expect(answer.excluded).toBe(ways.filter((x) => x.times.length === 0).length)
      expect(answer.stillOpen).toBe(ways.filter((x) => x.open).length)
      for (const [i, step] of answer.steps.entries()) {
        const seconds = made(i).map((x) => ((x.times[i] ?? 0) - (x.times[i - 1] ?? 0)) / 1000)
        if (i === 0 || seconds.length === 0) expect([step.avgSeconds, step.medianSeconds]).toEqual([null, null])
        else {
          expect(step.avgSeconds).toBeCloseTo(seconds.reduce((a, b) => a + b, 0) / seconds.length, 6)
          expect(step.medianSeconds).toBeCloseTo(median(seconds), 6)
        }
      }
      const groups = Object.entries(answer.groups ?? {})
      for (const [group, { steps }] of groups)
        expect(
          steps.map((s) => s.entered),
          `${group} of ${about}`,
        ).toEqual(asked.steps.map((_, i) => made(i).filter((x) => x.group === group).length))
      expect(groups.reduce((n, [, g]) => n + (g.steps[0]?.entered ?? 0), 0)).toBe(made(0).length)
      expect(answer.trend?.reduce((n, b) => n + b.entered, 0)).toBe(made(0).length)
      expect(answer.trend?.reduce((n, b) => n + b.converted, 0)).toBe(made(asked.steps.length - 1).length)
      const people = (among: readonly { root: number }[]) => new Set(among.map((x) => x.root)).size
      const [largest] = groups
      const cells: [string | undefined, number][] = [
        [answer.steps[1]?.cell, people(made(1))],
        [answer.steps[0]?.droppedCell, people(made(0).filter((x) => x.times.length === 1))],
        [answer.excludedCell, people(ways.filter((x) => x.times.length === 0))],
        ...(largest
          ? [[largest[1].steps[0]?.cell, people(made(0).filter((x) => x.group === largest[0]))] as [string, number]]
          : []),
        [
          answer.trend?.at(-1)?.cell,
          people(
            made(0).filter((x) =>
              new Date(x.times[0] ?? 0).toISOString().startsWith(answer.trend?.at(-1)?.bucket ?? '-'),
            ),
          ),
        ],
      ]
      for (const [cell, size] of cells) {
        if (cell === undefined) continue
        const definition = { insight: { kind: 'funnel', query, cell } }
        expect(await w.as(w.owner, 'segment.preview', { definition, limit: 0 }), `${cell} of ${about}`).toMatchObject({
          count: size,
        })
      }
    }
  })
  const median = (list: readonly number[]) => {
    const sorted = list.toSorted((a, b) => a - b)
    const middle = (sorted.length - 1) / 2
    return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
  }
})
