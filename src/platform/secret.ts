import { createHash, randomBytes } from 'node:crypto'

/** A secret that nobody guesses: 256 random bits as 43 URL-safe characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is stored of a secret with 112 or more random bits; a password needs argon2 instead. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')
