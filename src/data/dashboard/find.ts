// Finding dashboards and saved charts: by words, by owner, in an order, a page at a time.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { cutPage, decodeCursor, notOurs, pageInput, pageOf } from '#kernel/page'
import { id, like, query, search, when } from './declare.ts'
import { visible } from './manage.ts'

const SORTS = {
  name: { key: sql`lower(name)`, type: sql`text`, cursor: z.string(), of: (r: Sortable) => r.name.toLowerCase() },
  updatedAt: {
    key: sql`date_trunc('milliseconds', updated_at)`,
    type: sql`timestamptz`,
    cursor: when,
    of: (r: Sortable) => r.updated_at.toISOString(),
  },
} as const
interface Sortable {
  id: string
  name: string
  updated_at: Date
}

const orderInput = {
  search: search.optional(),
  sort: z.enum(['name', 'updatedAt']).default('updatedAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
  mine: z.stringbool().or(z.boolean()).default(false).meta({ en: 'Only one’s own', zh: '仅看我创建的' }),
}
type Order = z.output<z.ZodObject<typeof orderInput & typeof pageInput>>

function ordered({ sort, order, cursor }: Order) {
  const { key, type, of, cursor: kind } = SORTS[sort]
  const after = cursor === undefined ? null : z.tuple([kind, id]).safeParse(decodeCursor(cursor, 2))
  if (after && !after.success) throw notOurs()
  const [direction, beyond] = order === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`]
  const beginning: RawBuilder<unknown> = after
    ? sql`(${key}, id) ${beyond} (${after.data[0]}::${type}, ${after.data[1]}::uuid)`
    : sql`true`
  return { beginning, order: sql`order by ${key} ${direction}, id ${direction}`, key: (r: Sortable) => [of(r), r.id] }
}

export const list = query('dashboard.list', {
  title: { en: 'Dashboards', zh: '看板列表' },
  input: z.object({ ...pageInput, ...orderInput }),
  output: pageOf(
    z.object({
      id,
      name: z.string(),
      description: z.string(),
      shared: z.boolean(),
      owner: z.string(),
      tiles: z.int(),
      createdAt: when,
      updatedAt: when,
    }),
  ),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  async run(ctx, input) {
    const { beginning, order, key } = ordered(input)
    type Found = Sortable & { description: string; shared: boolean; owner: string; tiles: number; created_at: Date }
    const { rows } = await sql<Found>`
      select id, name, description, shared, owner, created_at, updated_at, jsonb_array_length(content->'tiles') as tiles
      from dashboards where ${visible(ctx.actor)} and ${beginning}
        and (${!input.mine} or owner = ${ctx.actor.id})
        and lower(name || ' ' || description) like ${like(input.search ?? '')}
      ${order} limit ${input.limit + 1}`.execute(ctx.db)
    return cutPage(rows, input.limit, key, (r) => ({
      id: r.id,
      name: r.name,
      description: r.description,
      shared: r.shared,
      owner: r.owner,
      tiles: r.tiles,
      createdAt: r.created_at.toISOString(),
      updatedAt: r.updated_at.toISOString(),
    }))
  },
})

export const charts = query('chart.list', {
  title: { en: 'Saved charts', zh: '已存图表列表' },
  input: z.object({ ...pageInput, ...orderInput, kind: z.string().max(40).optional() }),
  output: pageOf(
    z.object({
      id,
      name: z.string(),
      description: z.string(),
      kind: z.string(),
      view: z.string(),
      owner: z.string(),
      /** How many dashboards show it. */
      dashboards: z.int(),
      createdAt: when,
      updatedAt: when,
    }),
  ),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  async run(ctx, input) {
    const { beginning, order, key } = ordered(input)
    type Found = Sortable &
      Record<'description' | 'kind' | 'view' | 'owner', string> & { created_at: Date; dashboards: number }
    const { rows } = await sql<Found>`
      select c.*, (select count(*)::int from dashboards d
          where d.content @> jsonb_build_object('tiles', jsonb_build_array(jsonb_build_object('chartId', c.id)))) as dashboards
      from (select * from charts where ${beginning}
        and (${!input.mine} or owner = ${ctx.actor.id})
        and (${input.kind === undefined} or kind = ${input.kind ?? ''})
        and lower(name || ' ' || description) like ${like(input.search ?? '')}
      ${order} limit ${input.limit + 1}) c ${order}`.execute(ctx.db)
    return cutPage(rows, input.limit, key, (r) => ({
      id: r.id,
      name: r.name,
      description: r.description,
      kind: r.kind,
      view: r.view,
      owner: r.owner,
      dashboards: r.dashboards,
      createdAt: r.created_at.toISOString(),
      updatedAt: r.updated_at.toISOString(),
    }))
  },
})
