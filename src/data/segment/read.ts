// What the warehouse answers: verdicts for some members or a range, counts and members of a condition.
import type { Warehouse } from '#kernel/context'
import { type Condition, clausesOf, conditionSql, judge, textOf, type Verdict } from './condition.ts'
import { changesSql, compile, type Who } from './sheet.ts'

type Lane = 'live' | 'interactive' | 'background'
export interface At {
  at: Date
  zone: string
  lane?: Lane
}

/** Verdicts of several conditions for one member, in their order. */
export interface MemberVerdicts {
  number: number
  memberId: string
  verdicts: Verdict[]
}

/** Judges all conditions for each known member of `who` with one query; equal clauses are measured once. */
export async function verdicts(
  warehouse: Warehouse,
  conditions: readonly Condition[],
  who: Who,
  { at, zone, lane = 'live' }: At,
): Promise<MemberVerdicts[]> {
  const { distinct, index } = distinctClauses(conditions)
  const { leaves, params, from } = compile(distinct, who, at, zone)
  const list = (parts: readonly string[]) => `[${parts.join(', ')}]`
  const rows = await warehouse.query<{ root: number; id: string; h: number[]; n: (number | string | null)[][] }>(
    `SELECT root, toString(memberId) AS id, ${list(leaves.map((l) => `toUInt8(${l.holds})`))} AS h,
      ${list(leaves.map((l) => changesSql(l.changes)))} AS n ${from}`,
    params,
    { lane },
  )
  const instants = new Map(who.kind === 'some' ? who.ats?.map((d, i) => [who.numbers[i], d]) : [])
  return rows.map((row) => {
    const from = (instants.get(Number(row.root)) ?? at).getTime()
    const verdictOf = (clause: Condition): Verdict => {
      const i = index.get(clause) ?? -1
      const later = (row.n[i] ?? []).map(Number).filter((t) => t > from && t < NEVER_MS)
      return { holds: Number(row.h[i]) === 1, changesAt: Math.min(...later) }
    }
    return { number: Number(row.root), memberId: row.id, verdicts: conditions.map((c) => judge(c, verdictOf)) }
  })
}

/** What stands for no instant at all. */
const NEVER_MS = Date.UTC(2299, 11, 31)

function distinctClauses(conditions: readonly Condition[]) {
  const all = conditions.flatMap(clausesOf)
  const places = new Map<string, number>()
  const index = new Map<Condition, number>()
  const distinct: typeof all = []
  for (const clause of all) {
    const text = textOf(clause)
    let place = places.get(text)
    if (place === undefined) {
      place = distinct.push(clause) - 1
      places.set(text, place)
    }
    index.set(clause, place)
  }
  return { distinct, index }
}

/** Members (ids) for whom the condition holds, by number, at most `limit` after the number `after`. */
export async function page(
  warehouse: Warehouse,
  condition: Condition,
  { at, zone, lane = 'interactive' }: At,
  { after, limit }: { after: number; limit: number },
): Promise<{ number: number; memberId: string }[]> {
  const { sql, params, bind } = selection(condition, at, zone)
  const rows = await warehouse.query<{ root: number; id: string }>(
    `SELECT root, toString(memberId) AS id ${sql} AND root > ${bind('UInt32', after)} ORDER BY root LIMIT ${bind('UInt32', limit)}`,
    params,
    { lane },
  )
  return rows.map((r) => ({ number: Number(r.root), memberId: r.id }))
}

/** How many known members it holds for, and the first of them by number. */
export async function count(
  warehouse: Warehouse,
  condition: Condition,
  { at, zone, lane = 'interactive' }: At,
  signal?: AbortSignal,
): Promise<{ count: number; first: string[] }> {
  const { sql, params } = selection(condition, at, zone)
  const rows = await warehouse.query<{ c: number | string; s: [number, string][] }>(
    `SELECT count() AS c, groupArraySorted(200)((root, toString(memberId))) AS s ${sql}`,
    params,
    { lane, ...(signal ? { signal } : {}) },
  )
  return { count: Number(rows[0]?.c ?? 0), first: (rows[0]?.s ?? []).map(([, id]) => id) }
}

/** A SELECT of the root numbers for whom the condition holds, for use inside another query; parameters begin with `p`. */
export function holders(
  condition: Condition,
  { at, zone }: At,
): { sql: string; params: Readonly<Record<string, unknown>> } {
  const { sql, params } = selection(condition, at, zone)
  return { sql: `SELECT root ${sql}`, params }
}

function selection(condition: Condition, at: Date, zone: string) {
  const { distinct, index } = distinctClauses([condition])
  const { leaves, params, from, bind } = compile(distinct, { kind: 'all' }, at, zone)
  const holds = conditionSql(condition, (clause) => leaves[index.get(clause) ?? -1]?.holds ?? '0')
  return { sql: `${from} WHERE ${holds}`, params, bind }
}

const known = new Map<string, number>()
/** Numbers never change, so they are kept; the bound keeps this at some 20 MB. */
const MOST_KNOWN = 100_000

/** Identity numbers of members; those the warehouse has not seen yet are left out. */
export async function numbersOf(warehouse: Warehouse, memberIds: readonly string[]): Promise<Map<string, number>> {
  const missing = [...new Set(memberIds)].filter((id) => !known.has(id))
  if (missing.length > 0) {
    const rows = await warehouse.query<{ id: string; number: number }>(
      `SELECT toString(memberId) AS id, number FROM members
       WHERE memberId IN (SELECT toUUID(arrayJoin({ids:Array(String)})))`,
      { ids: missing },
      { lane: 'live' },
    )
    if (known.size + rows.length > MOST_KNOWN) known.clear()
    for (const row of rows) known.set(row.id, Number(row.number))
  }
  return new Map(memberIds.flatMap((id) => (known.has(id) ? [[id, known.get(id) ?? 0] as const] : [])))
}
