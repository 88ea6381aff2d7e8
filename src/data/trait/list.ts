// Traits as they are listed, how their values are spread, and who has which.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { maskDeep, shownProfiles } from '#people/member'
import { query, valueShape } from './declare.ts'
import { type Definition, isNumeric, KINDS, kindOf, shownField } from './definition.ts'
import { usesOf } from './manage.ts'
import { SEGMENT_TITLES } from './segment-titles.ts'
import type { TraitTables, Value } from './tables.ts'

type TraitQuery = Context<TraitTables, never>

const id = z.uuid()
const when = z.iso.datetime()
const summary = z.object({
  id,
  key: z.string(),
  name: z.string(),
  description: z.string(),
  kind: z.enum(KINDS),
  preset: z.string().nullable(),
  state: z.enum(['filling', 'live']),
  /** Identity numbers measured by the fill that is under way. */
  filledTo: z.int(),
  /** Members that have a value. */
  size: z.int(),
  definition: z.record(z.string(), z.unknown()),
  version: z.int(),
  createdAt: when,
  updatedAt: when,
})
type Row = Omit<TraitTables['traits'], 'run' | 'is_definition' | 'due_at'>
const FIELDS = [
  ...(['id', 'key', 'name', 'description', 'definition', 'preset', 'state', 'filled_to', 'size', 'version'] as const),
  ...(['as_of', 'thresholds', 'created_at', 'updated_at'] as const),
] as const

const shown = (r: Row, sizes: ReadonlyMap<string, number>): z.output<typeof summary> => ({
  id: r.id,
  key: r.key,
  name: r.name,
  description: r.description,
  kind: kindOf(r.definition),
  preset: r.preset,
  state: r.state === 'live' ? 'live' : 'filling',
  filledTo: r.filled_to,
  size: sizes.get(r.id) ?? r.size,
  definition: { ...r.definition },
  version: r.version,
  createdAt: r.created_at.toISOString(),
  updatedAt: r.updated_at.toISOString(),
})

/** Sizes inside a narrowed scope are counted; for everybody the kept number stands. */
async function sizesInScope(ctx: TraitQuery, ids: readonly string[]): Promise<Map<string, number>> {
  if (ctx.actor.scope.kind === 'all' || ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; n: number }>`
    select t.id, (select count(*)::int from trait_values v where v.trait_id = t.id and v.value is not null
      and ${ctx.inScope(sql.ref('v.member_id'))}) as n from unnest(${ids}::uuid[]) as t (id)`.execute(ctx.db)
  return new Map(rows.map((r) => [r.id, r.n]))
}

const SORTS = {
  name: { column: sql`lower(name)`, type: sql`text`, key: (r: Row) => r.name.toLowerCase(), down: false },
  size: { column: sql`size`, type: sql`integer`, key: (r: Row) => r.size, down: true },
  updatedAt: {
    column: sql`updated_at`,
    type: sql`timestamptz`,
    key: (r: Row) => r.updated_at.toISOString(),
    down: true,
  },
} as const

const has = (kind: (typeof KINDS)[number]) => sql<boolean>`definition ? ${kind}`

