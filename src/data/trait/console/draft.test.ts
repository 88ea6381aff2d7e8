import { describe, expect, it } from 'vitest'
import { blankComponent, blankMeasure, finished, withFn } from './draft.ts'

const counted = { ...blankMeasure, event: 'order.paid' }

describe('a trait while it is written', () => {
  it('is finished when nothing is missing', () => {
    expect(finished({ measure: blankMeasure })).toBeNull()
    expect(finished({ measure: counted })).toEqual({ measure: counted })
    expect(finished({ measure: withFn(counted, 'sum') })).toBeNull()
    expect(finished({ measure: { ...withFn(counted, 'sum'), of: 'amount' } })).not.toBeNull()
    expect(finished({ measure: { ...counted, where: [{ path: '', op: 'eq', value: '' }] } })).toBeNull()
  })

  it('keeps the field where the new measure takes one', () => {
    const sum = { ...counted, fn: 'sum' as const, of: 'amount' }
    expect(withFn(sum, 'avg')).toEqual({ ...sum, fn: 'avg' })
    expect(withFn(sum, 'last')).toEqual({ ...sum, fn: 'last' })
    expect(withFn(sum, 'days')).not.toHaveProperty('of')
    expect(withFn(counted, 'first')).not.toHaveProperty('of')
  })

  it('needs a name, a scale and some weight of the parts of a score', () => {
    const part = { ...blankComponent([]), title: 'Orders', measure: counted }
    expect(finished({ score: { components: [part] } })).not.toBeNull()
    expect(finished({ score: { components: [{ ...part, title: ' ' }] } })).toBeNull()
    expect(finished({ score: { components: [{ ...part, weight: 0 }] } })).toBeNull()
    expect(finished({ score: { components: [{ ...part, scale: { from: 1, to: 1 } }] } })).toBeNull()
    expect(blankComponent([part]).key).not.toBe(part.key)
  })
})
