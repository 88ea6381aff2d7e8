// How the first account comes to be: by a link printed at the first start, or by the environment of unattended starts.
import { sql } from 'kysely'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import type { Text } from '#kernel/text'
import { newSecret, secretHash } from '#platform/secret'
import { emailField } from './declare.ts'
import { prefixOf } from './key.ts'
import {
  containsEmail,
  emailInside,
  hashPassword,
  LEAST_ALONE,
  LEAST_WITH_CODE,
  lengthOf,
  passwordFlaw,
} from './password.ts'
import type { OperatorDb } from './tables.ts'

/**
 * A one-time token for `operator.setup` while there is no operator; null once there is one. Each call makes a new one
 * and voids the one before, since only its hash is kept.
 */
export async function setupLink(db: Db, now: Date): Promise<string | null> {
  const token = newSecret()
  return db.transaction().execute(async (transaction) => {
    const tx = transaction as unknown as OperatorDb
    // Two processes that start together must not both leave a link.
    await sql`lock table operator_links in exclusive mode`.execute(tx)
    const there = await tx.selectFrom('operators').select('id').limit(1).executeTakeFirst()
    await tx.deleteFrom('operator_links').where('kind', '=', 'setup').execute()
    if (there) return null
    await tx
      .insertInto('operator_links')
      .values({ hash: secretHash(token), kind: 'setup', role: 'owner', scope: { kind: 'all' }, created_at: now })
      .execute()
    return token
  })
}

/**
 * Sees to it, at every start, that the owner and the API key of the environment are there. An account that exists is
 * left as it is: its password may have been changed since. A key that the environment no longer names is gone.
 * Answers what the log should warn of; throws where the password has fewer than 8 characters.
 */
export async function ensureOwner(
  db: Db,
  start: { email?: string | undefined; password?: string | undefined; apiKey?: string | undefined; now: Date },
): Promise<readonly Text[]> {
  const own = db as unknown as OperatorDb
  await ensureKey(own, start.apiKey, start.now)
  if (!start.email || !start.password) return []
  return ensureAccount(own, emailField.parse(start.email), start.password, start.now)
}

async function ensureAccount(db: OperatorDb, email: string, password: string, now: Date): Promise<readonly Text[]> {
  const there = await db.selectFrom('operators').select('id').where('email', '=', email).executeTakeFirst()
  if (there) return []
  if (lengthOf(password) < LEAST_WITH_CODE)
    throw new Error(`BANYAN_OWNER_PASSWORD needs ${LEAST_WITH_CODE} characters · 至少需要 ${LEAST_WITH_CODE} 个字符`)
  await db
    .insertInto('operators')
    .values({
      id: newId(),
      email,
      name: email.split('@')[0] ?? email,
      role: 'owner',
      scope: { kind: 'all' },
      password_hash: await hashPassword(password),
      password_long: true,
      created_at: now,
    })
    .onConflict((c) => c.column('email').doNothing())
    .execute()
  // Whoever sets the environment holds the data anyway: the rule for people is told, not enforced.
  const flaw = containsEmail(password, email)
    ? emailInside
    : passwordFlaw(password, LEAST_ALONE, [email.split('@')[0] ?? ''])
  return flaw ? [{ en: `BANYAN_OWNER_PASSWORD: ${flaw.en}`, zh: `BANYAN_OWNER_PASSWORD：${flaw.zh}` }] : []
}

async function ensureKey(db: OperatorDb, secret: string | undefined, now: Date): Promise<void> {
  const hash = secret ? secretHash(secret) : ''
  await db.deleteFrom('api_keys').where('origin', '=', 'environment').where('hash', '!=', hash).execute()
  if (!secret) return
  await db
    .insertInto('api_keys')
    .values({
      id: newId(),
      name: 'BANYAN_API_KEY',
      prefix: prefixOf(secret),
      hash,
      rights: ['*'],
      scope: { kind: 'all' },
      origin: 'environment',
      created_at: now,
    })
    // A key that somebody revoked in the console stays revoked.
    .onConflict((c) => c.column('hash').doNothing())
    .execute()
}
