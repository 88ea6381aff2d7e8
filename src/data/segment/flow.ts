// Everybody divided by conditions in order, at instants of the past or now: each member belongs to the first condition
// that holds, or to none. Counted from history at the moment of asking, so that a late event, a merge or a changed
// condition is in every number, those of the past too.
import type { QueryExecutorProvider } from 'kysely'
import type { Context } from '#kernel/context'
import type { Condition } from './condition.ts'
import { compiledOf } from './load.ts'
import { rootOf } from './query.ts'
import { holding } from './read.ts'

export interface Division {
  conditions: readonly Condition[]
  at: Date
}

type Asking = Pick<Context<never>, 'warehouse' | 'warehouseScope' | 'brand' | 'now' | 'signal'> & {
  db: QueryExecutorProvider
}

/** How many belong to each condition, and last how many to none. Inside the caller's scope. */
export async function partition(ctx: Asking, division: Division): Promise<number[]> {
  const { sql, params, parts } = await divide(ctx, division, 'a')
  const rows = await ctx.warehouse.query<{ sizes: Count[] }>(
    `SELECT [${parts.map((p) => `bitmapCardinality(${p})`).join(', ')}] AS sizes FROM (${sql})`,
    params,
    { lane: 'interactive', signal: ctx.signal },
  )
  return numbers(rows[0]?.sizes)
}

export interface Flows {
  /** Sizes of the parts, the last one for those no condition holds for. */
  before: number[]
  after: number[]
  /** `moved[i][j]`: from part i of the first to part j of the second. */
  moved: number[][]
  /** By part of the second: those who were not here yet. */
  arrived: number[]
}

/** Who went from which part of one division to which part of another, the later one. One question. */
export async function flows(ctx: Asking, from: Division, to: Division): Promise<Flows> {
  const [a, b] = [await divide(ctx, from, 'a'), await divide(ctx, to, 'b')]
  const list = (items: readonly string[]) => `[${items.join(', ')}]`
  const sizes = (parts: readonly string[]) => list(parts.map((p) => `bitmapCardinality(${p})`))
  const moved = a.parts.map((x) => list(b.parts.map((y) => `bitmapAndCardinality(${x}, ${y})`)))
  const arrived = b.parts.map((y) => `bitmapAndnotCardinality(${y}, ${a.everyone})`)
  const rows = await ctx.warehouse.query<{ before: Count[]; after: Count[]; moved: Count[][]; arrived: Count[] }>(
    `SELECT ${sizes(a.parts)} AS before, ${sizes(b.parts)} AS after, ${list(moved)} AS moved, ${list(arrived)} AS arrived
     FROM (${a.sql}) AS one, (${b.sql}) AS other`,
    { ...a.params, ...b.params },
    { lane: 'interactive', signal: ctx.signal },
  )
  const [row] = rows
  return {
    before: numbers(row?.before),
    after: numbers(row?.after),
    moved: (row?.moved ?? []).map(numbers),
    arrived: numbers(row?.arrived),
  }
}

/**
 * Members of one of these flows, by number, at most `limit` after the number `after`; from part `null` are those who were
 * not here yet.
 */
export async function flowPage(
  ctx: Asking,
  [from, to]: readonly [Division, Division],
  which: { from: number | null; to: number },
  { after, limit }: { after: number; limit: number },
): Promise<{ number: number; memberId: string }[]> {
  const [a, b] = [await divide(ctx, from, 'a'), await divide(ctx, to, 'b')]
  const target = b.parts[which.to]
  const source = which.from === null ? null : a.parts[which.from]
  if (target === undefined || source === undefined) return []
  const both = source === null ? `bitmapAndnot(${target}, ${a.everyone})` : `bitmapAnd(${source}, ${target})`
  const rows = await ctx.warehouse.query<{ root: number; id: string }>(
    `SELECT number AS root, toString(memberId) AS id FROM members WHERE number IN (
       SELECT arrayJoin(bitmapToArray(bitmapSubsetLimit(${both}, {first:UInt32}, {most:UInt32})))
       FROM (${a.sql}) AS one, (${b.sql}) AS other)
     ORDER BY number`,
    { ...a.params, ...b.params, first: after + 1, most: limit },
    { lane: 'interactive', signal: ctx.signal },
  )
  return rows.map((r) => ({ number: Number(r.root), memberId: r.id }))
}

