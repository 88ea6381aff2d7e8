import { expect, it } from 'vitest'
import { areaUnderCurve, decilesOf } from './outcome.ts'

const level = (score: number, members: number, positives: number) => ({ score, members, positives })

it('has the area that counting pairs gives, ties counting half', () => {
  expect(areaUnderCurve([level(1, 1, 0), level(2, 1, 1)])).toBe(1)
  expect(areaUnderCurve([level(1, 1, 1), level(2, 1, 0)])).toBe(0)
  expect(areaUnderCurve([level(5, 4, 2)])).toBe(0.5)
  // Positives 3, 2; negatives 3, 1: pairs 3>1, 2>1 won, 3=3 half, 2<3 lost.
  expect(areaUnderCurve([level(1, 1, 0), level(2, 1, 1), level(3, 2, 1)])).toBe(2.5 / 4)
  expect(areaUnderCurve([level(1, 3, 3)])).toBeNull()
  expect(areaUnderCurve([])).toBeNull()
})

it('cuts tenths of equal size from the top, and shares out those of one score', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => level(i, 1, i >= 90 ? 1 : 0))
  const sharp = decilesOf(hundred)
  expect(sharp.map((d) => d.positives)).toEqual([10, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  expect(sharp[0]).toMatchObject({ decile: 1, members: 10, rate: 1, lift: 10, from: 90, to: 99 })
  // Everybody alike: every tenth is the average.
  expect(decilesOf([level(0, 50, 5)]).map((d) => d.lift)).toEqual(Array(10).fill(1))
  // 25 members: tenths of two and three.
  const odd = decilesOf(Array.from({ length: 25 }, (_, i) => level(i, 1, 1)))
  expect(odd.map((d) => d.members)).toEqual([3, 2, 3, 2, 3, 2, 3, 2, 3, 2])
  expect(odd.reduce((n, d) => n + d.positives, 0)).toBe(25)
  expect(decilesOf([level(1, 3, 1)]).map((d) => d.members)).toEqual([1, 1, 1])
  expect(decilesOf([])).toEqual([])
})
