// Filters on properties that no index answers (a range, a part of a word, nothing there) would have PostgreSQL read
// everybody. The warehouse keeps each property together: it names those who may match, and PostgreSQL judges them. The
// answer is exact all the same: whoever changed since what the warehouse shows is judged too.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Warehouse } from '#kernel/context'
import { MOST_TRANSACTION_SECONDS } from '#platform/database'
import type { Filter } from './condition.ts'
import { FIELDS } from './field.ts'
import type { Store } from './stored.ts'

/** More than these are a good part of everybody: then reading all is no worse. */
const MOST_NAMED = 50_000
const MOST_CHANGED = 20_000

const ROOT = `toUInt32(dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member)))`

/** Whether it is a filter that only reading everybody could answer. */
export const readsAll = ({ property, op }: Filter): boolean =>
  property !== undefined &&
  (op === 'gte' || op === 'lte' || op === 'contains' || op === 'notExists') &&
  !isField(property)

const isField = (path: string) => FIELDS.some((field) => field === path)

/** Everybody who has a name was told one of these some time; see `splitFields`. */
const NAMED = `SELECT ${ROOT} FROM facts WHERE key IN ('property:name', 'property:firstName', 'property:lastName')`

/** A condition that everybody (with a name) who matches these filters meets; null when it would be of no help. */
export async function candidates(
  { db, warehouse, signal }: { db: Store; warehouse: Warehouse; signal?: AbortSignal | undefined },
  filters: readonly Filter[],
  who: 'all' | 'named' = 'all',
): Promise<RawBuilder<SqlBool> | null> {
  const since = await shownSince(db)
  if (!since) return null
  const asked = filters.filter(readsAll).map(questionOf)
  const params = Object.assign({}, ...asked.map((q, i) => numbered(q.params, i))) as Record<string, unknown>
  const parts = asked.map((q, i) => q.sql.replace(/\{(\w+):/g, `{$1${i}:`))
  const text = [...parts, ...(who === 'named' ? [NAMED] : [])].map((part) => `number IN (${part})`).join(' AND ')
  const [row] = await warehouse.query<{ n: number; list: string }>(
    `SELECT count() AS n, arrayStringConcat(groupArray(toString(number)), ',') AS list
    FROM (SELECT number FROM members WHERE ${text} LIMIT {most:UInt32})`,
    { ...params, most: MOST_NAMED + 1 },
    { lane: 'interactive', ...(signal ? { signal } : {}) },
  )
  if (!row || row.n > MOST_NAMED) return null
  // Found before all else: beside other conditions and a limit the planner may prefer to read everybody.
  return sql<SqlBool>`m.id = any(array(
    select id from members where number = any(${`{${row.list}}`}::int[])
    union all select id from members where changed_at > ${since}))`
}

/**
 * What changed before this instant, the warehouse shows: the last batch that can be read, less the longest that a
 * transaction may have been open before it committed. Null when too many changed since, or nothing was read yet.
 */
async function shownSince(db: Store): Promise<Date | null> {
  const { rows } = await sql<{
    since: Date
  }>`select b.sealed_at - make_interval(secs => ${MOST_TRANSACTION_SECONDS}) as since
    from pipe p join batches b on b.n = p.projected`.execute(db)
  const since = rows[0]?.since
  if (!since) return null
  const changed = await sql`select 1 from members where changed_at > ${since} offset ${MOST_CHANGED} limit 1`.execute(
    db,
  )
  return changed.rows.length > 0 ? null : since
}

interface Question {
  /** A SELECT of today's numbers of all who match, and of some who do not. */
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
      sql: `SELECT number FROM members WHERE number NOT IN (SELECT ${ROOT} FROM facts WHERE ${here})
        UNION ALL SELECT ${ROOT} FROM facts WHERE ${here} AND kind = 'none'`,
      params,
    }
  if (op === 'contains')
    return {
      sql: `SELECT ${ROOT} FROM facts WHERE ${here} AND (key != {key:String} OR kind IN ('list', 'object')
        OR positionCaseInsensitiveUTF8(value, {part:String}) > 0)`,
      params: { ...params, part: String(value) },
    }
  const number = Number(value)
  const isNumber = typeof value === 'number' || (value !== '' && Number.isFinite(number))
  const compared = op === 'gte' ? '>=' : '<='
  // Words are ordered by PostgreSQL's rules, which may be those of any language; an empty one is told as none.
  return {
    sql: `SELECT ${ROOT} FROM facts WHERE key = {key:String}
      AND ${isNumber ? `kind = 'number' AND toFloat64OrNull(value) ${compared} {bound:Float64}` : `kind IN ('text', 'none')`}`,
    params: { key: params.key, ...(isNumber ? { bound: number } : {}) },
  }
}

const numbered = (params: Readonly<Record<string, unknown>>, i: number) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [`${name}${i}`, value]))
