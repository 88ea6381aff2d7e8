import { expect, test } from 'vitest'
import { COMMON } from './common-passwords.ts'
import { containsEmail, hashPassword, LEAST_ALONE, LEAST_WITH_CODE, passwordFlaw, verifyPassword } from './password.ts'

const words = ['Banyan', '榕树', 'mei.lin', 'Mei Lin']
const flaw = (password: string, least = LEAST_ALONE) => passwordFlaw(password, least, words)

test('length counts characters, and any characters will do', () => {
  for (const good of [
    'a fine day in march',
    'zwölf Boxkämpfer jagen',
    '春眠不觉晓处处闻啼鸟夜来风雨声花落知多少',
    '🐉🌲🍎🚲🧵🎻🪁🧭🫖🌋🦔🪐🧊🥁🗿',
    'x7f9q2m4k8w3z5v',
    'ALL CAPITALS ARE FINE',
  ])
    expect(flaw(good), good).toBeNull()
  expect(flaw('fourteen-chars')?.en).toMatch('15')
  expect(flaw('xk29vmqt', LEAST_WITH_CODE)).toBeNull()
  expect(flaw('xk29vmq', LEAST_WITH_CODE)?.en).toMatch('8')
})

test('common words, years, runs, the brand and the own name make no password, however combined', () => {
  for (const bad of [
    'passwordpassword',
    'Password2026!Password',
    '123456789012345',
    'aaaaaaaaaaaaaaaaaaaa',
    'qwertyuiopasdfghjkl',
    'banyan-banyan-2026',
    '榕树社群管理员密码榕树社群管理员密码',
    'MeiLin1234567890!',
    'CorrectHorseBatteryStaple',
    'iloveyou woaini1314 520520',
  ])
    expect(flaw(bad), bad).not.toBeNull()
  for (const word of COMMON) expect(flaw(word, LEAST_WITH_CODE), word).not.toBeNull()
})

test('the own e-mail address and the part before its @ are no part of a password', () => {
  const inside = (password: string, email = 'Mei.Lin@tea.example') => containsEmail(password, email)
  for (const bad of ['mei.lin@tea.example', 'MEI.LIN@TEA.EXAMPLE-9xk2', 'mei.lin-9xk27vmq', '9xk2 mei.lin 7vmq'])
    expect(inside(bad), bad).toBe(true)
  expect(inside('a fine day in march')).toBe(false)
  expect(inside('welcome to the meadow', 'come@tea.example')).toBe(false)
  expect(inside('come@tea.example 9xk2', 'come@tea.example')).toBe(true)
})

test('argon2id with a salt of its own; nothing is cut off or folded', async () => {
  const long = `${'x'.repeat(200)}1`
  const stored = await hashPassword(long)
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await hashPassword(long)).not.toBe(stored)
  expect(await verifyPassword(stored, long)).toBe(true)
  expect(await verifyPassword(stored, `${'x'.repeat(200)}2`)).toBe(false)
  expect(await verifyPassword(stored, long.toUpperCase())).toBe(false)
  expect(await verifyPassword(stored, ` ${long}`)).toBe(false)
})

test('for an unknown account the same work is done, and even the decoy does not open it', async () => {
  expect(await verifyPassword(undefined, 'nobody has this password')).toBe(false)
})
