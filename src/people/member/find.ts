// The member list: search, filters, sort, over a million members and more.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Warehouse } from '#kernel/context'
import { cutPage, pageInput, pageOf } from '#kernel/page'
import { candidates, readsAll } from './candidates.ts'
import { type Filter, filter, filterCondition, searchConditions, some } from './condition.ts'
import { readCursor, timeKey } from './cursor.ts'
import { instant, isoOf, named, query } from './declare.ts'
import { maskDeep, maskText } from './mask.ts'
import { fieldShape, fieldsOf, maskFields, ROW, type Row } from './profile.ts'
import type { Store } from './stored.ts'

const SORTS = {
  createdAt: { key: sql.ref('m.created_at'), id: sql.ref('m.id'), type: sql`timestamptz` },
  lastSeenAt: { key: sql.ref('s.at'), id: sql.ref('s.member_id'), type: sql`timestamptz` },
  name: { key: sql.ref('m.sort_name'), id: sql.ref('m.id'), type: sql`text` },
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
    const { rows, counted } = await look(ctx, asked, input)
    return {
      ...cutPage(
        rows,
        input.limit,
        (r) => [r.sort_key, r.id],
        (r) => itemOf(r, input.columns, seesContact),
      ),
      count: input.count ? await count(ctx.db, counted, asked) : null,
    }
  },
})

interface Looked {
  rows: SortedRow[]
  /** How many there are in all; more than FEW stands for many; null where nobody counted. */
  counted: number | null
}

/** The page, and what was learnt on the way of how many there are. */
async function look(ctx: Reader, asked: Asked, input: Page & LookedFor): Promise<Looked> {
  const { db } = ctx
  const isSearch = asked.search.length > 0
  if (!isSearch && input.filters.length === 0) return { rows: await sorted(db, asked.others, input), counted: null }
  // A search rarely finds many, and every way to be found has its index.
  const soon = isSearch ? null : await near(db, asked, input, SOON)
  if (soon && !input.count) return { rows: soon, counted: null }
  if (isSearch || !input.filters.some(readsAll)) {
    const ids = await fewIds(db, asked)
    if (ids) return { rows: soon ?? (await sortedFew(db, ids, input)), counted: ids.length }
    return { rows: soon ?? (await far(db, asked, input)), counted: FEW + 1 }
  }
  const likely = await candidates(ctx, input.filters, !soon && input.sort === 'name')
  if (likely.all) {
    const narrowed = { ...asked, others: [...asked.others, likely.all] }
    const ids = input.count ? await fewIds(db, narrowed) : null
    const rows = soon ?? (ids ? await sortedFew(db, ids, input) : await sortedAll(db, narrowed, input))
    return { rows, counted: ids?.length ?? FEW + 1 }
  }
  const apart = soon || !likely.named ? null : await namedApart(db, asked, likely.named, input)
  return { rows: soon ?? apart ?? (await far(db, asked, input)), counted: null }
}

interface LookedFor {
  filters: readonly Filter[]
  count: boolean
}

interface Reader {
  db: Store
  warehouse: Warehouse
  signal?: AbortSignal | undefined
}

type Condition = RawBuilder<SqlBool>
interface Asked {
  /** Any of these ways to be found. */
  search: readonly Condition[]
  others: readonly Condition[]
}
const everything = ({ search, others }: Asked): Condition[] =>
  search.length > 0 ? [...others, some(search)] : [...others]

/** Where `sort_name` puts whoever has no name. */
const NAMELESS = sql`U&'\\+10FFFD'`

/**
 * A page by name of many, of whom few may have a name (“without a city” is mostly strangers): those few are sorted, and
 * the others stand together at the end, in the order of an index. Null when those do not fill the page.
 */
export async function namedApart(
  db: Store,
  asked: Asked,
  likelyNamed: Condition,
  page: Page,
): Promise<SortedRow[] | null> {
  const isNamed = sql<SqlBool>`m.sort_name <> ${NAMELESS}`
  // From there on in the index, which the planner walks also where it does not know how many they are.
  const atTheEnd = sql<SqlBool>`m.sort_name >= ${NAMELESS}`
  const isNameless = sql<SqlBool>`m.sort_name = ${NAMELESS}`
  const those = { ...asked, others: [...asked.others, isNameless] }
  const named = () => sortedAll(db, { ...asked, others: [...asked.others, likelyNamed, isNamed] }, page)
  const nameless = async () =>
    (await near(db, those, page, SOON, atTheEnd)) ?? (await near(db, those, page, FAR, atTheEnd))
  const [first, second] = orderOf(page).down ? [nameless, named] : [named, nameless]
  const rows = await first()
  if (!rows || rows.length > page.limit) return rows
  const rest = await second()
  return rest && [...rows, ...rest].slice(0, page.limit + 1)
}

