// One way to run any operation: permission and object → parse → one transaction { run, emit, audit } → parse.
// State, events and the audit row commit together or not at all.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { AnyAction, AnyEvent, AnyOperation, Target } from './capability.ts'
import type { Actor } from './context.ts'
import type { Db, Emitted, Host } from './host.ts'
import { newId } from './ids.ts'
import { clean } from './json.ts'
import { Problem } from './problem.ts'
import type { Locale, Text } from './text.ts'
import { localDate } from './time.ts'

/** One level of cause and effect more than any sensible chain has; there a loop ends in the dead letters. */
export const MOST_DEPTH = 16

export interface Request {
  actor: Actor
  input: unknown
  /** An outside caller's Idempotency-Key, scoped to that caller. */
  idempotencyKey?: string | undefined
  signal?: AbortSignal
  setCookie?(name: string, value: string | null, maxAgeSeconds?: number): void
}

/** What an invocation is about, once the caller and the object have been checked. */
export interface Start {
  actor: Actor
  memberId: string | null
  communityId: string | null
  cause: string
  depth: number
  at: Date
  signal: AbortSignal
  setCookie?: Request['setCookie']
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
  const key = idempotencyKey
    ? { caller: actor.id, key: idempotencyKey, operation: op.name, body: digest(raw), locale: actor.locale }
    : null
  return transact(host, async (tx, emitted) => {
    if (key) {
      const first = await host.recall(tx, key)
      if (first) return first.answer
    }
    const about = await locate(host, tx, op, actor, raw)
    const input = parse(op.input, raw, actor.locale)
    const cause = key ? `key:${actor.id}:${key.key}` : `request:${newId()}`
    const answer = await invoke(host, tx, emitted, op, { ...start, ...about, cause }, input)
    if (key) await host.remember(tx, key, answer)
    return answer
  })
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
export function allowed(host: Host, op: AnyOperation, actor: Actor): boolean {
  if (actor.caller === 'machine') return true
  if (op.offeredTo.includes('public')) return true
  if (!op.offeredTo.includes(actor.caller)) return false
  return op.needs === null || mayActor(host, actor, op.needs)
}

function mayActor(host: Host, actor: Actor, right: string): boolean {
  if (actor.caller === 'machine' || actor.rights?.has(right)) return true
  // A key holds just the rights it names; roles speak for people.
  return actor.roles.some((role) => role === 'owner' || host.registry.rights.get(right)?.roles.includes(role))
}

function admit(host: Host, op: AnyOperation, actor: Actor) {
  if (allowed(host, op, actor)) return
  throw actor.caller === 'public' ? new Problem('access.unauthenticated', 401) : new Problem('access.denied', 403)
}

const targets = (op: AnyOperation): readonly Target[] => (typeof op.on === 'string' ? [op.on] : op.on)

/** Finds the objects the input names and refuses those outside the caller's scope; takes their names out of the input. */
async function locate(host: Host, db: Db, op: AnyOperation, actor: Actor, raw: Record<string, unknown>) {
  const about: { memberId: string | null; communityId: string | null } = { memberId: null, communityId: null }
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
    const message = actor.locale === 'zh' ? '请提供 memberId 或 externalId' : 'memberId or externalId is needed'
    throw new Problem('input.invalid', 400, { errors: [{ path: 'memberId', message }] })
  }
  const found = await host.findMember(db, name.data)
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
    const message = actor.locale === 'zh' ? '请提供 communityId' : 'communityId is needed'
    throw new Problem('input.invalid', 400, { errors: [{ path: 'communityId', message }] })
  }
  const found = await host.findCommunity(db, id.data)
  const { scope } = actor
  const seen = scope.kind === 'all' || (scope.kind === 'communities' && scope.ids.includes(id.data))
  if (!found || !seen) throw new Problem('community.unknown', 404)
  return found
}

