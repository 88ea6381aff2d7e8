// Why in, why out: per clause whether it holds, what was measured, the events that count, in words, and the instant at
// which the answer changes by itself.
import { z } from 'zod'
import type { Warehouse } from '#kernel/context'
import { maskDeep } from '#people/member'
import type { Compiled, Leaf, Node } from './compile.ts'
import { weigher } from './compile.ts'
import { tellsContact } from './contact.ts'
import { query } from './declare.ts'
import { compiledOf } from './load.ts'
import { definitionOf } from './preview.ts'
import { createQuery, groupsOf } from './query.ts'
import { numbersOf, verdicts } from './read.ts'
import { wordsOf } from './words.ts'

const shownEvent = z.object({
  id: z.uuid(),
  name: z.string(),
  timestamp: z.iso.datetime(),
  properties: z.record(z.string(), z.unknown()),
})
const because = z.object({
  clause: z.record(z.string(), z.unknown()),
  holds: z.boolean(),
  value: z.string(),
  words: z.object({ en: z.string(), zh: z.string() }),
  events: z.array(shownEvent),
})

export const explain = query('segment.explain', {
  title: { en: 'Why a member is in a segment or not', zh: '成员为何在/不在分群中' },
  input: z.object({ id: z.uuid() }),
  output: z.object({
    member: z.boolean(),
    enteredAt: z.iso.datetime().nullable(),
    because: z.array(because),
    nextChangeAt: z.iso.datetime().nullable(),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'member',
  personal: true,
  async run(ctx, { id }) {
    const compiled = await compiledOf(ctx, await definitionOf(ctx, id))
    const number = (await numbersOf(ctx.warehouse, [ctx.memberId])).get(ctx.memberId)
    if (number === undefined) return { member: false, enteredAt: null, because: [], nextChangeAt: null }
    const row = await ctx.db
      .selectFrom('segment_members')
      .select('entered_at')
      .where('segment_id', '=', id)
      .where('member_id', '=', ctx.memberId)
      .executeTakeFirst()
    const { reasons, holds } = await reasonsOf(ctx.warehouse, compiled, number, ctx.now)
    const next = await nextChange(ctx.warehouse, compiled, number, ctx.now)
    return {
      member: holds,
      enteredAt: row?.entered_at.toISOString() ?? null,
      because: ctx.may('member.see_contact') ? reasons : reasons.map((r) => masked(r, compiled)),
      nextChangeAt: next?.toISOString() ?? null,
    }
  },
})

/** Instants a question asks about at once. */
const INSTANTS = 250
/** Past so many the last one stepped to is told, which the true one does not come before. */
const MOST_INSTANTS = 10_000

/**
 * The instant at which the answer for a member flips if nothing else happens. Steps through every instant at which any
 * clause changes what any row means, in order; null when none flips it.
 */
export async function nextChange(
  warehouse: Warehouse,
  compiled: Compiled,
  number: number,
  now: Date,
): Promise<Date | null> {
  const one = { kind: 'some' as const, numbers: [number] }
  const [first] = await verdicts(warehouse, [compiled], one, { at: now, lane: 'interactive' })
  if (!first) return null
  const { holds, changesAt } = first.verdict(compiled)
  if (changesAt === Number.POSITIVE_INFINITY) return null
  const instants = (await passages(warehouse, compiled, number, now)).filter((t) => t >= changesAt)
  for (let i = 0; i < instants.length; i += INSTANTS) {
    const ats = [instants.slice(i, i + INSTANTS).map((t) => new Date(t))]
    const answers = await verdicts(warehouse, [compiled], { ...one, ats }, { at: now, lane: 'interactive' })
    const flips = answers.filter((a) => a.verdict(compiled).holds !== holds).map((a) => a.at)
    if (flips.length > 0) return new Date(Math.min(...flips))
  }
  return instants.length < MOST_INSTANTS ? null : new Date(instants.at(-1) ?? now.getTime())
}

async function passages(warehouse: Warehouse, compiled: Compiled, number: number, now: Date): Promise<number[]> {
  const query = createQuery({ kind: 'some', numbers: [number] }, now)
  const parts = groupsOf(compiled.leaves)
    .filter((g) => g.plan.source !== 'member')
    .map(
      (g) =>
        `SELECT DISTINCT arrayJoin(${query.fill(g.plan.passages, g.leaves)}) AS p_ FROM (${query.rowsOf(g)}) ${mine(number)}`,
    )
  if (parts.length === 0) return []
  const rows = await warehouse.query<{ p_: number | string }>(
    `SELECT DISTINCT p_ FROM (${parts.join(' UNION ALL ')}) WHERE p_ > {pnow:Int64} ORDER BY p_ LIMIT ${MOST_INSTANTS}`,
    query.params,
    { lane: 'interactive' },
  )
  return rows.map((r) => Number(r.p_))
}

/** Rows told by identities that are another member's now stay out. */
const mine = (number: number) => `WHERE root = ${Number(number)}`

async function reasonsOf(warehouse: Warehouse, compiled: Compiled, number: number, now: Date) {
  const query = createQuery({ kind: 'some', numbers: [number] }, now)
  const groups = groupsOf(compiled.leaves)
  const keysOf = (leaves: readonly Leaf[]) =>
    `${query.bind(
      'Array(String)',
      leaves.map((l) => l.key),
    )}[${leaves.length > 1 ? 'c_' : '1'}]`
  const parts = groups.map(
    (g) => `SELECT ${keysOf(g.leaves)} AS k, h_ AS h, v_ AS v FROM (${query.verdictsOf(g)}) ${mine(number)}`,
  )
  const rows = await warehouse.query<{ k: string; h: number; v: string }>(parts.join(' UNION ALL '), query.params, {
    lane: 'interactive',
  })
  const measured = new Map(rows.map((r) => [r.k, { holds: Number(r.h) === 1, value: r.v }]))
  const events = await evidence(warehouse, compiled, number, now)
  const of = (leaf: Leaf) => measured.get(leaf.key) ?? { holds: leaf.idle, value: '' }
  const places = new Map(compiled.leaves.map((l, i) => [l.key, i]))
  const all = {
    holds: Uint8Array.from(compiled.leaves, (l) => Number(of(l).holds)),
    next: new Float64Array(compiled.leaves.length).fill(Number.POSITIVE_INFINITY),
  }
  const verdict = (node: Node) => weigher(node, (l) => places.get(l.key) ?? 0)(all) > 0
  const reasons = (node: Node): z.input<typeof because>[] => {
    if ('leaf' in node) {
      const { clause, key } = node.leaf
      const found = { clause: { ...clause } as Record<string, unknown>, ...of(node.leaf) }
      return [{ ...found, words: wordsOf(clause, found, compiled), events: events.get(key) ?? [] }]
    }
    if ('inner' in node) {
      const found = { clause: { ...node.clause } as Record<string, unknown>, holds: verdict(node.inner), value: '' }
      return [{ ...found, words: wordsOf(node.clause, found, compiled), events: [] }, ...reasons(node.inner)]
    }
    if ('not' in node) return reasons(node.not)
    return ('all' in node ? node.all : node.any).flatMap(reasons)
  }
  return { reasons: reasons(compiled.root), holds: verdict(compiled.root) }
}

/** What was measured of a contact property is not told, in words neither. */
function masked(reason: z.input<typeof because>, compiled: Compiled): z.input<typeof because> {
  const value = tellsContact(reason.clause) ? '***' : String(maskDeep(reason.value))
  const clause = maskDeep(reason.clause) as z.input<typeof because>['clause']
  const words = wordsOf(reason.clause as never, { holds: reason.holds, value }, compiled)
  return {
    clause,
    holds: reason.holds,
    value,
    words: maskDeep(words) as typeof words,
    events: maskDeep(reason.events) as Shown[],
  }
}

type Shown = z.input<typeof shownEvent>

/** Up to five newest events behind each clause. */
async function evidence(
  warehouse: Warehouse,
  compiled: Compiled,
  number: number,
  now: Date,
): Promise<Map<string, Shown[]>> {
  const query = createQuery({ kind: 'some', numbers: [number] }, now)
  const parts = groupsOf(compiled.leaves)
    .filter((g) => g.plan.source === 'event')
    .map((g) => {
      const many = g.leaves.length > 1
      const keys = query.bind(
        'Array(String)',
        g.leaves.map((l) => l.key),
      )
      return `SELECT ${keys}[${many ? 'c' : '1'}] AS k, toString(id) AS id, toString(name) AS name, t, properties
        FROM (${query.rowsOf(g)}) ${mine(number)} AND (${query.fill(g.plan.evidence, g.leaves)})
        ORDER BY t DESC, seq DESC LIMIT 5 ${many ? 'BY c' : ''}`
    })
  if (parts.length === 0) return new Map()
  const rows = await warehouse.query<{ k: string; id: string; name: string; t: number | string; properties: string }>(
    parts.map((p) => `SELECT * FROM (${p})`).join(' UNION ALL '),
    query.params,
    { lane: 'interactive' },
  )
  rows.sort((a, b) => Number(b.t) - Number(a.t))
  const shown = rows.map((r) => ({
    key: r.k,
    id: r.id,
    name: r.name,
    timestamp: new Date(Number(r.t)).toISOString(),
    properties: JSON.parse(r.properties) as Record<string, unknown>,
  }))
  const byKey = Map.groupBy(shown, (e) => e.key)
  return new Map([...byKey].map(([key, list]) => [key, list.map(({ key: _, ...e }) => e)]))
}
