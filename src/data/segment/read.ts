// What the warehouse answers: verdicts for some members or a range, counts and members of a condition.
import type { Warehouse } from '#kernel/context'
import { NEVER } from './clause/kind.ts'
import {
  type Compiled,
  type Leaf,
  type Measured,
  type Node,
  type Verdict,
  verdictOf,
  type Weigh,
  weigher,
} from './compile.ts'
import { bare, createQuery, groupsOf, type Who } from './query.ts'

type Lane = 'live' | 'interactive' | 'background'
export interface At {
  at: Date
  lane?: Lane
  /** Stops the question when the asker has gone away. */
  signal?: AbortSignal
}

/** What several conditions say of one member at an instant. */
export interface Answer {
  number: number
  memberId: string
  /** Milliseconds. */
  at: number
  verdict(condition: Compiled): Verdict
  /** The same as one number, see `weigher`. */
  weigh(condition: Compiled): number
}

const distinctLeaves = (conditions: readonly Compiled[]): Leaf[] => [
  ...new Map(conditions.flatMap((c) => c.leaves.map((l) => [l.key, l]))).values(),
]

/** Judges all conditions for each known member of `who` (and each of its instants) with one query. */
export async function verdicts(
  warehouse: Warehouse,
  conditions: readonly Compiled[],
  who: Who,
  { at, lane = 'live' }: At,
): Promise<Answer[]> {
  const leaves = distinctLeaves(conditions)
  const place = new Map(leaves.map((l, i) => [l.key, i + 1]))
  const isNew = await canStage(warehouse)
  const query = createQuery(who, at, isNew)
  const groups = groupsOf(leaves.map((l) => bare(l, 'next')))
  const isStaged = who.kind === 'some' && (who.leaves !== undefined || groups.length > 1) && isNew
  const stage = isStaged ? query.stage(groups) : ''
  // For few, dividing the work costs more than it saves.
  const isFew = who.kind === 'some' && who.numbers.length < FEW
  const parts = groups.map((group) => {
    const ids = group.leaves.map((l) => place.get(l.key) ?? 0)
    const id = ids.length === 1 ? `toUInt32(${ids[0]})` : `${query.bind('Array(UInt32)', ids)}[c_]`
    return `SELECT root, at_ AS at, ${id} AS c, h_ AS h, n_ AS n, toUUID('${NO_ID}') AS m FROM (${query.verdictsOf(group)})`
  })
  const known = `SELECT root, now AS at, toUInt32(0) AS c, toUInt8(1) AS h, toInt64(${NEVER}) AS n, memberId AS m
    FROM ${isStaged ? 'known_' : `(SELECT root, memberId, ${query.instants()} FROM (${query.universe()}))`}`
  // Only what differs from a member without any row, and only instants that come: most of it does not.
  const idle = query.bind('Array(UInt8)', [1, ...leaves.map((l) => (l.idle ? 1 : 0))])
  const rows = await warehouse.query<Row>(
    `${stage} SELECT root, at, toString(max(m)) AS id, groupArrayIf(c, h != ${idle}[c + 1]) AS differing,
       groupArrayIf(c, n < ${NEVER}) AS turning, groupArrayIf(n, n < ${NEVER}) AS turns
     FROM (${[known, ...parts].join(' UNION ALL ')}) GROUP BY root, at HAVING min(c) = 0
     ${isStaged ? `SETTINGS enable_materialized_cte = 1${isFew ? ', max_threads = 1' : ''}` : ''}`,
    query.params,
    { lane },
  )
  const measured = createMeasured(leaves.map((l) => l.idle))
  const weighers = new Map<Compiled, Weigh>()
  const weigh = (row: Row, condition: Compiled): number => {
    const w = weighers.get(condition) ?? weigher(condition.root, (l) => place.get(l.key) ?? 0)
    weighers.set(condition, w)
    return w(measured.of(row))
  }
  return rows.map((row) => ({
    number: Number(row.root),
    memberId: row.id,
    at: Number(row.at),
    weigh: (c) => weigh(row, c),
    verdict: (c) => verdictOf(weigh(row, c)),
  }))
}

