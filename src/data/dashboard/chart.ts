// Saved charts: a question with a name, shown by any number of dashboards.
import { sql } from 'kysely'
import { z } from 'zod'
import { refuseContactParts } from '#data/segment'
import { newId } from '#kernel/ids'
import { checkQuestion } from './ask.ts'
import { action, changed, description, id, name, query, version, when } from './declare.ts'
import { json, withoutRange } from './manage.ts'
import type { Db } from './tables.ts'
import { insightKind, insightQuery, type Tile, view } from './tile.ts'

const MOST_CHARTS = 5000

const saved = z.object({ id, version: z.int() })
const fields = {
  description: description.default(''),
  kind: insightKind,
  query: insightQuery,
  view: view.default('chart'),
}

export const createChart = action('chart.create', {
  title: { en: 'Save a chart', zh: '保存图表' },
  input: z.object({ name, ...fields }),
  output: saved,
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  fails: {
    'chart.too_many': { status: 409, title: { en: 'There are too many saved charts', zh: '已存图表数量已达上限' } },
  },
  async run(ctx, input) {
    checkQuestion(input.kind, input.query, '', ctx)
    refuseContactParts(ctx, input.query)
    const { n } = await ctx.db.selectFrom('charts').select(sql<number>`count(*)::int`.as('n')).executeTakeFirstOrThrow()
    if (n >= MOST_CHARTS) ctx.fail('chart.too_many')
    const row = { id: newId(), version: 1 }
    await ctx.db
      .insertInto('charts')
      .values({
        ...row,
        ...input,
        query: json(withoutRange(input.query)),
        owner: ctx.actor.id,
        created_at: ctx.now,
        updated_at: ctx.now,
      })
      .execute()
    ctx.note({ id: row.id, name: input.name })
    return row
  },
})

export const updateChart = action('chart.update', {
  title: { en: 'Change a saved chart', zh: '修改已存图表' },
  input: z.object({
    id,
    version,
    name: name.optional(),
    description: description.optional(),
    kind: insightKind.optional(),
    query: insightQuery.optional(),
    view: view.optional(),
  }),
  output: saved,
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  fails: { 'chart.changed_meanwhile': changed },
  async run(ctx, { id: wanted, version: from, ...change }) {
    const before = await ctx.db.selectFrom('charts').selectAll().where('id', '=', wanted).forUpdate().executeTakeFirst()
    if (!before) return ctx.fail('object.unknown')
    if (before.version !== from) ctx.fail('chart.changed_meanwhile')
    const kind = change.kind ?? before.kind
    const asked = withoutRange(change.query ?? before.query)
    checkQuestion(kind, asked, '', ctx)
    refuseContactParts(ctx, asked)
    await ctx.db
      .updateTable('charts')
      .set({
        name: change.name ?? before.name,
        description: change.description ?? before.description,
        view: change.view ?? before.view,
        kind,
        query: json(asked),
        version: from + 1,
        updated_at: ctx.now,
      })
      .where('id', '=', wanted)
      .execute()
    ctx.note({ id: wanted, name: change.name ?? before.name, version: from + 1 })
    return { id: wanted, version: from + 1 }
  },
})

const showing = (db: Db, chartId: string) =>
  db
    .selectFrom('dashboards')
    .selectAll()
    .where(
      sql<boolean>`content @> jsonb_build_object('tiles', jsonb_build_array(jsonb_build_object('chartId', ${chartId}::text)))`,
    )

export const removeChart = action('chart.delete', {
  title: { en: 'Delete a saved chart', zh: '删除已存图表' },
  input: z.object({ id }),
  output: z.object({ id, dashboards: z.int() }),
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  confirm: {
    en: 'Dashboards that show it keep it as a copy of their own.',
    zh: '正在展示该图表的看板会保留一份各自的副本。',
  },
  async run(ctx, input) {
    const chart = await ctx.db
      .selectFrom('charts')
      .selectAll()
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirst()
    if (!chart) return ctx.fail('object.unknown')
    const dashboards = await showing(ctx.db, input.id).forUpdate().execute()
    const { kind, query: asked, view: shown } = chart
    const copied = (t: Tile): Tile => {
      if (t.type !== 'chart' || t.chartId !== input.id) return t
      const { chartId: _, ...rest } = t
      return { ...rest, type: 'insight', title: t.title || chart.name, kind, query: asked, view: shown }
    }
    for (const { id: dashboardId, content, version: before } of dashboards)
      await ctx.db
        .updateTable('dashboards')
        .set({ content: json({ ...content, tiles: content.tiles.map(copied) }), version: before + 1 })
        .where('id', '=', dashboardId)
        .execute()
    await ctx.db.deleteFrom('charts').where('id', '=', input.id).execute()
    ctx.note({ id: input.id, name: chart.name, dashboards: dashboards.length })
    return { id: input.id, dashboards: dashboards.length }
  },
})

export const getChart = query('chart.get', {
  title: { en: 'A saved chart', zh: '已存图表详情' },
  input: z.object({ id }),
  output: z.object({
    id,
    name: z.string(),
    description: z.string(),
    kind: z.string(),
    query: insightQuery,
    view,
    owner: z.string(),
    version: z.int(),
    createdAt: when,
    updatedAt: when,
    dashboards: z.array(z.object({ id, name: z.string() })),
  }),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const chart = await ctx.db.selectFrom('charts').selectAll().where('id', '=', input.id).executeTakeFirst()
    if (!chart) return ctx.fail('object.unknown')
    const seen = (await showing(ctx.db, input.id).execute()).filter((d) => d.shared || d.owner === ctx.actor.id)
    return {
      id: chart.id,
      name: chart.name,
      description: chart.description,
      kind: chart.kind,
      query: chart.query,
      view: chart.view,
      owner: chart.owner,
      version: chart.version,
      createdAt: chart.created_at.toISOString(),
      updatedAt: chart.updated_at.toISOString(),
      dashboards: seen.map((d) => ({ id: d.id, name: d.name })),
    }
  },
})
