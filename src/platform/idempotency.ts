// The first answer to an outside caller's Idempotency-Key, for 24 h of machine time. Keys belong to their caller. Answers
// are kept sealed: some are API keys and recovery codes, of which the stores hold hashes only.
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db, IdempotencyKey } from '#kernel/host'
import { Problem } from '#kernel/problem'
import type { Sealer } from '#kernel/sealer'

/** Longer keys are no keys; the index would not take them. */
const LONGEST_KEY = 255

export const idempotencyMigrations: Migrations = {
  '2026-11-22T0807_idempotency_keys': (db) =>
    sql`
      create table idempotency_keys (
        caller text not null,
        key text not null,
        operation text not null,
        body text not null,
        -- Sealed; null until the first call has its answer.
        answer text,
        at timestamptz not null default clock_timestamp(),
        primary key (caller, key)
      );
      create index idempotency_keys_at on idempotency_keys (at)`.execute(db),
}

export const idempotency = (sealer: Sealer) => ({
  recall: (tx: Db, key: IdempotencyKey) => recall(sealer, tx, key),
  remember: (tx: Db, key: IdempotencyKey, answer: unknown) => remember(sealer, tx, key, answer),
})

const about = ({ caller, key }: IdempotencyKey) => `idempotency:${caller}:${key}`

/**
 * The first answer to this key, or null when this transaction is the first. Waits while another transaction is the
 * first; should that fail, this one takes its place. The same key with another operation or body is the Problem
 * `idempotency.conflict`.
 */
async function recall(sealer: Sealer, tx: Db, key: IdempotencyKey): Promise<{ answer: unknown } | null> {
  if (key.key.length > LONGEST_KEY) {
    const message = {
      en: `an Idempotency-Key has at most ${LONGEST_KEY} characters`,
      zh: `幂等键最长 ${LONGEST_KEY} 个字符`,
    }
    throw new Problem('input.invalid', 400, { errors: [{ path: 'Idempotency-Key', message }] })
  }
  // A row without an answer is of a call that failed and yet was kept (a counted attempt): it may be tried again.
  const { rows: mine } = await sql`
    insert into idempotency_keys as i (caller, key, operation, body)
    values (${key.caller}, ${key.key}, ${key.operation}, ${key.body})
    on conflict (caller, key) do update
      set operation = excluded.operation, body = excluded.body, answer = null, at = excluded.at
      where i.at < clock_timestamp() - interval '24 hours' or i.answer is null
    returning 1`.execute(tx)
  if (mine.length > 0) return null
  const { rows } = await sql<{ operation: string; body: string; answer: string }>`
    select operation, body, answer from idempotency_keys
    where caller = ${key.caller} and key = ${key.key}`.execute(tx)
  const first = rows[0]
  if (!first || first.operation !== key.operation || first.body !== key.body)
    throw new Problem('idempotency.conflict', 409)
  const answer = sealer.open(first.answer, about(key))
  // Sealed under a secret that has been changed since: it was done, and nobody can say what the answer was.
  if (answer === null) throw new Problem('idempotency.conflict', 409)
  return { answer: JSON.parse(answer) }
}

/** Keeps the answer in the transaction that made it. */
async function remember(sealer: Sealer, tx: Db, key: IdempotencyKey, answer: unknown): Promise<void> {
  await sql`
    update idempotency_keys set answer = ${sealer.seal(JSON.stringify(answer ?? null), about(key))}
    where caller = ${key.caller} and key = ${key.key}`.execute(tx)
}

/** Drops keys older than 24 h, up to 10,000 at once; answers how many. Called now and then. */
export async function forgetKeys(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where (caller, key) in (
      select caller, key from idempotency_keys where at < clock_timestamp() - interval '24 hours' limit 10000
    )`.execute(db)
  return Number(numAffectedRows ?? 0)
}
