import { expect, test } from 'vitest'
import { type Interval, indexSql, periodsOf } from './period.ts'

const keys = (interval: Interval, from: string, to: string, zone: string, weekStart = 1) =>
  periodsOf(interval, new Date(from), new Date(to), { zone, weekStart })?.map((p) => p.key)

test('every period that a range touches, whole', () => {
  expect(keys('day', '2026-03-07T23:30:00Z', '2026-03-09T00:00:00Z', 'UTC')).toEqual(['2026-03-07', '2026-03-08'])
  expect(keys('day', '2026-03-07T23:30:00Z', '2026-03-08T16:00:00.001Z', 'Asia/Shanghai')).toEqual([
    ...['2026-03-08', '2026-03-09'],
  ])
  expect(keys('week', '2026-03-01T00:00:00Z', '2026-03-10T00:00:00Z', 'UTC')).toEqual([
    ...['2026-02-23', '2026-03-02', '2026-03-09'],
  ])
  expect(keys('week', '2026-03-01T00:00:00Z', '2026-03-10T00:00:00Z', 'UTC', 7)).toEqual(['2026-03-01', '2026-03-08'])
  expect(keys('month', '2025-12-31T23:59:59Z', '2026-02-01T00:00:00Z', 'UTC')).toEqual(['2025-12-01', '2026-01-01'])
  expect(keys('hour', '1990-01-01T00:00:00Z', '2026-02-01T00:00:00Z', 'UTC')).toBeUndefined()
})

test('days have 23 or 25 hours where the clock changes, at midnight too, and follow without a gap', () => {
  const hours = (zone: string, day: string) => {
    const noon = Date.parse(`${day}T12:00:00Z`)
    const days = periodsOf('day', new Date(noon - 3 * 86_400_000), new Date(noon + 3 * 86_400_000), {
      zone,
      weekStart: 1,
    })
    for (const [i, one] of (days ?? []).entries()) if (i > 0) expect(one.from).toEqual(days?.[i - 1]?.to)
    const found = days?.find((d) => d.key === day)
    return ((found?.to.getTime() ?? 0) - (found?.from.getTime() ?? 0)) / 3_600_000
  }
  expect(hours('America/New_York', '2026-03-08')).toBe(23)
  expect(hours('America/New_York', '2026-11-01')).toBe(25)
  expect(hours('Australia/Lord_Howe', '2026-04-05')).toBe(24.5)
  // Midnight does not exist, and exists twice.
  expect(hours('Africa/Cairo', '2026-04-24')).toBe(23)
  expect(hours('America/Havana', '2026-11-01')).toBe(25)
})

test('indexes go on by one and are those of the SQL, whatever day weeks begin on', () => {
  for (const weekStart of [1, 2, 3, 4, 5, 6, 7]) {
    const weeks = periodsOf('week', new Date('2024-12-01T00:00:00Z'), new Date('2025-02-01T00:00:00Z'), {
      ...{ zone: 'UTC', weekStart },
    })
    for (const [i, week] of (weeks ?? []).entries()) {
      expect(week.from.getUTCDay()).toBe(weekStart % 7)
      expect(week.index).toBe((weeks?.[0]?.index ?? 0) + i)
      const first = week.from.getTime() / 86_400_000
      const shift = Number(/\+ (\d+), 7/.exec(indexSql('week', weekStart, 'd'))?.[1])
      for (const day of [first, first + 6]) expect(Math.floor((day + shift) / 7)).toBe(week.index)
    }
  }
})
