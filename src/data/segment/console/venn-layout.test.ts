import { expect, test } from 'vitest'
import { type Circle, vennOf } from './venn-layout.ts'

/** The share of a box in all of these circles, by counting points. */
function measured(circles: readonly Circle[]): number {
  const [most, step] = [400, 0.5]
  let n = 0
  for (let x = 0; x < most; x += step)
    for (let y = 0; y < most; y += step) if (circles.every((c) => Math.hypot(x - c.x, y - c.y) < c.r)) n++
  return n * step * step
}

test('areas and overlaps of two circles are in proportion to the sets', () => {
  const { circles } = vennOf(
    [100, 60],
    [
      { in: [0], count: 70 },
      { in: [1], count: 30 },
      { in: [0, 1], count: 30 },
    ],
  )
  const [a, b] = circles as [Circle, Circle]
  const whole = measured([a])
  expect(measured([b]) / whole).toBeCloseTo(0.6, 2)
  expect(measured([a, b]) / whole).toBeCloseTo(0.3, 2)
})

test('sets that share nothing stand apart, one inside another lies inside', () => {
  const apart = vennOf(
    [10, 10],
    [
      { in: [0], count: 10 },
      { in: [1], count: 10 },
    ],
  )
  expect(measured([...apart.circles])).toBe(0)
  const inside = vennOf(
    [100, 25],
    [
      { in: [0], count: 75 },
      { in: [0, 1], count: 25 },
    ],
  )
  const [a, b] = inside.circles as [Circle, Circle]
  expect(measured([a, b]) / measured([b])).toBeCloseTo(1, 2)
})

test('of three, every number stands in its own region', () => {
  const regions = [
    { in: [0], count: 40 },
    { in: [1], count: 30 },
    { in: [2], count: 20 },
    { in: [0, 1], count: 20 },
    { in: [0, 2], count: 15 },
    { in: [1, 2], count: 15 },
    { in: [0, 1, 2], count: 25 },
  ]
  const { circles, labels } = vennOf([100, 90, 75], regions)
  expect(labels).toHaveLength(7)
  for (const { region, x, y } of labels)
    expect(circles.flatMap((c, i) => (Math.hypot(x - c.x, y - c.y) < c.r ? [i] : []))).toEqual(region.in)
})

test('nobody at all, and empty sets, are drawn without a fault', () => {
  for (const sizes of [
    [0, 0],
    [5, 0, 0],
  ])
    for (const { x, y, r } of vennOf(sizes, sizes[0] ? [{ in: [0], count: 5 }] : []).circles)
      expect([x, y, r].every(Number.isFinite)).toBe(true)
})