interface Row {
  root: number
  at: number | string
  id: string
  /** Places of leaves that do not say what they say of a member without any row. */
  differing: number[]
  /** Places of leaves that time will turn, and when. */
  turning: number[]
  turns: (number | string)[]
}

/** Lays rows out by place, one at a time in the same arrays. */
function createMeasured(idle: readonly boolean[]) {
  const plain = Uint8Array.from([0, ...idle.map(Number)])
  const all: Measured = { holds: plain.slice(), next: new Float64Array(plain.length).fill(Number.POSITIVE_INFINITY) }
  let shown: Row | null = null
  return {
    of(row: Row): Measured {
      if (row === shown) return all
      for (const i of shown?.differing ?? []) all.holds[i] = plain[i] ?? 0
      for (const i of shown?.turning ?? []) all.next[i] = Number.POSITIVE_INFINITY
      for (const i of row.differing) all.holds[i] = 1 - (plain[i] ?? 0)
      row.turning.forEach((i, k) => {
        all.next[i] = Number(row.turns[k])
      })
      shown = row
      return all
    },
  }
}

const FEW = 500

let staging: Promise<boolean> | null = null
/** Whether this ClickHouse can keep what a query reads for the rest of that query; older servers read it again. */
function canStage(warehouse: Warehouse): Promise<boolean> {
  staging ??= warehouse
    .query("SELECT 1 FROM system.settings WHERE name = 'enable_materialized_cte'", {}, { lane: 'live' })
    .then((rows) => rows.length > 0)
  staging.catch(() => {
    staging = null
  })
  return staging
}

const NO_ID = '00000000-0000-0000-0000-000000000000'

/**
 * The members for whom each of these conditions holds, as bitmaps of root numbers: their expressions, and where all of
 * them read from, once.
 */
export function holding(conditions: readonly Compiled[], at: Date) {
  const query = createQuery({ kind: 'all' }, at)
  const place = new Map<string, string>()
  const sources = groupsOf(distinctLeaves(conditions).map((l) => bare(l, 'holds'))).map((group, g) => {
    const columns = group.leaves.map((leaf, i) => {
      const name = `b${g}_${i}`
      place.set(leaf.key, name)
      // Of a clause that holds without any row, those for whom it does not.
      const one = group.leaves.length > 1 ? `c_ = ${i + 1} AND ` : ''
      return `groupBitmapStateIf(root, ${one}h_ = ${leaf.idle ? 0 : 1}) AS ${name}`
    })
    return `(SELECT ${columns.join(', ')} FROM (${query.verdictsOf(group)})) AS g${g}`
  })
  const bitmap = (node: Node): string => {
    if ('leaf' in node) {
      const own = place.get(node.leaf.key) ?? ''
      return node.leaf.idle ? `bitmapAndnot(u, ${own})` : `bitmapAnd(u, ${own})`
    }
    if ('inner' in node) return bitmap(node.inner)
    if ('not' in node) return `bitmapAndnot(u, ${bitmap(node.not)})`
    const [verb, parts] = 'all' in node ? ['bitmapAnd', node.all] : ['bitmapOr', node.any]
    return parts.map(bitmap).reduce((a, b) => `${verb}(${a}, ${b})`)
  }
  const everyone = `(SELECT groupBitmapState(root) AS u FROM (${query.universe()})) AS everyone`
  return { query, bitmap, from: `FROM ${[everyone, ...sources].join(', ')}` }
}

/** Members (ids) for whom the condition holds, by number, at most `limit` after the number `after`. */
export async function page(
  warehouse: Warehouse,
  condition: Compiled,
  { at, lane = 'interactive', signal }: At,
  { after, limit }: { after: number; limit: number },
): Promise<{ number: number; memberId: string }[]> {
  const { query, bitmap, from } = holding([condition], at)
  const some = `bitmapSubsetLimit(${bitmap(condition.root)}, ${query.bind('UInt32', after + 1)}, ${query.bind('UInt32', limit)})`
  const rows = await warehouse.query<{ root: number; id: string }>(
    `SELECT number AS root, toString(memberId) AS id FROM members
     WHERE number IN (SELECT arrayJoin(bitmapToArray(${some})) ${from}) ORDER BY number`,
    query.params,
    { lane, ...(signal ? { signal } : {}) },
  )
  return rows.map((r) => ({ number: Number(r.root), memberId: r.id }))
}