/** Runs `run` with a context made for this one call; events gather in `emitted` until the transaction ends. */
export async function invoke(
  host: Host,
  tx: Db,
  emitted: Emitted[],
  op: AnyOperation,
  start: Start,
  input: unknown,
): Promise<unknown> {
  const { actor, cause, depth, at: now } = start
  let change: Readonly<Record<string, unknown>> = {}
  const context = {
    db: tx,
    now,
    brand: host.brand(),
    warehouse: host.warehouse,
    today: () => localDate(now, host.brand().zone),
    actor,
    locale: actor.locale,
    cause,
    depth,
    signal: start.signal,
    get memberId() {
      return there(start.memberId, op, 'member')
    },
    get communityId() {
      return there(start.communityId, op, 'community')
    },
    may: (right: string) => mayActor(host, actor, right),
    inScope: (ref: Parameters<Host['scopeCondition']>[1]) => host.scopeCondition(actor.scope, ref),
    enqueue: (job: { name: string; payload: z.ZodType }, payload: unknown, options?: { key?: string }) =>
      host.enqueue(tx, job.name, job.payload.parse(payload), options?.key),
    emit: (event: AnyEvent, data: unknown, about: { memberId?: string; communityId?: string; at?: Date } = {}) => {
      if (op.kind !== 'action' || !op.emits.some((e) => e.name === event.name))
        throw new Error(`${op.name} does not declare ${event.name}`)
      emitted.push(
        stored(event, data, {
          memberId: about.memberId ?? start.memberId,
          communityId: about.communityId ?? start.communityId,
          actor: actor.id,
          at: about.at ?? now,
          cause,
          depth,
        }),
      )
    },
    call: (other: AnyAction, raw: unknown, about: { memberId?: string; communityId?: string; cause?: string } = {}) =>
      invoke(host, tx, emitted, other, { ...start, ...about }, parse(other.input, raw, actor.locale)),
    cookie: (name: string, value: string | null, maxAge?: number) => start.setCookie?.(name, value, maxAge),
    note: (more: Readonly<Record<string, unknown>>) => {
      change = { ...change, ...more }
    },
    fail: (code: string, detail?: Text) => {
      const failure = op.fails[code] ?? host.registry.failures.get(code)
      throw new Problem(code, failure?.status ?? 400, { detail })
    },
  }
  const answer = op.output.parse(await op.run(context as never, input as never))
  if (op.kind === 'action' && actor.caller !== 'machine')
    await host.audit(tx, {
      operation: op.name,
      actor: actor.id,
      memberId: start.memberId,
      communityId: start.communityId,
      address: actor.address,
      cause,
      at: now,
      change,
    })
  return answer
}

function there(id: string | null, op: AnyOperation, what: string): string {
  if (id === null) throw new Error(`${op.name} acts on no ${what}`)
  return id
}

export function stored(
  event: AnyEvent,
  data: unknown,
  about: Omit<Emitted, 'id' | 'name' | 'class' | 'properties'> & { id?: string },
): Emitted {
  return {
    ...about,
    id: about.id ?? newId(),
    name: event.name,
    class: event.class,
    properties: JSON.stringify(event.data.parse(data)),
  }
}

const messages = { en: z.locales.en().localeError, zh: z.locales.zhCN().localeError }

/** Parses an input; a Problem `input.invalid` lists every field that is wrong, in the reader's language. */
export function parse<S extends z.ZodType>(schema: S, raw: unknown, locale: Locale): z.output<S> {
  const flaw = clean(raw)
  if (flaw) throw new Problem('input.invalid', 400, { errors: [{ path: flaw.path, message: flaw.reason }] })
  const result = schema.safeParse(raw, { error: messages[locale] })
  if (result.success) return result.data
  const errors = result.error.issues.slice(0, 50).map((i) => ({ path: i.path.join('.'), message: i.message }))
  throw new Problem('input.invalid', 400, { errors })
}

function asObject(raw: unknown): Record<string, unknown> {
  if (raw === undefined || raw === null) return {}
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new Problem('input.invalid', 400)
  return { ...raw }
}

const digest = (raw: unknown) => createHash('sha256').update(JSON.stringify(raw)).digest('hex')
