// Random funnels and random histories, on and beside each other's edges, with much at the same time.
import fc from 'fast-check'
import type { Asked, Lived } from '../funnel.fixture.ts'

const MINUTE = 60_000
export const BASE = Date.parse('2026-03-10T00:00:00Z')
const names = ['a', 'b', 'c', 'd', 'x', 'member.noted'] as const
/** Minutes; windows below are sums of these. */
const SPANS = [0, 10, 20, 30]
const instant = fc
  .tuple(fc.constantFrom(...SPANS), fc.constantFrom(...SPANS), fc.constantFrom(-1, 0, 0, 0, 1))
  .map(([a, b, ms]) => BASE + (a + b) * MINUTE + ms)
const happened: fc.Arbitrary<Lived> = fc
  .record({
    ...{ name: fc.constantFrom(...names), t: instant, bot: fc.constantFrom(false, false, false, false, true) },
    ...{ k: fc.constantFrom(1, 2), o: fc.constantFrom('', '1', '2') },
  })
  // What happens at the same time has the same value, so that there is one answer.
  .map((e) => ({
    ...e,
    class: e.name === 'd' ? 'capability' : e.name === 'member.noted' ? 'system' : 'client',
    v: ['red', '', 'blue', 'green'][Math.floor((e.t - BASE + 1) / (10 * MINUTE)) % 4] ?? '',
  }))
const which = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'd').map((n) => [n]) },
  { weight: 1, arbitrary: fc.constantFrom(['a', 'b'], ['b', 'c'], ['*'], ['member.noted']) },
)
const what = fc.record({ event: which, k: fc.option(fc.constantFrom(1, 2), { freq: 4, nil: undefined }) })
const span = fc.constantFrom(10, 20, 30, 40)
export const asking = fc
  .record({
    steps: fc.array(what, { minLength: 2, maxLength: 4 }),
    ...{ within: fc.array(fc.option(span, { nil: undefined }), { minLength: 4, maxLength: 4 }) },
    ...{ limited: fc.nat(3), excluded: fc.nat(2) },
    exclude: fc.array(fc.tuple(fc.constantFrom(['x'], ['x', 'a'], ['d']), fc.nat(20), fc.nat(20)), {
      minLength: 1,
      maxLength: 2,
    }),
    ...{ window: span, now: instant, from: instant, long: span },
    order: fc.constantFrom('ordered', 'ordered', 'strict', 'any'),
    countBy: fc.constantFrom('member', 'member', 'conversions'),
    unit: fc.constantFrom('member', 'member', 'session', 'entity'),
    attribution: fc.constantFrom(null, 'first', 'last', 0, 1),
  })
  .map(({ steps, within, limited, excluded, exclude, window, long, from, now, ...r }) => ({
    ...r,
    ...{ from: from - 20 * MINUTE, to: from + long * MINUTE, now: now + 20 * MINUTE, window: window * MINUTE },
    attribution: r.order === 'any' && r.attribution === 1 ? 0 : r.attribution,
    steps: steps.map((s, i) => {
      const limit = limited === 0 && i > 0 && r.order !== 'any' ? within[i] : undefined
      return { event: s.event, ...(s.k ? { k: s.k } : {}), ...(limit ? { within: limit * MINUTE } : {}) }
    }),
    exclude: (excluded === 0 ? exclude : []).map(([event, a, b]) => {
      const f = a % (steps.length - 1)
      return { event, from: f, to: f + 1 + (b % (steps.length - 1 - f)) }
    }),
  })) as fc.Arbitrary<Asked>

/** The same as the API takes it. */
export const queryOf = (q: Asked) => ({
  ...{ from: new Date(q.from).toISOString(), to: new Date(q.to).toISOString(), window: `${q.window / 1000}s` },
  ...{ order: q.order, countBy: q.countBy, unit: q.unit === 'entity' ? { entity: 'o' } : q.unit },
  steps: q.steps.map((s) => ({ ...filtered(s), ...(s.within ? { within: `${s.within / 1000}s` } : {}) })),
  exclude: q.exclude.map((x) => ({ ...filtered(x), from: x.from, to: x.to })),
  ...(q.attribution === null ? {} : { breakdown: { eventProperty: 'v', attribution: attributed(q.attribution) } }),
})
const attributed = (a: 'first' | 'last' | number) => (typeof a === 'number' ? `step:${a}` : a)
const filtered = ({ event, k }: { event: readonly string[]; k?: number }) => ({
  event: [...event],
  where: k === undefined ? [] : [{ path: 'k', op: 'eq', value: k }],
})

export const history = fc.array(happened, { maxLength: 9 })