/** A left join, which the planner drops where nothing is asked of `s`, and turns round where something is. */
const MEMBERS = sql`from members m left join member_seen s on s.member_id = m.id`

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

/**
 * Kept from walking along the index of the order, which would meet everybody before it met these few. The planner sees
 * an array it knows nothing of, for which it looks each up: knowing them, it would search that index for every one.
 */
const sortedFew = (db: Store, ids: readonly string[], page: Page) =>
  sorted(db, [sql<SqlBool>`m.id = any(array(select unnest(${ids}::uuid[])))`], page, MEMBERS, true)

/** So many are looked at in sort order at first: of one in forty, a page; some 10 ms. */
const SOON = 2000
/** And so many before all are. */
const FAR = 20_000

/** A page of many: met on the way, or found among everybody. */
const far = async (db: Store, asked: Asked, page: Page): Promise<SortedRow[]> =>
  (await near(db, asked, page, FAR)) ?? sortedAll(db, asked, page)

const sortedAll = (db: Store, asked: Asked, page: Page) => sorted(db, everything(asked), page, MEMBERS, true)

/** A page from the next `ahead` in sort order; null where they do not fill it. */
async function near(
  db: Store,
  asked: Asked,
  page: Page,
  ahead: number,
  among?: Condition,
): Promise<SortedRow[] | null> {
  const { key, id, direction, ...order } = orderOf(page)
  const beyond = among ? [among, ...order.beyond] : order.beyond
  const from = sql`from (select m.*, s.at as seen_at ${MEMBERS}
      ${beyond.length > 0 ? sql`where ${sql.join(beyond, sql` and `)}` : sql``}
      order by ${key} ${direction}, ${id} ${direction} limit ${ahead}) m
    cross join lateral (select m.seen_at as at, m.id as member_id) s`
  const rows = await sorted(db, everything(asked), page, from)
  return rows.length > page.limit ? rows : null
}

type SortedRow = Row & { sort_key: string }

/** A page; `all` keeps the planner from walking along the index, so that it reads everything once and sorts. */
async function sorted(
  db: Store,
  conditions: readonly Condition[],
  page: Page,
  from: RawBuilder<unknown> = MEMBERS,
  all = false,
): Promise<SortedRow[]> {
  const { key, id, direction, beyond } = orderOf(page)
  const order = !all ? key : page.sort === 'name' ? sql`(${key} || '')` : sql`(${key} + interval '0')`
  const { rows } = await sql<SortedRow>`with page as (
      select m.id, ${page.sort === 'name' ? key : timeKey(key)} as sort_key ${from}
      where ${sql.join([...conditions, ...beyond], sql` and `)}
      order by ${order} ${direction}, ${id} ${direction} limit ${page.limit + 1})
    select ${ROW}, page.sort_key ${MEMBERS} join page on page.id = m.id
    order by ${key} ${direction}, ${id} ${direction}`.execute(db)
  return rows
}

function orderOf({ sort, order, cursor }: Page) {
  const { key, id, type } = SORTS[sort]
  const down = (order ?? (sort === 'name' ? 'asc' : 'desc')) === 'desc'
  const [after, afterId] = readCursor(cursor, sort === 'name' ? 'text' : 'time')
  const beyond = sql<SqlBool>`(${key}, ${id}) ${down ? sql`<` : sql`>`} (${after}::${type}, ${afterId}::uuid)`
  return {
    key,
    id,
    down,
    direction: down ? sql`desc` : sql`asc`,
    // Everybody has a sight; saying so lets the planner begin there.
    beyond: [...(sort === 'lastSeenAt' ? [sql<SqlBool>`s.at is not null`] : []), ...(cursor ? [beyond] : [])],
  }
}

/** Few are counted; of many, the planner's estimate costs nothing. */
async function count(db: Store, known: number | null, asked: Asked) {
  const matching = sql`select 1 ${MEMBERS} where ${sql.join(everything(asked), sql` and `)}`
  const counted = known ?? (await countFew(db, matching))
  if (counted <= FEW) return { value: counted, exact: true }
  const plan = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) ${matching}`.execute(db)
  return { value: Math.max(counted, plan.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0), exact: false }
}

async function countFew(db: Store, matching: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (${matching} limit ${FEW + 1}) c`.execute(db)
  return rows[0]?.n ?? 0
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
    externalId: seesContact ? row.external_id : row.external_id && maskText(row.external_id),
    status: row.status,
    ...(seesContact ? fields : maskFields(fields)),
    properties: Object.fromEntries(shown),
    ownerId: row.owner_id,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: isoOf(row.last_seen_at),
  }
}
