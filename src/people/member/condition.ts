// The search box and the filters of the member list as SQL. Everything that can be found by an index is written so
// that it is; values are bound, never spliced.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { isId } from '#kernel/ids'
import { FIELDS, pairs } from './field.ts'
import { isContactPath } from './mask.ts'

type Condition = RawBuilder<SqlBool>

const COLUMNS = [...FIELDS, 'externalId', 'status', 'ownerId', 'createdAt', 'lastSeenAt'] as const

export const filter = z
  .object({
    field: z.enum(COLUMNS).optional(),
    property: z.string().min(1).max(500).optional().describe('Path with dots'),
    op: z.enum(['eq', 'contains', 'gte', 'lte', 'exists', 'notExists']),
    value: z.union([z.string().max(1000), z.number(), z.boolean()]).optional(),
  })
  .refine(
    (f) => (f.field === undefined) !== (f.property === undefined),
    inWords('field or property, one of them', 'field 与 property 须二选一'),
  )
  .refine(
    (f) => f.op === 'exists' || f.op === 'notExists' || (f.value !== undefined && f.value !== ''),
    inWords('a value is needed', '请填写值'),
  )
export type Filter = z.output<typeof filter>

const like = (text: string) => text.replace(/[\\%_]/g, '\\$&')
const all = (list: readonly Condition[]): Condition => sql<SqlBool>`(${sql.join(list, sql` and `)})`
export const some = (list: readonly Condition[]): Condition => sql<SqlBool>`(${sql.join(list, sql` or `)})`

/**
 * What the search box finds, each way a condition that one index answers: any part of a name from two letters on, the beginning of a name, id, address or number,
 * and the last four digits of a number. Who may not see numbers and addresses finds them whole only.
 */
export function searchConditions(search: string, seesContact: boolean): Condition[] {
  const text = search.trim().toLowerCase()
  const start = `${like(text)}%`
  const found: Condition[] = [
    sql<SqlBool>`m.sort_name like ${start}`,
    seesContact
      ? sql<SqlBool>`m.external_id like ${`${like(search.trim())}%`}`
      : all([sql<SqlBool>`m.external_id like ${`${like(search.trim())}%`}`, wholeOrPlain(search.trim())]),
    seesContact ? sql<SqlBool>`lower(m.email) like ${start}` : sql<SqlBool>`lower(m.email) = ${text}`,
    seesContact ? sql<SqlBool>`m.phone like ${start}` : sql<SqlBool>`m.phone = ${text}`,
  ]
  const two = pairs(text)
  if (two.length > 0) found.push(sql<SqlBool>`(m.pairs @> ${two}::text[] and lower(m.name) like ${`%${like(text)}%`})`)
  if (/^\d{4}$/.test(text)) found.push(sql<SqlBool>`right(m.phone, 4) = ${text}`)
  return found
}

/** An id that is an address or a mobile number is found whole only, by who may not see those. */
const wholeOrPlain = (id: string): Condition =>
  sql<SqlBool>`(m.external_id = ${id} or m.external_id !~ '@|1[3-9][0-9]{9}')`

export function filterCondition(f: Filter, seesContact: boolean): Condition {
  if (f.property !== undefined) {
    const isStep = f.op === 'contains' || f.op === 'gte' || f.op === 'lte'
    if (isStep && !seesContact && isContactPath(f.property)) return sql<SqlBool>`false`
    return propertyCondition(f.property, f.op, f.value)
  }
  const { field = 'name', op, value } = f
  if (field === 'createdAt' || field === 'lastSeenAt') return timeCondition(field, op, value)
  const text = String(value)
  if (field === 'ownerId' && op === 'eq' && !isId(text)) return sql<SqlBool>`false`
  // As it is kept, for its index.
  const column = field === 'ownerId' && op !== 'contains' && op !== 'gte' && op !== 'lte' ? OWNER : COLUMN_OF[field]
  if (op === 'exists') return sql<SqlBool>`${column} is not null`
  if (op === 'notExists') return sql<SqlBool>`${column} is null`
  if (field === 'email' && op === 'eq') return sql<SqlBool>`lower(m.email) = ${text.toLowerCase()}`
  if (op === 'eq') return sql<SqlBool>`${column} = ${text}`
  // Comparing step by step would tell a hidden number digit by digit.
  if ((field === 'email' || field === 'phone' || field === 'externalId') && !seesContact) return sql<SqlBool>`false`
  if (op === 'gte') return sql<SqlBool>`${column} collate "C" >= ${text}`
  if (op === 'lte') return sql<SqlBool>`${column} collate "C" <= ${text}`
  const part = sql<SqlBool>`lower(${column}) like ${`%${like(text.toLowerCase())}%`}`
  const two = field === 'name' ? pairs(text) : []
  return two.length > 0 ? all([sql<SqlBool>`m.pairs @> ${two}::text[]`, part]) : part
}

