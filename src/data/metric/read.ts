// Metrics as they are listed, one of them, what uses it and how it came to be what it is.
import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import type { Locale, Text } from '#kernel/text'
import { key, query, shown } from './declare.ts'
import { usesOf } from './manage.ts'
import { eventTitles, sentenceOf } from './sentence.ts'
import { FORMATS, type MetricTables } from './tables.ts'

type Row = Selectable<MetricTables['metrics']>

const told = (r: Row, titles: ReadonlyMap<string, Text>): z.output<typeof shown> => ({
  key: r.key,
  name: r.name,
  description: r.description,
  definition: { ...r.definition },
  sentence: sentenceOf(r.definition, titles),
  format: r.format,
  unit: r.unit,
  ownerId: r.owner_id,
  preset: r.preset,
  version: r.version,
  createdAt: r.created_at.toISOString(),
  updatedAt: r.updated_at.toISOString(),
})

/** Names stand as readers of the language look for them: Chinese by pinyin, numbers by size. */
const COLLATORS: Readonly<Record<Locale, Intl.Collator>> = {
  en: new Intl.Collator('en', { numeric: true }),
  zh: new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true }),
}
const byCode = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const orders = (locale: Locale) => ({
  name: { of: (r: Row) => r.name[locale], compare: COLLATORS[locale].compare },
  key: { of: (r: Row) => r.key, compare: byCode },
  updatedAt: { of: (r: Row) => r.updated_at.toISOString(), compare: byCode },
})

/** All metrics of a brand fit in memory (at most 500), and PostgreSQL cannot sort names as people do. */
export const list = query('metric.list', {
  title: { en: 'Metrics', zh: '指标列表' },
  input: z.object({
    ...pageInput,
    search: z.string().trim().max(100).optional(),
    format: z.enum(FORMATS).optional(),
    /** Those that count this event. */
    event: z.string().min(1).max(200).optional(),
    ownerId: z.uuid().optional(),
    sort: z.enum(['name', 'key', 'updatedAt']).default('name'),
    order: z.enum(['asc', 'desc']).optional().describe('Default: latest first by time, else ascending'),
  }),
  output: pageOf(shown),
  offeredTo: ['operator'],
  needs: 'metric.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search, format, event, ownerId, sort, order }) {
    let rows = ctx.db.selectFrom('metrics').selectAll()
    if (search) {
      const like = `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
      rows = rows.where(
        sql<boolean>`(lower(name ->> 'en') like ${like} or lower(name ->> 'zh') like ${like} or lower(key) like ${like})`,
      )
    }
    if (format) rows = rows.where('format', '=', format)
    if (ownerId) rows = rows.where('owner_id', '=', ownerId)
    if (event)
      rows = rows.where(
        sql<boolean>`(definition -> 'event' = to_jsonb(${event}::text) or definition -> 'event' ? ${event})`,
      )
    const { of, compare } = orders(ctx.locale)[sort]
    const down = order ? order === 'desc' : sort === 'updatedAt'
    const place = (a: readonly [string, string], b: readonly [string, string]) =>
      (down ? -1 : 1) * (compare(a[0], b[0]) || byCode(a[1], b[1]))
    const placed = (await rows.execute()).map((row) => ({ row, at: [of(row), row.key] as const }))
    const [value, after] = decodeCursor(cursor, 2) ?? []
    const found = placed
      .filter(({ at }) => value === undefined || after === undefined || place(at, [String(value), String(after)]) > 0)
      .toSorted((a, b) => place(a.at, b.at))
      .slice(0, limit + 1)
    const titles = eventTitles(ctx.contributors)
    return cutPage(
      found,
      limit,
      ({ at }) => [...at],
      ({ row }) => told(row, titles),
    )
  },
})

export const get = query('metric.get', {
  title: { en: 'A metric', zh: '指标详情' },
  input: z.object({ key }),
  output: shown.extend({ uses: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })) }),
  offeredTo: ['operator'],
  needs: 'metric.read',
  on: 'brand',
  async run(ctx, input) {
    const row = await ctx.db.selectFrom('metrics').selectAll().where('key', '=', input.key).executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    return { ...told(row, eventTitles(ctx.contributors)), uses: await usesOf(ctx, input.key) }
  },
})

export const usage = query('metric.usage', {
  title: { en: 'What uses a metric', zh: '指标血缘（被谁使用）' },
  input: z.object({ key }),
  output: z.object({ items: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })) }),
  offeredTo: ['operator'],
  needs: 'metric.read',
  on: 'brand',
  run: async (ctx, input) => ({ items: await usesOf(ctx, input.key) }),
})

export const history = query('metric.history', {
  title: { en: 'Versions of a metric', zh: '指标变更记录' },
  input: z.object({ ...pageInput, key }),
  output: pageOf(
    z.object({
      version: z.int(),
      at: z.iso.datetime(),
      actor: z.string(),
      /** What it was from then on; null where it was deleted. */
      saved: z.record(z.string(), z.unknown()).nullable(),
      sentence: z.object({ en: z.string(), zh: z.string() }).nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'metric.read',
  on: 'brand',
  async run(ctx, { key: metric, limit, cursor }) {
    const after = z.tuple([z.int()]).nullable().catch(null).parse(decodeCursor(cursor, 1))
    let rows = ctx.db.selectFrom('metric_versions').selectAll().where('key', '=', metric)
    if (after) rows = rows.where('version', '<', after[0])
    const found = await rows
      .orderBy('version', 'desc')
      .limit(limit + 1)
      .execute()
    const titles = eventTitles(ctx.contributors)
    return cutPage(
      found,
      limit,
      (r) => [r.version],
      (r) => ({
        version: r.version,
        at: r.at.toISOString(),
        actor: r.actor,
        saved: r.saved && { ...r.saved },
        sentence: r.saved && sentenceOf(r.saved.definition, titles),
      }),
    )
  },
})
