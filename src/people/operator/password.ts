// Passwords: argon2id, no rules about character classes, no expiry, nothing cut off (NIST SP 800-63B-4).
import { hash, verify } from '@node-rs/argon2'
import type { Text } from '#kernel/text'
import { COMMON } from './common-passwords.ts'

/** 19 MiB and two passes: OWASP's floor, about 25 ms here. The library's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Alone, a password needs 15 characters; beside a second factor 8. */
export const LEAST_ALONE = 15
export const LEAST_WITH_CODE = 8

export const hashPassword = (password: string): Promise<string> => hash(password, COST)

let decoy: Promise<string> | undefined

/** Whether the password fits. Without a stored hash it takes as long and answers false, so that time tells nothing. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password')
  const right = await verify(stored ?? (await decoy), password)
  return stored !== undefined && right
}

/** Characters as people count them. */
export const lengthOf = (password: string): number => [...password].length

/**
 * Why a password cannot be taken; null when it can. `words` are those an attacker would try first: the brand's, the
 * person's own.
 */
export function passwordFlaw(password: string, least: number, words: readonly string[]): Text | null {
  if (lengthOf(password) < least) return { en: `Use at least ${least} characters`, zh: `密码至少需要 ${least} 个字符` }
  if (new Set(password).size < 5) return guessable
  return rest(password, words).length < 4 ? guessable : null
}

/** A local part shorter than this is in too many words to be held against a password. */
const LEAST_TELLING = 5

/** Whether the password contains the e-mail address it is for, or the part before its "@". */
export function containsEmail(password: string, email: string): boolean {
  const text = password.toLowerCase()
  const address = email.toLowerCase()
  const local = address.split('@')[0] ?? ''
  return (address !== '' && text.includes(address)) || (lengthOf(local) >= LEAST_TELLING && text.includes(local))
}

export const emailInside: Text = {
  en: 'The password must not contain your e-mail address or the part before its “@”',
  zh: '密码中不能包含自己的邮箱或邮箱 @ 前的部分',
}

const guessable: Text = {
  en: 'This password is easy to guess: it is made of common words, the brand or your own name',
  zh: '密码过于常见：请勿只用常见词、品牌名或自己的姓名',
}

/** What is left of a password without the words and years that everybody tries. */
function rest(password: string, words: readonly string[]): string {
  const own = words.flatMap((w) => [...w.split(SEPARATORS), w.replace(SEPARATORS, '')]).map((w) => w.toLowerCase())
  // Two letters of Latin are in everything; two Chinese characters are a word.
  const telling = own.filter((w) => lengthOf(w) >= (/\p{Script=Han}/u.test(w) ? 2 : 4))
  let left = password.toLowerCase()
  for (const word of [...telling, ...COMMON].sort((a, b) => b.length - a.length)) left = left.replaceAll(word, '')
  return left.replace(/(19|20)\d\d/g, '').replace(/[\s\p{P}\p{Sm}\p{Sc}\p{Sk}]/gu, '')
}

const SEPARATORS = /[^\p{L}\p{N}]+/gu
