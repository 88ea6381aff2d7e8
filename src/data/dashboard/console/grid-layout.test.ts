import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bounded, closed, type Place, placed } from './grid-layout.ts'

const size = fc.record({
  x: fc.nat(11),
  y: fc.nat(20),
  w: fc.integer({ min: 2, max: 12 }),
  h: fc.integer({ min: 1, max: 6 }),
})
const layouts = fc
  .array(size, { minLength: 1, maxLength: 12 })
  .map((all) => all.map((s, i): Place => bounded({ id: `t${i}`, ...s })))
  .map((all) => {
    let kept: Place[] = []
    for (const tile of all) kept = placed(kept.concat(tile), tile)
    return kept
  })

const overlap = (tiles: readonly Place[]) =>
  tiles.some((a, i) =>
    tiles.some((b, j) => i < j && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h),
  )

test('wherever a tile is put, none covers another, none leaves the grid, and no hole stays above one', () => {
  fc.assert(
    fc.property(layouts, size, fc.nat(11), (layout, to, which) => {
      const id = `t${which % layout.length}`
      const after = placed(layout, { id, ...to })
      expect(after.map((t) => t.id)).toEqual(layout.map((t) => t.id))
      expect(overlap(after)).toBe(false)
      expect(after.every((t) => t.x >= 0 && t.x + t.w <= 12 && t.y >= 0)).toBe(true)
      expect(closed(after).toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
        after.toSorted((a, b) => a.id.localeCompare(b.id)),
      )
    }),
    { numRuns: 300 },
  )
})

test('a tile put on another takes its place, and the other goes below', () => {
  const layout = [
    { id: 'a', x: 0, y: 0, w: 6, h: 2 },
    { id: 'b', x: 6, y: 0, w: 6, h: 2 },
  ]
  expect(placed(layout, { id: 'b', x: 0, y: 0, w: 6, h: 2 })).toEqual([
    { id: 'a', x: 0, y: 2, w: 6, h: 2 },
    { id: 'b', x: 0, y: 0, w: 6, h: 2 },
  ])
})
