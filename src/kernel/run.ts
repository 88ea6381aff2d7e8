// One way to run any operation: permission and object → parse → one transaction { run, emit, audit } → parse.
// State, events and the audit row commit together or not at all.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { AnyOperation, Target } from './capability.ts'
import type { Actor } from './context.ts'
import type { Db, Emitted, Host } from './host.ts'
import { newId } from './ids.ts'
import { invoke, mayActor, parse } from './invoke.ts'
import { Problem } from './problem.ts'

export interface Request {
  actor: Actor
  input: unknown
  /** An outside caller's Idempotency-Key, scoped to that caller. */
  idempotencyKey?: string | undefined
  signal?: AbortSignal
  setCookie?(name: string, value: string | null, maxAgeSeconds?: number): void
}

const never = new AbortController().signal

/** Runs an operation for an outside caller. Throws a Problem for everything the caller can mend. */
export async function perform(host: Host, op: AnyOperation, request: Request): Promise<unknown> {
  const { actor } = request
  admit(host, op, actor)
  if (op.rate) {
    const by = op.rate.by === 'address' ? actor.address : actor.id
    const wait = await host.limit(`${op.name}:${by}`, op.rate.max, op.rate.seconds)
    if (wait > 0) throw new Problem('rate.exceeded', 429, { retryAfter: wait })
  }
  const raw = asObject(request.input)
  const start = {
    actor,
    cause: '',
    depth: 0,
    at: host.now(),
    signal: request.signal ?? never,
    ...(request.setCookie ? { setCookie: request.setCookie } : {}),
  }
  if (op.kind === 'query') {
    const about = await locate(host, host.db, op, actor, raw)
    const input = parse(op.input, raw, actor.locale)
    return invoke(host, host.db, [], op, { ...start, ...about }, input)
  }
  const { idempotencyKey } = request
  const key = idempotencyKey ? { caller: actor.id, key: idempotencyKey, operation: op.name, body: digest(raw) } : null
  const outcome = await transact(host, async (tx, emitted) => {
    if (key) {
      const first = await host.recall(tx, key)
      if (first) return first.answer
    }
    const about = await locate(host, tx, op, actor, raw)
    const input = parse(op.input, raw, actor.locale)
    const cause = key ? `key:${actor.id}:${key.key}` : `request:${newId()}`
    const answer = await invoke(host, tx, emitted, op, { ...start, ...about, cause }, input).catch(keptProblem)
    if (key && !(answer instanceof Problem)) await host.remember(tx, key, answer)
    return answer
  })
  if (outcome instanceof Problem) throw outcome
  return outcome
}

/** A failure that keeps what was written leaves the transaction as a value, so that it commits. */
function keptProblem(error: unknown): Problem {
  if (error instanceof Problem && error.keeps) return error
  throw error
}

export async function transact<R>(host: Host, body: (tx: Db, emitted: Emitted[]) => Promise<R>): Promise<R> {
  return host.transaction(async (tx) => {
    const emitted: Emitted[] = []
    const result = await body(tx, emitted)
    if (emitted.length > 0) await host.append(tx, emitted)
    return result
  })
}

/** Whether this caller may start this operation at all, before any object is looked at. */
function allowed(host: Host, op: AnyOperation, actor: Actor): boolean {
  if (actor.caller === 'machine') return true
  if (op.offeredTo.includes('public')) return true
  if (!op.offeredTo.includes(actor.caller)) return false
  return op.needs === null || mayActor(host, actor, op.needs)
}

function admit(host: Host, op: AnyOperation, actor: Actor) {
  if (allowed(host, op, actor)) return
  throw actor.caller === 'public' ? new Problem('access.unauthenticated', 401) : new Problem('access.denied', 403)
}

const targets = (op: AnyOperation): readonly Target[] => (typeof op.on === 'string' ? [op.on] : op.on)

/** Finds the objects the input names and refuses those outside the caller's scope; takes their names out of the input. */
async function locate(host: Host, db: Db, op: AnyOperation, actor: Actor, raw: Record<string, unknown>) {
  const about: { memberId: string | null; communityId: string | null } = { memberId: null, communityId: null }
  if (op.kind === 'action' && targets(op).includes('brand') && !op.withinScope && actor.scope.kind !== 'all')
    throw new Problem('access.denied', 403, {
      detail: {
        en: 'This concerns the whole brand, and you are in charge of a part of it',
        zh: '此操作影响整个品牌，您的管理范围仅为其中一部分',
      },
    })
  for (const target of targets(op)) {
    if (target === 'self') about.memberId = actor.memberId ?? null
    if (target === 'member') about.memberId = await locateMember(host, db, actor, raw)
    if (target === 'community') about.communityId = await locateCommunity(host, db, actor, raw)
  }
  return about
}

async function locateMember(host: Host, db: Db, actor: Actor, raw: Record<string, unknown>): Promise<string> {
  const { memberId, externalId } = raw
  delete raw.memberId
  delete raw.externalId
  if (actor.caller === 'member') {
    if (!actor.memberId || (memberId !== undefined && memberId !== actor.memberId) || externalId !== undefined)
      throw new Problem('member.unknown', 404)
    return actor.memberId
  }
  const name = z
    .union([
      z.object({ memberId: z.uuid() }),
      z.object({
        externalId: z
          .string()
          .min(1)
          .max(200)
          .refine((s) => !s.includes('\0')),
      }),
    ])
    .safeParse({ memberId, externalId })
  if (!name.success) {
    const message = { en: 'memberId or externalId is needed', zh: '请提供 memberId 或 externalId' }
    throw new Problem('input.invalid', 400, { errors: [{ path: 'memberId', message }] })
  }
  const found = await host.findMember(db, name.data)
  if (memberId !== undefined && externalId !== undefined) {
    const other = await host.findMember(db, { externalId: String(externalId) })
    const message = { en: 'not the member that memberId names', zh: 'memberId 与 externalId 不是同一成员' }
    if (found && other !== found) throw new Problem('input.invalid', 400, { errors: [{ path: 'externalId', message }] })
  }
  if (!found || !(await visible(host, db, actor, found))) throw new Problem('member.unknown', 404)
  return found
}

/** Outside the scope is the same 404 as not there: existence is not told. */
async function visible(host: Host, db: Db, actor: Actor, memberId: string): Promise<boolean> {
  if (actor.scope.kind === 'all') return true
  const condition = host.scopeCondition(actor.scope, sql`${memberId}::uuid`)
  const { rows } = await sql<{ seen: boolean }>`select ${condition} as seen`.execute(db)
  return rows[0]?.seen === true
}

async function locateCommunity(host: Host, db: Db, actor: Actor, raw: Record<string, unknown>): Promise<string> {
  const id = z.uuid().safeParse(raw.communityId)
  delete raw.communityId
  if (!id.success) {
    const message = { en: 'communityId is needed', zh: '请提供 communityId' }
    throw new Problem('input.invalid', 400, { errors: [{ path: 'communityId', message }] })
  }
  const found = await host.findCommunity(db, id.data)
  const { scope } = actor
  const seen = scope.kind === 'all' || (scope.kind === 'communities' && scope.ids.includes(id.data))
  if (!found || !seen) throw new Problem('community.unknown', 404)
  return found
}

function asObject(raw: unknown): Record<string, unknown> {
  if (raw === undefined || raw === null) return {}
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new Problem('input.invalid', 400)
  return { ...raw }
}

/** The same for the same content, in whatever order a client writes its keys. */
const digest = (raw: unknown) =>
  createHash('sha256')
    .update(
      JSON.stringify(raw, (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
          : value,
      ),
    )
    .digest('hex')
