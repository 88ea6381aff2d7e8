import { expect, test } from 'vitest'
import { readPoint } from './coordinates.ts'

test.each([
  ['31.2304, 121.4737', [31.2304, 121.4737]],
  [' -16.8，-179.99 ', [-16.8, -179.99]],
  ['31.2304 121.4737', [31.2304, 121.4737]],
  ['91, 0', null],
  ['0, 181', null],
  ['31.2304', null],
  ['31.2304, east', null],
  ['', null],
])('coordinates as maps copy them: %j', (text, point) => {
  expect(readPoint(text)).toEqual(point)
})
