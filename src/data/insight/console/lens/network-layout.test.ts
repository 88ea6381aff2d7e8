import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Place, placesOf, type Tie } from './network-layout.ts'

const BOX = { width: 500, height: 380 }
const network = fc.integer({ min: 1, max: 40 }).chain((members) =>
  fc.record({
    radii: fc.array(fc.integer({ min: 3, max: 17 }), { minLength: members, maxLength: members }),
    ties: fc.array(fc.record({ from: fc.nat({ max: members - 1 }), to: fc.nat({ max: members - 1 }) }), {
      maxLength: 60,
    }),
  }),
)

test('everybody stands inside, on a place of their own, and always the same one', () => {
  fc.assert(
    fc.property(network, ({ radii, ties }) => {
      const places = placesOf(radii, ties, BOX)
      expect(places).toHaveLength(radii.length)
      for (const [x, y] of places) {
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x).toBeLessThanOrEqual(BOX.width)
        expect(y).toBeGreaterThanOrEqual(0)
        expect(y).toBeLessThanOrEqual(BOX.height)
      }
      expect(new Set(places.map((p) => p.map((n) => n.toFixed(1)).join())).size).toBe(radii.length)
      expect(placesOf(radii, ties, BOX)).toEqual(places)
    }),
    { numRuns: 8 },
  )
})

test('two circles that do not know each other stand apart', () => {
  const circle = (first: number): Tie[] =>
    [1, 2, 3].flatMap((k) => Array.from({ length: 6 }, (_, i) => ({ from: first + i, to: first + ((i + k) % 6) })))
  const places = placesOf(Array(12).fill(8), [...circle(0), ...circle(6)], BOX)
  const middle = (of: readonly Place[]) =>
    [0, 1].map((axis) => of.reduce((sum, p) => sum + (p[axis] ?? 0), 0) / of.length)
  const far = ([a = 0, b = 0]: readonly number[], [c = 0, d = 0]: readonly number[]) => Math.hypot(a - c, b - d)
  const [first, second] = [places.slice(0, 6), places.slice(6)]
  for (const place of first) expect(far(place, middle(first))).toBeLessThan(far(place, middle(second)))
})
