import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extentOf } from './split.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

test('depth and sizes are those of the text, whatever the values and the white space', () => {
  const space = fc.stringMatching(/^[ \n\t\r]{0,3}$/)
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), fc.jsonValue(), space, space, (batch, other, a, b) => {
      const items = batch.map((item) => JSON.stringify(item))
      const list = items.map((item) => a + item).join(',')
      const text = `${b}{"x":${JSON.stringify(other)}${a},${b}"batch"${a}:${b}[${list}${items.length > 0 ? '' : a}]}${a}`
      const { depth, sizes } = extentOf(Buffer.from(text))
      expect(sizes).toEqual(items.map((item) => Buffer.byteLength(item)))
      expect(depth).toBe(depthOf(JSON.parse(text)))
    }),
    { numRuns: 500 },
  )
})

test('of several batches the last counts, and only one at the top', () => {
  expect(extentOf(Buffer.from('{"batch":[1,2],"a":{"batch":[[3]]},"b":"batch","batch":[ "x\\"]" ]}')).sizes).toEqual([
    7,
  ])
  expect(extentOf(Buffer.from('{"batch":{"batch":[1]}}')).sizes).toEqual([])
  expect(extentOf(Buffer.from('["batch",[1]]')).sizes).toEqual([])
})
