import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { type Happening, type Ingest, only, openCases, who } from './case.fixture.ts'

let w: World
let ingest: Ingest
beforeAll(async () => {
  w = await world({ at: '2026-05-01T02:00:00.000Z' })
  ingest = await openCases(w)
})
afterAll(() => w.end())

interface Step {
  entered: number
  cell: string
  dropped: number
  droppedCell: string
  conversionRate: number | null
  fromPrevious: number | null
  medianSeconds: number | null
  avgSeconds: number | null
}
interface Answer {
  steps: Step[]
  excluded: number
  excludedCell: string
  stillOpen: number
  stillOpenCell: string
  groups?: Record<string, { steps: Step[] }>
  trend?: { bucket: string; entered: number; cell: string; converted: number; convertedCell: string; rate: number }[]
}
const ask = async (query: object) => (await w.as(w.owner, 'insight.funnel', query)) as Answer
const named = (...names: string[]) => names.map((event) => ({ event }))

/** Who did what, in seconds after an instant. */
const lived = (from: string, lives: Record<string, readonly (readonly [string, number, Happening['p']?])[]>) =>
  Object.entries(lives).flatMap(([u, events]) =>
    events.map(([e, seconds, p]) => ({
      u,
      e,
      t: new Date(Date.parse(from) + seconds * 1000).toISOString(),
      ...(p ? { p } : {}),
    })),
  )
const [UP, SEEN, VIEWED, BLAH] = ['user signed up', '$pageview', 'insight viewed', 'blaah blaa']
const may = { from: '2021-05-01T00:00:00Z', to: '2021-05-14T00:00:00Z', timezone: 'UTC' }

