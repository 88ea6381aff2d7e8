import { expect, test } from 'vitest'
import { expiryWords } from './expiry-words.ts'

test('one point expires, more of them expire', () => {
  expect(expiryWords(1, '1', 'Mar 31')).toEqual({ en: '1 point expires on Mar 31', zh: '1 积分将于 Mar 31到期' })
  expect(expiryWords(21, '21', 'Mar 31').en).toBe('21 points expire on Mar 31')
})
