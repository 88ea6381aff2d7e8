// Filters on properties that no index answers (a range, a part of a word, nothing there) would have PostgreSQL read
// everybody. The warehouse keeps each property together: it names those who may match, and PostgreSQL judges them. The
// answer is exact all the same: whoever changed since what the warehouse shows is judged too.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Warehouse } from '#kernel/context'
import { MOST_TRANSACTION_SECONDS, machineTime } from '#platform/database'
import type { Filter } from './condition.ts'
import { FIELDS } from './field.ts'
import type { Store } from './stored.ts'

/** More than these are a good part of everybody: then reading all is no worse. */
const MOST_NAMED = 50_000
const MOST_CHANGED = 20_000

const ROOT = `toUInt32(dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member)))`

const those = (facts: string) => `(SELECT groupBitmapState(${ROOT}) FROM facts WHERE ${facts})`

/** Whether it is a filter that only reading everybody could answer. */
export const readsAll = ({ property, op }: Filter): boolean =>
  property !== undefined &&
  (op === 'gte' || op === 'lte' || op === 'contains' || op === 'notExists') &&
  !isField(property)

const isField = (path: string) => FIELDS.some((field) => field === path)

/** Everybody who has a name was told one of these some time; see `splitFields`. */
const NAMED = those("key IN ('property:name', 'property:firstName', 'property:lastName')")

type Condition = RawBuilder<SqlBool>

/** Conditions that everybody (everybody with a name) who matches meets; null where they would be of no help. */
interface Candidates {
  all: Condition | null
  named: Condition | null
}

/** Who may match those filters that would read everybody; the named only when asked for, they cost as much again. */
export async function candidates(
  { db, warehouse, signal }: { db: Store; warehouse: Warehouse; signal?: AbortSignal | undefined },
  filters: readonly Filter[],
  withNamed: boolean,
): Promise<Candidates> {
  const since = await shownSince(db)
  if (!since) return { all: null, named: null }
  const asked = filters.filter(readsAll).map(questionOf)
  const params = Object.assign({}, ...asked.map((q, i) => numbered(q.params, i))) as Record<string, unknown>
  // Bitmaps take a third of the time of IN, which hashes every number.
  const matching = asked
    .map((q, i) => q.sql.replace(/\{(\w+):/g, `{$1${i}:`))
    .reduce((whole, part) => `bitmapAnd(${whole}, ${part})`)
  const list = (bitmap: string) =>
    `arrayStringConcat(arrayMap(n -> toString(n), bitmapToArray(bitmapSubsetLimit(${bitmap}, 0, {most:UInt32}))), ',')`
  const [row] = await warehouse.query<{ n: number; all: string; namedCount: number; named: string }>(
    `WITH ${matching} AS matching${withNamed ? `, bitmapAnd(matching, ${NAMED}) AS withName` : ''}
    SELECT bitmapCardinality(matching) AS n, ${list('matching')} AS all,
      ${withNamed ? `bitmapCardinality(withName) AS namedCount, ${list('withName')} AS named` : `0 AS namedCount, '' AS named`}`,
    { ...params, most: MOST_NAMED },
    { lane: 'interactive', ...(signal ? { signal } : {}) },
  )
  // Found before all else: beside other conditions and a limit the planner may prefer to read everybody.
  const among = (numbers: string) => sql<SqlBool>`m.id = any(array(
    select id from members where number = any(${`{${numbers}}`}::int[])
    union all select id from members where changed_at > ${since}))`
  return {
    all: row && row.n <= MOST_NAMED ? among(row.all) : null,
    named: row && withNamed && row.namedCount <= MOST_NAMED ? among(row.named) : null,
  }
}

/**
 * What changed before this instant, the warehouse shows: the last batch that can be read, or now when nothing waits to
 * be read, less the longest that a transaction may have been open before it committed (and a second, since the clock
 * is read after the rows are). Null when too many changed since, or nothing was read yet.
 */
async function shownSince(db: Store): Promise<Date | null> {
  const { rows } = await sql<{
    since: Date
  }>`select case when p.projected = p.sealed and p.accepted = (select coalesce(sum(accepted), 0) from journal_counts)
      then ${machineTime} else b.sealed_at end - make_interval(secs => ${MOST_TRANSACTION_SECONDS + 1}) as since
    from pipe p join batches b on b.n = p.projected`.execute(db)
  const since = rows[0]?.since
  if (!since) return null
  // In order, so that the index is walked even where the planner knows nothing of the table, as after an import.
  const changed = await sql`select 1 from members where changed_at > ${since}
    order by changed_at offset ${MOST_CHANGED} limit 1`.execute(db)
  return changed.rows.length > 0 ? null : since
}

interface Question {
  /** A bitmap of today's numbers of all who match, and of some who do not. */
  sql: string
  params: Readonly<Record<string, unknown>>
}

/** Whatever was ever told is looked at, which includes what holds now. */
function questionOf({ property = '', op, value }: Filter): Question {
  const params = { key: `property:${property}`, below: `property:${property}.` }
  const here = '(key = {key:String} OR startsWith(key, {below:String}))'
  if (op === 'notExists')
    return {
      // Without any word on it, or with a word that took something away.
      sql: `bitmapOr(bitmapAndnot((SELECT groupBitmapState(number) FROM members), ${those(here)}),
        ${those(`${here} AND kind = 'none'`)})`,
      params,
    }
  if (op === 'contains')
    return {
      sql: those(`${here} AND (key != {key:String} OR kind IN ('list', 'object')
        OR positionCaseInsensitiveUTF8(value, {part:String}) > 0)`),
      params: { ...params, part: String(value) },
    }
  const number = Number(value)
  const isNumber = typeof value === 'number' || (value !== '' && Number.isFinite(number))
  const compared = op === 'gte' ? '>=' : '<='
  // Words are ordered by PostgreSQL's rules, which may be those of any language; an empty one is told as none.
  return {
    sql: those(`key = {key:String}
      AND ${isNumber ? `kind = 'number' AND toFloat64OrNull(value) ${compared} {bound:Float64}` : `kind IN ('text', 'none')`}`),
    params: { key: params.key, ...(isNumber ? { bound: number } : {}) },
  }
}

const numbered = (params: Readonly<Record<string, unknown>>, i: number) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [`${name}${i}`, value]))
