import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sealer } from '#kernel/sealer'
import type { Config } from './config.ts'

/** A secret that nobody guesses: 256 random bits as 43 URL-safe characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is stored of a secret with 112 or more random bits; a password needs argon2 instead. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** The instance's own secret: `BANYAN_SECRET`, or the file `secret` in the data folder, made at the first start. */
export function instanceSecret(config: Pick<Config, 'BANYAN_SECRET' | 'BANYAN_DATA_DIR'>): string {
  if (config.BANYAN_SECRET) return config.BANYAN_SECRET
  const path = join(config.BANYAN_DATA_DIR, 'secret')
  const read = () => readFileSync(path, 'utf8').trim()
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  mkdirSync(config.BANYAN_DATA_DIR, { recursive: true })
  // Whole or not there, and of two processes that start at once both take the same one.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${newSecret()}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return read()
}

/** Bytes of the nonce and of the tag, as AES-GCM has them. */
const NONCE = 12
const TAG = 16

/** AES-256-GCM under a key of its own for each `about`, so that random nonces never come near to meeting. */
export function openSealer(secret: string): Sealer {
  const keyOf = (about: string) => Buffer.from(hkdfSync('sha256', secret, 'banyan', about, 32))
  return {
    seal(text, about) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', keyOf(about), nonce)
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed, about) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < NONCE + TAG) return null
      const decipher = createDecipheriv('aes-256-gcm', keyOf(about), bytes.subarray(0, NONCE))
      decipher.setAuthTag(bytes.subarray(-TAG))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString()
      } catch {
        return null
      }
    },
  }
}
