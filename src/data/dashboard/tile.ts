// What stands on a dashboard and where. A tile is a question and a look; when, where and for whom it is asked is the
// dashboard's, unless the tile has a range of its own.
import { z } from 'zod'
import { condition, eventName, filters, metricKey, path } from '#data/segment'
import { inWords } from '#kernel/flaw'
import { timezone } from '#kernel/time'
import { range } from './range.ts'

/** Columns of the grid. */
export const COLUMNS = 12
/** More than a page can show, and a bound on what a page may ask for. */
export const MOST_TILES = 40

export const view = z.enum(['chart', 'table']).meta({ en: 'Shown as', zh: '展示方式' })
export type View = z.output<typeof view>

/** As `insight.*` takes it; from, to, zone and filter come from the dashboard. */
export const insightQuery = z
  .record(z.string().max(60), z.unknown())
  .refine((q) => JSON.stringify(q).length <= 20_000, inWords('the question is too long', '查询内容过长'))
  .meta({ en: 'Query', zh: '查询' })
export type InsightQuery = z.output<typeof insightQuery>
export const insightKind = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z_]*$/)
  .meta({ en: 'Kind of insight', zh: '分析类型' })

const place = {
  id: z.string().regex(/^[\w-]{1,40}$/),
  x: z
    .int()
    .min(0)
    .max(COLUMNS - 1),
  y: z.int().min(0).max(1000),
  w: z.int().min(2).max(COLUMNS),
  h: z.int().min(1).max(24),
}
const title = z.string().trim().max(100).default('').meta({ en: 'Title', zh: '标题' })
const own = { title, range: range.optional() }

/** One number: a series of a trend and its total. */
export const metric = z.object({
  event: z.union([eventName, z.array(eventName).min(1).max(50), z.strictObject({ metric: metricKey })]),
  where: filters.default([]),
  measure: z.string().min(1).max(20).default('total'),
  of: path.optional(),
})
export type Metric = z.output<typeof metric>
const unit = z.enum(['number', 'money']).default('number').meta({ en: 'Unit', zh: '单位' })

export const tile = z.discriminatedUnion('type', [
  /** A saved chart: as it is whenever it is looked at. */
  z.object({ ...place, ...own, type: z.literal('chart'), chartId: z.uuid() }),
  z.object({
    ...place,
    ...own,
    type: z.literal('insight'),
    kind: insightKind,
    query: insightQuery,
    view: view.default('chart'),
  }),
  z.object({ ...place, ...own, type: z.literal('number'), metric, unit }),
  z.object({
    ...place,
    ...own,
    type: z.literal('goal'),
    metric,
    unit,
    target: z.number().positive().max(1e15).meta({ en: 'Target', zh: '目标值' }),
  }),
  z.object({ ...place, type: z.literal('text'), text: z.string().max(10_000).meta({ en: 'Text', zh: '文本' }) }),
])
export type Tile = z.output<typeof tile>

export const content = z.object({
  tiles: z
    .array(tile)
    .max(MOST_TILES)
    .refine(
      (tiles) => new Set(tiles.map((t) => t.id)).size === tiles.length,
      inWords('two tiles have one id', '图块 ID 重复'),
    )
    .refine(
      (tiles) => tiles.every((t) => t.x + t.w <= COLUMNS),
      inWords('a tile is wider than the grid', '图块超出看板宽度'),
    )
    .meta({ en: 'Tiles', zh: '图块' }),
  range: range.default({ preset: '28d' }),
  compare: z.boolean().default(false).meta({ en: 'Compare with the period before', zh: '与上一周期对比' }),
  timezone: timezone.nullable().default(null).meta({ en: 'Time zone', zh: '时区' }),
  filter: condition.nullable().default(null).meta({ en: 'Only members who', zh: '成员筛选' }),
})
export type Content = z.output<typeof content>
export type ContentInput = z.input<typeof content>