export const list = query('trait.list', {
  title: { en: 'Traits', zh: '计算属性列表' },
  input: z.object({
    ...pageInput,
    search: z.string().trim().max(100).optional(),
    kind: z.enum(KINDS).optional(),
    state: z.enum(['filling', 'live']).optional(),
    sort: z.enum(['name', 'size', 'updatedAt']).default('name'),
    order: z.enum(['asc', 'desc']).optional().describe('Default: names ascending, others descending'),
  }),
  output: pageOf(summary),
  offeredTo: ['operator'],
  needs: 'trait.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search, kind, state, sort, order }) {
    const by = SORTS[sort]
    const down = order ? order === 'desc' : by.down
    const after = decodeCursor(cursor, 2)
    let rows = ctx.db.selectFrom('traits').select(FIELDS).where('state', '<>', 'deleted')
    if (search) {
      const like = `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
      rows = rows.where(sql<boolean>`(lower(name) like ${like} or lower(key) like ${like})`)
    }
    if (kind) rows = rows.where(has(kind))
    if (state) rows = rows.where('state', '=', state)
    if (after) {
      const beyond: RawBuilder<boolean> = down
        ? sql`(${by.column}, id) < (${after[0]}::${by.type}, ${after[1]}::uuid)`
        : sql`(${by.column}, id) > (${after[0]}::${by.type}, ${after[1]}::uuid)`
      rows = rows.where(beyond)
    }
    const direction = down ? 'desc' : 'asc'
    const found = await rows
      .orderBy(by.column, direction)
      .orderBy('id', direction)
      .limit(limit + 1)
      .execute()
    const sizes = await sizesInScope(
      ctx,
      found.map((r) => r.id),
    )
    return cutPage(
      found,
      limit,
      (r) => [by.key(r), r.id],
      (r) => shown(r, sizes),
    )
  },
})

const distribution = z.object({
  /** Of numbers; null where values are none. `to` is exclusive, but for the last. */
  numbers: z
    .object({
      min: z.number(),
      median: z.number(),
      mean: z.number(),
      max: z.number(),
      buckets: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
    })
    .nullable(),
  /** The most frequent values where they are texts; of RFM the segments. */
  values: z.array(z.object({ value: z.string(), title: z.object({ en: z.string(), zh: z.string() }), count: z.int() })),
})

export const get = query('trait.get', {
  title: { en: 'A trait and how its values are spread', zh: '计算属性详情与分布' },
  input: z.object({ id }),
  output: summary.extend({
    distribution,
    /** Of RFM: when it was measured, and where the fifths begin. */
    rfm: z
      .object({
        asOf: when.nullable(),
        recency: z.array(z.number()),
        frequency: z.array(z.number()),
        money: z.array(z.number()),
      })
      .nullable(),
    uses: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })),
  }),
  offeredTo: ['operator'],
  needs: 'trait.read',
  on: 'brand',
  async run(ctx, input) {
    const row = await find(ctx, input.id)
    const { definition, thresholds, as_of } = row
    return {
      ...shown(row, await sizesInScope(ctx, [row.id])),
      distribution: { numbers: await numbersOf(ctx, row.id), values: await valuesOf(ctx, row.id, definition) },
      rfm: definition.rfm
        ? {
            asOf: as_of?.toISOString() ?? null,
            recency: [...(thresholds?.recency ?? [])],
            frequency: [...(thresholds?.frequency ?? [])],
            money: [...(thresholds?.money ?? [])],
          }
        : null,
      uses: await usesOf(ctx, row.key),
    }
  },
})

async function find(ctx: TraitQuery, traitId: string): Promise<Row> {
  const row = await ctx.db
    .selectFrom('traits')
    .select(FIELDS)
    .where('id', '=', traitId)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  return row ?? ctx.fail('object.unknown')
}

const BUCKETS = 20

async function numbersOf(ctx: TraitQuery, traitId: string) {
  const mine = sql`from trait_values v where v.trait_id = ${traitId} and v.number is not null
    and ${ctx.inScope(sql.ref('v.member_id'))}`
  const { rows } = await sql<{ min: number; max: number; mean: number; median: number; whole: boolean }>`
    select min(number), max(number), avg(number) as mean, percentile_cont(0.5) within group (order by number) as median,
      bool_and(number = trunc(number)) as whole ${mine} having count(*) > 0`.execute(ctx.db)
  const [all] = rows
  if (!all) return null
  const { min, max, mean, median } = all
  // Few whole numbers have a bar each.
  const step = all.whole && max - min < BUCKETS ? 1 : niceStep((max - min) / BUCKETS)
  const start = Math.floor(min / step) * step
  const counted = await sql<{
    i: number
    n: number
  }>`select floor((number - ${start}::float8) / ${step}::float8)::int as i,
    count(*)::int as n ${mine} group by 1`.execute(ctx.db)
  const counts = new Map(counted.rows.map((r) => [r.i, r.n]))
  const last = Math.max(...counts.keys())
  const at = (i: number) => Number((start + i * step).toPrecision(12))
  const buckets = Array.from({ length: last + 1 }, (_, i) => ({
    from: at(i),
    to: at(i + 1),
    count: counts.get(i) ?? 0,
  }))
  return { min, median, mean, max, buckets }
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(width: number): number {
  if (width <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(width))
  return ([1, 2, 5, 10].find((n) => n * power >= width) ?? 10) * power
}

async function valuesOf(ctx: TraitQuery, traitId: string, of: Definition) {
  const field = of.rfm ? sql`value ->> 'segment'` : sql`value #>> '{}'`
  const { rows } = await sql<{ value: string; n: number }>`select ${field} as value, count(*)::int as n
    from trait_values v where v.trait_id = ${traitId} and v.value is not null and (v.number is null or ${of.rfm !== undefined})
      and ${ctx.inScope(sql.ref('v.member_id'))}
    group by 1 order by 2 desc, 1 limit 20`.execute(ctx.db)
  const seesContact = ctx.may('member.see_contact')
  return rows.map((r) => {
    const value = seesContact ? r.value : String(maskDeep(r.value, shownField(of)))
    const segment = of.rfm ? SEGMENT_TITLES[r.value] : undefined
    return { value, title: segment ?? { en: value, zh: value }, count: r.n }
  })
}

/** A value as this reader may see it. */
export const visible = (ctx: Pick<TraitQuery, 'may'>, value: Value | null, of: Definition): Value | null =>
  ctx.may('member.see_contact') ? value : (maskDeep(value, shownField(of)) as Value | null)

export const members = query('trait.members', {
  title: { en: 'Members by the value of a trait', zh: '按取值查看成员' },
  input: z.object({
    id,
    ...pageInput,
    from: z.number().optional().meta({ en: 'At least', zh: '不小于' }),
    to: z.number().optional().meta({ en: 'At most', zh: '不大于' }),
    value: z.string().max(500).optional().describe('Exactly this text; of RFM this segment'),
    order: z.enum(['asc', 'desc']).default('desc'),
  }),
  output: pageOf(
    z.object({
      memberId: id,
      externalId: z.string().nullable(),
      name: z.string().nullable(),
      value: valueShape,
      changedAt: when,
    }),
  ),
  offeredTo: ['operator'],
  needs: 'trait.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const row = await find(ctx, input.id)
    const { rfm } = row.definition
    const after = decodeCursor(input.cursor, 2)
    const down = input.order === 'desc'
    // Texts have no number: they stand in the order of ids.
    const ordered = isNumeric(row.definition)
    let rows = ctx.db
      .selectFrom('trait_values as v')
      .select(['member_id', 'value', 'changed_at', 'number'])
      .where('trait_id', '=', input.id)
      .where('value', 'is not', null)
      .where(ctx.inScope(sql.ref('v.member_id')))
    if (ordered) rows = rows.where('number', 'is not', null)
    if (input.from !== undefined) rows = rows.where('number', '>=', input.from)
    if (input.to !== undefined) rows = rows.where('number', '<=', input.to)
    if (input.value !== undefined)
      rows = rows.where(sql<boolean>`(${rfm ? sql`value ->> 'segment'` : sql`value #>> '{}'`}) = ${input.value}`)
    const beyond = down ? sql`<` : sql`>`
    if (after)
      rows = rows.where(
        ordered
          ? sql<boolean>`(number, member_id) ${beyond} (${after[0]}::float8, ${after[1]}::uuid)`
          : sql<boolean>`member_id ${beyond} ${after[1]}::uuid`,
      )
    if (ordered) rows = rows.orderBy('number', input.order)
    const found = await rows
      .orderBy('member_id', input.order)
      .limit(input.limit + 1)
      .execute()
    const page = cutPage(
      found,
      input.limit,
      (r) => [r.number, r.member_id],
      (r) => r,
    )
    const people = await shownProfiles(
      ctx,
      page.items.map((r) => r.member_id),
    )
    return {
      items: page.items.map((r) => ({
        memberId: r.member_id,
        externalId: people.get(r.member_id)?.externalId ?? null,
        name: people.get(r.member_id)?.name ?? null,
        value: visible(ctx, r.value, row.definition),
        changedAt: r.changed_at.toISOString(),
      })),
      nextCursor: page.nextCursor,
    }
  },
})