const OWNER = sql.ref('m.owner_id')
const COLUMN_OF: Record<Exclude<(typeof COLUMNS)[number], 'createdAt' | 'lastSeenAt'>, RawBuilder<unknown>> = {
  name: sql.ref('m.name'),
  email: sql.ref('m.email'),
  phone: sql.ref('m.phone'),
  avatar: sql.ref('m.avatar'),
  birthday: sql.ref('m.birthday'),
  gender: sql.ref('m.gender'),
  locale: sql.ref('m.locale'),
  timezone: sql.ref('m.timezone'),
  externalId: sql.ref('m.external_id'),
  status: sql.ref('m.status'),
  ownerId: sql`m.owner_id::text`,
}

function timeCondition(field: 'createdAt' | 'lastSeenAt', op: Filter['op'], value: Filter['value']): Condition {
  const column = field === 'createdAt' ? sql`m.created_at` : sql`s.at`
  if (op === 'exists') return sql<SqlBool>`${column} > '-infinity'`
  if (op === 'notExists') return sql<SqlBool>`${column} = '-infinity'`
  const at = new Date(typeof value === 'number' ? value : String(value))
  if (Number.isNaN(at.getTime()) || op === 'contains') return sql<SqlBool>`false`
  if (op === 'gte') return sql<SqlBool>`${column} >= ${at}`
  if (op === 'lte') return sql<SqlBool>`${column} <= ${at} and ${column} > '-infinity'`
  return sql<SqlBool>`${column} = ${at}`
}

function propertyCondition(path: string, op: Filter['op'], value: Filter['value']): Condition {
  const keys = path.split('.')
  const field = FIELDS.find((f) => f === path)
  // Step by step costs half of what a path does, a million times.
  const held = keys.reduce((at, key) => sql`${at} -> ${key}::text`, sql`m.properties`)
  const text = sql`m.properties #>> ${keys}::text[]`
  if (field && op !== 'exists' && op !== 'notExists') return filterCondition({ field, op, value }, false)
  if (op === 'exists')
    return sql<SqlBool>`((${held}) is not null${field ? sql` or ${COLUMN_OF[field]} is not null` : sql``})`
  if (op === 'notExists') return sql<SqlBool>`not ${propertyCondition(path, 'exists', undefined)}`
  // The index of containment is there only for members that have properties, hence the second condition.
  if (op === 'eq')
    return sql<SqlBool>`(${some(sameAs(value).map((v) => sql`m.properties @> ${JSON.stringify(wrap(keys, v))}::jsonb`))}
      and m.properties <> '{}')`
  if (op === 'contains')
    return some([
      sql`lower(${text}) like ${`%${like(String(value).toLowerCase())}%`}`,
      sql`m.properties @> ${JSON.stringify(wrap(keys, [value]))}::jsonb`,
    ])
  // JSON compares in its own form, and its type is looked at where that holds: a third of the time of casting.
  const compare = op === 'gte' ? sql`>=` : sql`<=`
  const number = Number(value)
  const isNumber = typeof value === 'number' || (value !== '' && Number.isFinite(number))
  return sql<SqlBool>`((${held}) ${compare} ${JSON.stringify(isNumber ? number : String(value))}::jsonb
    and jsonb_typeof(${held}) = ${isNumber ? 'number' : 'string'})`
}

/** `eq` compares as text when either side is text: 10 is "10". */
function sameAs(value: Filter['value']): unknown[] {
  if (typeof value !== 'string') return [value, String(value)]
  const number = Number(value)
  if (value.trim() !== '' && String(number) === value) return [value, number]
  return value === 'true' || value === 'false' ? [value, value === 'true'] : [value]
}

const wrap = (keys: readonly string[], value: unknown): unknown =>
  keys.reduceRight((inner: unknown, key) => Object.fromEntries([[key, inner]]), value)
