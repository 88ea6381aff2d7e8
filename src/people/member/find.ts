// The member list: search, filters, sort, over a million members and more.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { cutPage, pageInput, pageOf } from '#kernel/page'
import { filter, filterCondition, searchConditions, some } from './condition.ts'
import { readCursor, timeKey } from './cursor.ts'
import { instant, isoOf, named, query } from './declare.ts'
import { maskDeep } from './mask.ts'
import { fieldShape, fieldsOf, maskFields, ROW, type Row } from './profile.ts'
import type { Store } from './stored.ts'

const SORTS = {
  createdAt: { key: sql.ref('m.created_at'), id: sql.ref('m.id'), cast: sql`timestamptz` },
  lastSeenAt: { key: sql.ref('s.at'), id: sql.ref('s.member_id'), cast: sql`timestamptz` },
  name: { key: sql.ref('m.sort_name'), id: sql.ref('m.id'), cast: sql`text` },
} as const

/** Sorting so many takes some 30 ms; of a million, more are met every 200 rows of a walk. */
const FEW = 5000

const found = z.object({
  ...named,
  status: z.enum(['anonymous', 'known']),
  ...fieldShape,
  ownerId: z.uuid().nullable(),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
  /** Those asked for by `columns`, by path. */
  properties: z.record(z.string(), z.unknown()),
})

export const find = query('member.find', {
  title: { en: 'Find members', zh: '查找成员' },
  input: z.object({
    ...pageInput,
    search: z.string().trim().max(100).optional().meta({ en: 'Search', zh: '搜索' }),
    filters: z.array(filter).max(20).default([]),
    sort: z.enum(['createdAt', 'lastSeenAt', 'name']).default('createdAt'),
    order: z.enum(['asc', 'desc']).optional().describe('Default: names ascending, times descending'),
    columns: z.array(z.string().min(1).max(500)).max(20).default([]).describe('Paths of properties to show'),
    count: z.boolean().default(false),
  }),
  output: pageOf(found).extend({
    /** How many there are in all, when asked; exact up to 5,000. */
    count: z.object({ value: z.int(), exact: z.boolean() }).nullable(),
  }),
  offeredTo: ['operator'],
  needs: 'member.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const seesContact = ctx.may('member.see_contact')
    const asked: Asked = {
      search: input.search ? searchConditions(input.search, seesContact) : [],
      others: [
        sql`m.merged_into is null and m.status <> 'erased'`,
        ctx.inScope(sql.ref('m.id')),
        ...input.filters.map((f) => filterCondition(f, seesContact)),
      ],
    }
    const isNarrow = asked.search.length > 0 || input.filters.length > 0
    const ids = isNarrow ? await fewIds(ctx.db, asked) : null
    const { rows } = await selection(ids ? [sql`m.id = any(${ids}::uuid[])`] : everything(asked), input).execute(ctx.db)
    return {
      ...cutPage(
        rows,
        input.limit,
        (r) => [r.sort_key, r.id],
        (r) => itemOf(r, input.columns, seesContact),
      ),
      count: input.count ? await count(ctx.db, ids, asked) : null,
    }
  },
})

type Condition = RawBuilder<SqlBool>
interface Asked {
  /** Any of these ways to be found. */
  search: readonly Condition[]
  others: readonly Condition[]
}
const everything = ({ search, others }: Asked): Condition[] =>
  search.length > 0 ? [...others, some(search)] : [...others]

const MEMBERS = sql`from members m join member_seen s on s.member_id = m.id`

/**
 * The ids, when they are few; null when they are many. Few are sorted, many are met soon on a walk in sort order. The
 * planner cannot tell the two apart (it knows no property), and its mistake costs seconds among a million. Every way
 * to be found is asked by itself, so that each takes its index.
 */
async function fewIds(db: Store, { search, others }: Asked): Promise<string[] | null> {
  const ways = (search.length > 0 ? search.map((way) => [...others, way]) : [others]).map(
    (conditions) => sql`(select m.id ${MEMBERS} where ${sql.join(conditions, sql` and `)} limit ${FEW + 1})`,
  )
  const { rows } = await sql<{ id: string }>`select id from (${sql.join(ways, sql` union `)}) found
    limit ${FEW + 1}`.execute(db)
  return rows.length > FEW ? null : rows.map((r) => r.id)
}

interface Page {
  sort: keyof typeof SORTS
  order?: 'asc' | 'desc' | undefined
  limit: number
  cursor?: string | undefined
}

function selection(conditions: readonly Condition[], { sort, order, limit, cursor }: Page) {
  const { key, id, cast } = SORTS[sort]
  const down = (order ?? (sort === 'name' ? 'asc' : 'desc')) === 'desc'
  const direction = down ? sql`desc` : sql`asc`
  const [after, afterId] = readCursor(cursor, sort === 'name' ? 'text' : 'time')
  const beyond = cursor
    ? [sql<SqlBool>`(${key}, ${id}) ${down ? sql`<` : sql`>`} (${after}::${cast}, ${afterId}::uuid)`]
    : []
  return sql<Row & { sort_key: string }>`select ${ROW}, ${sort === 'name' ? key : timeKey(key)} as sort_key ${MEMBERS}
    where ${sql.join([...conditions, ...beyond], sql` and `)}
    order by ${key} ${direction}, ${id} ${direction} limit ${limit + 1}`
}

/** Few are counted; of many, the planner's estimate costs nothing. */
async function count(db: Store, ids: readonly string[] | null, asked: Asked) {
  if (ids) return { value: ids.length, exact: true }
  const matching = sql`select 1 ${MEMBERS} where ${sql.join(everything(asked), sql` and `)}`
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (${matching} limit ${FEW + 1}) c`.execute(db)
  const counted = rows[0]?.n ?? 0
  if (counted <= FEW) return { value: counted, exact: true }
  const plan = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) ${matching}`.execute(db)
  return { value: Math.max(counted, plan.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0), exact: false }
}

function itemOf(row: Row, columns: readonly string[], seesContact: boolean): z.input<typeof found> {
  const fields = fieldsOf(row)
  const shown = columns.map((path) => {
    const value = path.split('.').reduce<unknown>((at, key) => {
      return typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : null
    }, row.properties)
    return [path, seesContact ? value : maskDeep(value, path)]
  })
  return {
    memberId: row.id,
    externalId: row.external_id,
    status: row.status,
    ...(seesContact ? fields : maskFields(fields)),
    properties: Object.fromEntries(shown),
    ownerId: row.owner_id,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: isoOf(row.last_seen_at),
  }
}