/** Published facts of other tools, by the test or issue they were taken from. */
describe('published cases', () => {
  const counts = async (id: string, query: object) =>
    (await ask({ filter: only(id), ...query })).steps.map((s) => s.entered)
  const people = (id: string, query: object, cell: string) => who(w, 'funnel', { filter: only(id), ...query }, cell)

  // PostHog test_funnel_strict.py test_basic_strict_funnel; in order: derived.
  test('F01: any foreign event breaks a strict chain', async () => {
    await ingest(
      'F01',
      lived(may.from, {
        p1: [[UP, 0]],
        p2: [
          [SEEN, 0],
          [UP, 60],
        ],
        p3: [
          [UP, 0],
          [SEEN, 60],
          [BLAH, 120],
          [VIEWED, 180],
        ],
        p4: [
          [VIEWED, 0],
          [BLAH, 60],
          [SEEN, 120],
          [UP, 180],
        ],
        p5: [
          [SEEN, 0],
          [UP, 60],
          [BLAH, 120],
          [SEEN, 180],
          [VIEWED, 240],
        ],
        p6: [
          [BLAH, 0],
          [UP, 60],
          [BLAH, 120],
          [SEEN, 180],
        ],
        p7: [
          [BLAH, 0],
          [UP, 60],
          [SEEN, 120],
          [VIEWED, 180],
          [BLAH, 240],
        ],
        p8: [
          [VIEWED, 0],
          [SEEN, 60],
        ],
      }),
    )
    const query = { ...may, steps: named(UP, SEEN, VIEWED), order: 'strict' }
    expect(await counts('F01', query)).toEqual([7, 2, 1])
    expect(await people('F01', query, '1')).toEqual(['p3', 'p7'])
    expect(await people('F01', query, '2')).toEqual(['p7'])
    expect(await counts('F01', { ...query, order: 'ordered' })).toEqual([7, 4, 3])
  })

  // PostHog test_funnel_strict.py test_strict_breakdown_events_with_multiple_properties.
  test('F02: a strict chain by value', async () => {
    const chrome = { $browser: 'Chrome' }
    const safari = { $browser: 'Safari' }
    await ingest('F02', [
      ...lived('2020-01-01T12:00:00Z', {
        person1: [
          ['sign up', 0, chrome],
          ['blah', 3600, chrome],
          ['play movie', 7200, chrome],
        ],
      }),
      ...lived('2020-01-02T13:00:00Z', {
        person2: [
          ['sign up', 0, safari],
          ['play movie', 3600, safari],
        ],
      }),
    ])
    const query = {
      ...{ from: '2020-01-01T00:00:00Z', to: '2020-01-08T00:00:00Z', window: '7d', order: 'strict' },
      steps: named('sign up', 'play movie'),
      breakdown: { eventProperty: '$browser', attribution: 'first' },
    }
    const { groups } = await ask({ ...query, filter: only('F02') })
    expect(Object.keys(groups ?? {}).sort()).toEqual(['Chrome', 'Safari'])
    expect(groups?.Safari?.steps).toMatchObject([{ entered: 1 }, { entered: 1, avgSeconds: 3600, medianSeconds: 3600 }])
    expect(groups?.Chrome?.steps).toMatchObject([
      { entered: 1, dropped: 1 },
      { entered: 0, avgSeconds: null },
    ])
    expect(await people('F02', query, groups?.Chrome?.steps[0]?.droppedCell ?? '')).toEqual(['person1'])
    expect(await people('F02', query, groups?.Safari?.steps[1]?.cell ?? '')).toEqual(['person2'])
  })

  // PostHog test_funnel_unordered.py test_basic_unordered_funnel, test_big_multi_step_unordered_funnel.
  test('F03, F04: in any order the level is the number of distinct steps done', async () => {
    const shared = {
      p1: [[UP, 0]],
      p6: [
        [BLAH, 0],
        [VIEWED, 60],
      ],
      p7: [
        [SEEN, 0],
        [BLAH, 60],
      ],
      p8: [
        [VIEWED, 0],
        [SEEN, 60],
      ],
      p3: [
        [UP, 0],
        [SEEN, 60],
        [BLAH, 120],
        [VIEWED, 180],
      ],
    } as const
    await ingest(
      'F03',
      lived(may.from, {
        ...shared,
        p2: [
          [SEEN, 0],
          [UP, 60],
        ],
        p4: [
          [VIEWED, 0],
          [SEEN, 60],
          [UP, 120],
        ],
        p5: [
          [SEEN, 0],
          [UP, 60],
          [BLAH, 120],
          [VIEWED, 180],
        ],
      }),
    )
    const query = { ...may, steps: named(UP, SEEN, VIEWED), order: 'any' }
    expect(await counts('F03', query)).toEqual([8, 5, 3])
    expect(await people('F03', query, '1')).toEqual(['p2', 'p3', 'p4', 'p5', 'p8'])
    expect(await people('F03', query, '2')).toEqual(['p3', 'p4', 'p5'])
    expect(await people('F03', query, 'dropped/0')).toEqual(['p1', 'p6', 'p7'])
    expect(await people('F03', query, 'dropped/1')).toEqual(['p2', 'p8'])
    expect(await people('F03', query, 'dropped/2')).toEqual([])
    await ingest(
      'F04',
      lived(may.from, {
        ...shared,
        p2: [
          [SEEN, 0],
          ['crying', 60],
        ],
        p4: [
          [VIEWED, 0],
          ['crying', 60],
          [UP, 120],
        ],
        p5: [
          [SEEN, 0],
          [UP, 60],
          ['crying', 120],
          [VIEWED, 180],
        ],
      }),
    )
    const four = { ...query, steps: named(UP, SEEN, VIEWED, 'crying') }
    expect(await counts('F04', four)).toEqual([8, 5, 3, 1])
    expect(await people('F04', four, '3')).toEqual(['p5'])
  })

  // PostHog test_funnel.py test_funnel_conversion_window, test_funnel_conversion_window_seconds.
  test('F05, F06: the window, in days and in seconds, its end included', async () => {
    const users = (early: number, late: number) =>
      Object.fromEntries(
        Array.from({ length: 25 }, (_, i) => [
          `user_${i}`,
          [
            ['step one', 0],
            ['step two', i < 10 ? early : late],
          ] as const,
        ]),
      )
    await ingest('F05', lived(may.from, users(86_400, 9 * 86_400)))
    await ingest('F06', lived(may.from, users(10, 20)))
    const steps = named('step one', 'step two', 'step three')
    expect(await counts('F05', { ...may, steps, window: '7d' })).toEqual([25, 10, 0])
    expect(await counts('F06', { ...may, steps, window: '15s' })).toEqual([25, 10, 0])
    expect(await counts('F06', { ...may, steps, window: '20s' })).toEqual([25, 25, 0])
    expect(await counts('F06', { ...may, steps, window: '9.999s' })).toEqual([25, 0, 0])
    // Days of the calendar: the day of the first step and the one after it.
    expect(await counts('F05', { ...may, steps, window: '1cd' })).toEqual([25, 0, 0])
    expect(await counts('F05', { ...may, steps, window: '2cd' })).toEqual([25, 10, 0])
  })

  // PostHog test_funnel_with_repeat_steps, test_funnel_with_different_actions_at_same_time_count_as_converted.
  test('F07, F08: one event fills one step; the same time converts however it is stored', async () => {
    await ingest(
      'F07',
      lived(may.from, {
        a: [
          [UP, 0],
          [UP, 60],
        ],
        b: [[UP, 0]],
      }),
    )
    for (const order of ['ordered', 'strict', 'any']) {
      const twice = { ...may, steps: named(UP, UP), order }
      expect(await counts('F07', twice)).toEqual([2, 1])
      expect(await people('F07', twice, '1')).toEqual(['a'])
    }
    await ingest(
      'F08',
      lived(may.from, {
        a: [
          ['sign up', 0],
          [SEEN, 0],
        ],
        b: [['sign up', 0]],
        c: [
          [SEEN, 0],
          ['sign up', 0],
        ],
      }),
    )
    for (const order of ['ordered', 'strict', 'any'])
      expect(await counts('F08', { ...may, steps: named('sign up', SEEN), order })).toEqual([3, 2])
  })

  // PostHog test_funnel.py test_funnel_exclusion_no_end_event; the last two lives are ours.
  test('F09: an exclusion takes out whoever has no clean attempt', async () => {
    await ingest(
      'F09',
      lived('2021-05-01T01:00:00Z', {
        person1: [
          [UP, 0],
          ['paid', 3600],
        ],
        person2: [
          [UP, 7200],
          ['x', 9000],
          ['paid', 10_800],
        ],
        person3: [
          [UP, 14_400],
          ['x', 18_000],
        ],
        person4: [
          [UP, 21_600],
          ['x', 111_600],
        ],
        again: [
          [UP, 0],
          ['x', 60],
          [UP, 120],
          ['paid', 180],
        ],
        same: [
          [UP, 0],
          ['x', 0],
          ['x', 60],
          ['paid', 60],
        ],
      }),
    )
    const query = {
      ...{ ...may, steps: named(UP, 'paid'), window: '1d' },
      exclude: [{ event: 'x', from: 0, to: 1 }],
    }
    const answer = await ask({ ...query, filter: only('F09') })
    expect(answer.steps.map((s) => s.entered)).toEqual([4, 3])
    expect(await people('F09', query, '0')).toEqual(['again', 'person1', 'person4', 'same'])
    expect(await people('F09', query, '1')).toEqual(['again', 'person1', 'same'])
    expect(answer.excluded).toBe(2)
    expect(await people('F09', query, answer.excludedCell)).toEqual(['person2', 'person3'])
  })

  // PostHog test_funnel_exclusions_invalid_params, test_funnel_conversion_window.py.
  test('F12: what makes no sense is refused, and says where', async () => {
    const steps = named(UP, 'paid')
    for (const [from, to] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [0, 2],
      [-1, 1],
      [0, 0],
    ])
      expect(await ask({ ...may, steps, exclude: [{ event: 'x', from, to }] })).toMatchObject({
        ...{ code: 'input.invalid', status: 400 },
        errors: [{ path: expect.stringMatching(/^exclude/) }],
      })
    for (const window of [0, -1, '0d', '-1d', '0', '14', 'soon', '', '0.0s', {}])
      expect(await ask({ ...may, steps, window }), String(window)).toMatchObject({ code: 'input.invalid', status: 400 })
    const value = (attribution: string) => ({ breakdown: { eventProperty: 'a', attribution } })
    for (const wrong of [
      { order: 'any', ...value('step:1') },
      ...[
        value('step:2'),
        value('step:-1'),
        value('all'),
        { order: 'loose' },
        { countBy: 'events' },
        { unit: 'device' },
      ],
      ...[{ steps: named(UP) }, { steps: [{ event: UP, within: '1d' }, { event: 'paid' }] }],
      { order: 'any', steps: [{ event: UP }, { event: 'paid', within: '1d' }] },
    ])
      expect(await ask({ ...may, steps, ...wrong }), JSON.stringify(wrong)).toMatchObject({ code: 'input.invalid' })
    for (const right of [{}, { window: null }, { order: 'any', ...value('step:0') }, value('step:1')])
      expect(await ask({ ...may, steps, ...right })).toHaveProperty('steps')
    const cell = { insight: { kind: 'funnel', query: { ...may, steps, window: '0d' }, cell: '0' } }
    expect(await w.as(w.owner, 'segment.preview', { definition: cell })).toMatchObject({ code: 'input.invalid' })
    for (const none of ['2', 'dropped/2', 'dropped', 'x', '-1', '0/a', 'trend/2021-05-01', 'open/1', ''])
      await expect(people('F12', { ...may, steps }, none), none).rejects.toThrow('input.invalid')
  })

  // PostHog test_funnel_time_to_convert.py; test_funnel_strict.py test_basic_strict_funnel_conversion_times.
  test('F14, F15: times are between adjacent steps, over those who made it', async () => {
    await ingest('F14', [
      ...lived('2021-06-08T18:00:00Z', {
        a: [
          ['step one', 0],
          ['step two', 3600],
          ['step three', 10_800],
        ],
      }),
      ...lived('2021-06-09T13:00:00Z', {
        b: [
          ['step one', 0],
          ['step two', 2220],
        ],
      }),
      ...lived('2021-06-11T07:00:00Z', {
        c: [
          ['step one', 0],
          ['step two', 82_800],
        ],
      }),
    ])
    const june = { from: '2021-06-07T00:00:00Z', to: '2021-06-14T00:00:00Z', timezone: 'UTC', window: '7d' }
    const timed = await ask({ ...june, steps: named('step one', 'step two', 'step three'), filter: only('F14') })
    expect(timed.steps).toMatchObject([
      { entered: 3, avgSeconds: null, medianSeconds: null, conversionRate: 1, fromPrevious: null },
      { entered: 3, avgSeconds: 29_540, medianSeconds: 3600, conversionRate: 1, fromPrevious: 1 },
      { entered: 1, avgSeconds: 7200, medianSeconds: 7200, conversionRate: 1 / 3, fromPrevious: 1 / 3 },
    ])
    await ingest(
      'F15',
      lived('2021-05-02T00:00:00Z', {
        p1: [[UP, 0]],
        p2: [
          [UP, 0],
          [SEEN, 3600],
        ],
        p3: [
          [UP, 0],
          [SEEN, 7200],
          [VIEWED, 14_400],
        ],
      }),
    )
    const strict = await ask({ ...may, steps: named(UP, SEEN, VIEWED), order: 'strict', filter: only('F15') })
    expect(strict.steps.map((s) => [s.entered, s.avgSeconds])).toEqual([
      [3, null],
      [2, 5400],
      [1, 7200],
    ])
  })

  // PostHog test_funnel_with_matching_properties.
  test('F17: steps whose filters overlap', async () => {
    const at = (url: string) => ({ $current_url: url })
    const [one, two] = [at('aloha.com'), at('aloha2.com')]
    await ingest(
      'F17',
      lived(may.from, {
        s1: [[UP, 0]],
        v1: [
          [UP, 0],
          [SEEN, 60, one],
        ],
        v2: [
          [UP, 0],
          [SEEN, 60, one],
          [BLAH, 120, one],
          [SEEN, 180, two],
        ],
        v3: [
          [UP, 0],
          [SEEN, 60, one],
          [SEEN, 120, two],
          [SEEN, 180, two],
          [BLAH, 240],
        ],
        v4: [
          [UP, 0],
          [SEEN, 60, one],
          [BLAH, 120],
          [SEEN, 180, two],
          [SEEN, 240, one],
          [SEEN, 300, two],
        ],
      }),
    )
    const seen = (url: string) => ({ event: SEEN, where: [{ path: ['$current_url'], op: 'eq', value: url }] })
    const steps = [{ event: UP }, seen('aloha.com'), seen('aloha2.com'), seen('aloha2.com'), { event: SEEN }]
    expect(await counts('F17', { ...may, steps })).toEqual([5, 4, 3, 2, 0])
    expect(await people('F17', { ...may, steps }, '3')).toEqual(['v3', 'v4'])
  })

  // umami issue 4144; ClickHouse issue 37177 and pull request 99003, the shorter window derived.
  test('F18, F19: three in a row; noisy repeats do not lower the level', async () => {
    await ingest(
      'F18',
      lived('2026-04-01T10:00:00Z', {
        s: [
          ['event-a', 0],
          ['event-b', 10],
          ['event-c', 20],
        ],
      }),
    )
    const april = { from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00Z', window: '60m' }
    expect(await counts('F18', { ...april, steps: named('event-a', 'event-b', 'event-c') })).toEqual([1, 1, 1])
    const life = ['install', 'start', 'login', 'install', 'start', 'install', 'start', 'login', 'end']
    await ingest('F19', lived('2022-05-13T12:00:00Z', { u: life.map((e, i) => [e, i * 5] as const) }))
    const noisy = {
      from: '2022-05-13T00:00:00Z',
      to: '2022-05-14T00:00:00Z',
      steps: named('install', 'start', 'login', 'end'),
    }
    expect(await counts('F19', { ...noisy, window: '60s' })).toEqual([1, 1, 1, 1])
    expect(await counts('F19', { ...noisy, window: '10s' })).toEqual([1, 1, 1, 0])
  })
})