/** How many known members it holds for, and the numbers of the first of them. */
export async function count(
  warehouse: Warehouse,
  condition: Compiled,
  { at, lane = 'interactive', signal }: At,
  { first = 200 }: { first?: number } = {},
): Promise<{ count: number; first: number[] }> {
  const { query, bitmap, from } = holding([condition], at)
  const rows = await warehouse.query<{ c: number | string; s: number[] }>(
    `SELECT bitmapCardinality(b) AS c, arraySort(bitmapToArray(bitmapSubsetLimit(b, 0, ${query.bind('UInt32', first)}))) AS s
     FROM (SELECT ${bitmap(condition.root)} AS b ${from})`,
    query.params,
    { lane, ...(signal ? { signal } : {}) },
  )
  return { count: Number(rows[0]?.c ?? 0), first: rows[0]?.s ?? [] }
}

/** Who is gained, and who is lost, when one condition takes another's place. */
export function differences(before: Compiled, after: Compiled): [gain: Compiled, lose: Compiled] {
  const leaves = distinctLeaves([before, after])
  return [
    { ...after, leaves, root: { all: [after.root, { not: before.root }] } },
    { ...after, leaves, root: { all: [before.root, { not: after.root }] } },
  ]
}

/** How many are gained and lost, from one reading. */
export async function compareSizes(
  warehouse: Warehouse,
  [before, after]: readonly [Compiled, Compiled],
  { at, lane = 'interactive', signal }: At,
): Promise<{ gain: number; lose: number }> {
  const [gain, lose] = differences(before, after)
  const { query, bitmap, from } = holding([gain, lose], at)
  const rows = await warehouse.query<{ gain: number | string; lose: number | string }>(
    `SELECT bitmapCardinality(${bitmap(gain.root)}) AS gain, bitmapCardinality(${bitmap(lose.root)}) AS lose ${from}`,
    query.params,
    { lane, ...(signal ? { signal } : {}) },
  )
  return { gain: Number(rows[0]?.gain ?? 0), lose: Number(rows[0]?.lose ?? 0) }
}

/** A SELECT of the root numbers for whom the condition holds, for use inside another query; parameters begin with `p`. */
export function holdersOf(condition: Compiled, at: Date): { sql: string; params: Readonly<Record<string, unknown>> } {
  const { query, bitmap, from } = holding([condition], at)
  return { sql: `SELECT arrayJoin(bitmapToArray(${bitmap(condition.root)})) AS root ${from}`, params: query.params }
}

/** Ids of members by their numbers. */
export async function idsOf(warehouse: Warehouse, numbers: readonly number[]): Promise<string[]> {
  if (numbers.length === 0) return []
  const rows = await warehouse.query<{ id: string }>(
    'SELECT toString(memberId) AS id FROM members WHERE number IN {numbers:Array(UInt32)} ORDER BY number',
    { numbers },
    { lane: 'interactive' },
  )
  return rows.map((r) => r.id)
}

const known = new Map<string, number>()
/** Numbers never change, so they are kept; the bound keeps this at some 20 MB. */
const MOST_KNOWN = 100_000

/** Identity numbers of members; those the warehouse has not seen yet are left out. */
export async function numbersOf(warehouse: Warehouse, memberIds: readonly string[]): Promise<Map<string, number>> {
  const missing = [...new Set(memberIds)].filter((id) => !known.has(id))
  const found = new Map<string, number>()
  if (missing.length > 0) {
    const rows = await warehouse.query<{ id: string; number: number }>(
      `SELECT toString(memberId) AS id, number FROM members
       WHERE memberId IN (SELECT toUUID(arrayJoin({ids:Array(String)})))`,
      { ids: missing },
      { lane: 'live' },
    )
    for (const row of rows) found.set(row.id, Number(row.number))
  }
  const answer = new Map(
    memberIds.flatMap((id) => {
      const number = known.get(id) ?? found.get(id)
      return number === undefined ? [] : [[id, number] as const]
    }),
  )
  if (known.size + found.size > MOST_KNOWN) known.clear()
  for (const [id, number] of found) known.set(id, number)
  return answer
}
