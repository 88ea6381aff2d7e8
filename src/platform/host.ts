// The kernel's Host, made of the platform's parts and of what capabilities contribute.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Brand, Scope, Warehouse } from '#kernel/context'
import type { Db, Host, Runtime } from '#kernel/host'
import { newId } from '#kernel/ids'
import type { Registry } from '#kernel/registry'
import type { Sealer } from '#kernel/sealer'
import { appendAudit } from './audit.ts'
import type { Clock } from './clock.ts'
import { insertDeadLetters } from './dead-letter.ts'
import type { Files } from './files.ts'
import { idempotency } from './idempotency.ts'
import type { Intake } from './intake.ts'
import type { Jobs } from './jobs.ts'
import { append, rowOf } from './journal.ts'
import { limit } from './limit.ts'
import type { Mailer } from './mail.ts'

/** What routes of this platform may use besides the kernel's Host. */
export interface ServerHost extends Host {
  intake: Intake
}

export interface HostParts {
  registry: Registry
  db: Db
  clock: Clock
  warehouse: Warehouse
  mail: Mailer
  files: Files
  sealer: Sealer
  intake: Intake
  brand(): Brand
  findMember: Host['findMember']
  findCommunity: Host['findCommunity']
  /** Called after a transaction that appended events has committed. */
  appended(): void
}

/** Jobs and the runtime come later, since they run on the host. */
export function makeHost(parts: HostParts, later: { jobs(): Jobs; runtime(): Runtime }): ServerHost {
  const { registry, db, clock } = parts
  return {
    registry,
    db,
    warehouse: parts.warehouse,
    mail: parts.mail,
    files: parts.files,
    sealer: parts.sealer,
    intake: parts.intake,
    get runtime() {
      return later.runtime()
    },
    brand: parts.brand,
    now: clock.now,
    findMember: parts.findMember,
    findCommunity: parts.findCommunity,
    scopeCondition: (scope, memberId) => scopeCondition(registry, scope, memberId),
    async transaction(body) {
      for (let attempt = 1; ; attempt++) {
        let appended = false
        try {
          const result = await db.transaction().execute(async (tx) => {
            const marked = tx as Db
            appending.set(marked, () => {
              appended = true
            })
            return body(marked)
          })
          if (appended) parts.appended()
          return result
        } catch (error) {
          // PostgreSQL chose this transaction to end a deadlock: nothing of it happened, so it may simply go again.
          if ((error as { code?: unknown }).code !== '40P01' || attempt === MOST_ATTEMPTS) throw error
        }
      }
    },
    async append(tx, events) {
      const receivedAt = clock.now()
      await append(
        tx,
        events.map((e) => rowOf(e, receivedAt)),
      )
      appending.get(tx)?.()
    },
    audit: appendAudit,
    enqueue: (tx, job, payload, key) => later.jobs().enqueue(tx, job, payload, key),
    limit: (key, max, seconds) => limit(db, key, max, seconds),
    ...idempotency(parts.sealer),
    deadLetter: (tx, letter) => insertDeadLetters(tx, [{ ...letter, id: newId(), at: clock.now() }]),
  }
}

/** A deadlock that comes back three times is no accident. */
const MOST_ATTEMPTS = 3

const appending = new WeakMap<Db, () => void>()

/** Members inside a scope: those that any slice's rule for that kind of scope lets through; none when no slice has one. */
function scopeCondition(registry: Registry, scope: Scope, memberId: RawBuilder<unknown>): RawBuilder<SqlBool> {
  if (scope.kind === 'all') return sql<SqlBool>`true`
  const rules = registry.capabilities.flatMap((c) => c.memberScope?.(scope, memberId) ?? [])
  return rules.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(rules, sql` or `)})`
}