interface Summed {
  event: string
  /** The property to add up, and where another has to have a value. */
  of: string
  where: { path: string; equals: string }
  /** Of these events, those after this instant. */
  since: Date
}

/** What an event's property adds up to per part of a division, the last one for those no condition holds for. */
export async function sums(ctx: Asking, division: Division, { event, of, where, since }: Summed): Promise<number[]> {
  const { sql, params, parts } = await divide(ctx, division, 'a')
  const rows = await ctx.warehouse.query<{ part: Count; total: Count }>(
    `SELECT part, sum(amount) AS total
     FROM (SELECT ${rootOf('member')} AS root, JSONExtractFloat(properties, {of:String}) AS amount FROM events
       WHERE name = {event:String} AND JSONExtractString(properties, {path:String}) = {equals:String}
         AND timestamp > fromUnixTimestamp64Milli({since:Int64}, 'UTC')
         AND timestamp <= fromUnixTimestamp64Milli({until:Int64}, 'UTC')) AS summed
     INNER JOIN (SELECT arrayJoin(numbered.1) AS root, numbered.2 AS part
       FROM (SELECT arrayJoin(arrayZip([${parts.map((p) => `bitmapToArray(${p})`).join(', ')}], range({parts:UInt64}))) AS numbered
         FROM (${sql}))) AS divided USING (root)
     GROUP BY part`,
    {
      ...params,
      ...{ event, of, path: where.path, equals: where.equals, parts: parts.length },
      ...{ since: since.getTime(), until: division.at.getTime() },
    },
    { lane: 'interactive', signal: ctx.signal },
  )
  const totals = new Map(rows.map((r) => [Number(r.part), Number(r.total)]))
  return parts.map((_, i) => totals.get(i) ?? 0)
}

type Count = number | string
const numbers = (list: readonly Count[] = []): number[] => list.map(Number)

/** One row with a bitmap per part. All names and parameters begin with `prefix`, so that two can stand in one query. */
async function divide(ctx: Asking, { conditions, at }: Division, prefix: string) {
  const compiled = await Promise.all(conditions.map((c) => compiledOf(ctx, c)))
  // Read together: each kind of clause once for all conditions.
  const { query, bitmap, from } = holding(compiled, at)
  const scope = ctx.warehouseScope()
  const here = [
    ...(scope ? [`number IN (${scope.sql})`] : []),
    // Everybody known is here now; whoever came later than `at` was not here then.
    ...(at < ctx.now ? [`number IN (${PRESENT})`] : []),
  ]
  const within = `, (SELECT groupBitmapState(number) AS here FROM members WHERE ${here.join(' AND ')}) AS narrowed`
  const everyone = `${here.length > 0 ? 'bitmapAnd(u, here)' : 'u'} AS ${prefix}u`
  const held = compiled.map((c, i) => `${bitmap(c.root)} AS c${i}`)
  const rest = (i: number) => (i === 0 ? `${prefix}u` : `r${i - 1}`)
  const steps = compiled.flatMap((_, i) => [
    `bitmapAnd(${rest(i)}, c${i}) AS ${prefix}${i}`,
    `bitmapAndnot(${rest(i)}, c${i}) AS r${i}`,
  ])
  const parts = [...compiled.keys(), compiled.length].map((i) => `${prefix}${i}`)
  const sql = `SELECT ${[`${prefix}u`, ...steps, `${rest(compiled.length)} AS ${parts.at(-1)}`].join(', ')}
    FROM (SELECT ${[everyone, ...held].join(', ')} ${from}${here.length > 0 ? within : ''})`
  return {
    sql: sql.replaceAll(/\{p(now|\d+):/g, `{${prefix}$1:`),
    params: {
      ...Object.fromEntries(Object.entries(query.params).map(([key, value]) => [`${prefix}${key.slice(1)}`, value])),
      ...scope?.params,
    },
    parts,
    everyone: `${prefix}u`,
  }
}

/** Whoever was made by then, or has done anything by then: history that was brought along is older than its members. */
const PRESENT = `SELECT ${rootOf('number')} FROM members WHERE at <= fromUnixTimestamp64Milli({pnow:Int64}, 'UTC')
  UNION ALL SELECT ${rootOf('member')} FROM (SELECT DISTINCT member FROM events
    WHERE timestamp <= fromUnixTimestamp64Milli({pnow:Int64}, 'UTC'))`
