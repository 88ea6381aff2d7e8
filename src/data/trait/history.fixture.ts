// Random traits and random lives, on and beside the edges of each other, so that every off-by-one shows.
import fc from 'fast-check'
import { FN_NAMES, FNS, type Fn } from './fn.ts'

export const BASE = Date.parse('2026-03-01T02:00:00Z')
/** Lengths of windows in milliseconds, and local midnights of Shanghai around BASE. */
export const EDGES = [0, 5000, 60_000, 86_400_000, 172_800_000, 36_000_000, 50_400_000, 122_400_000, 136_800_000]
export const edge = fc
  .tuple(fc.constantFrom(...EDGES), fc.constantFrom(...EDGES), fc.constantFrom(-1, 0, 1), fc.constantFrom(-1, 0, 1))
  .map(([a, b, sign, ms]) => BASE + sign * (a + b) + ms)
export const COMMUNITY = '0190a000-0000-7000-8000-000000000001'

const value = fc.oneof(
  fc.constantFrom<unknown>(...['10', 10, 10.5, '10.50', -3, 0, '0', true, false, 'true', 'abc', 'a', '会员', '', null]),
  edge.map((t) => new Date(t).toISOString()),
)
export const properties = fc.record({ x: value, y: value }, { requiredKeys: [] })
export const NAMES = ['a', 'b', 'c.one'] as const

const event = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<string | string[]>('a', 'b', 'c.*', '*') },
  fc.constant(['a', 'b']),
)
const filter = fc.oneof(
  fc.record({ path: fc.constant('x'), op: fc.constant('exists') }),
  fc.record({ path: fc.constant('x'), op: fc.constant('eq'), value: fc.constantFrom(10, '10', 'abc', true) }),
  fc.record({ path: fc.constant('y'), op: fc.constant('gte'), value: fc.constantFrom(0, 10, 10.5) }),
  fc.record({ path: fc.constant('y'), op: fc.constant('withinLast'), value: fc.constantFrom('1m', '24h') }),
)

function measureBy(fns: readonly Fn[], communities: boolean) {
  return fc
    .tuple(
      fc.constantFrom(...fns),
      event,
      fc.option(fc.constantFrom('5s', '1m', '24h', '2d', '1cd', '2cd', '3cd')),
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(filter, { maxLength: 2 })),
      fc.constantFrom('x', 'y'),
      fc.boolean(),
      communities ? fc.option(fc.constant(COMMUNITY), { freq: 4 }) : fc.constant(null),
    )
    .map(([fn, name, within, where, of, named, communityId]) => {
      const needs = FNS[fn].of
      return {
        fn,
        event: name,
        where,
        ...(within === null ? {} : { within }),
        ...(needs === 'needed' || (needs === 'optional' && named) ? { of } : {}),
        ...(communityId === null ? {} : { communityId }),
      }
    })
}

const numbers = FN_NAMES.filter((fn) => FNS[fn].isNumber)
const scale = fc.constantFrom(
  { from: 0, to: 5 },
  { from: 0, to: 20, log: true },
  { from: 10, to: 0 },
  { from: -3, to: 10.5 },
)

/** A raw definition: a measure of any kind, or a score of up to three. */
export const definition = ({ communities = true } = {}) =>
  fc.oneof(
    { weight: 5, arbitrary: measureBy(FN_NAMES, communities).map((measure) => ({ measure })) },
    fc
      .array(fc.tuple(measureBy(numbers, communities), scale, fc.constantFrom(1, 2, 0.5)), {
        minLength: 1,
        maxLength: 3,
      })
      .map((parts) => ({
        score: {
          components: parts.map(([measure, s, weight], i) => ({
            key: `c${i}`,
            title: `C${i}`,
            measure,
            scale: s,
            weight,
          })),
        },
      })),
  )
