// From a tile to its question and, where nobody is signed in, to its answer: the same operations, asked with a scope
// that is given.
import { insight } from '#data/insight'
import type { Condition } from '#data/segment'
import type { AnyQuery } from '#kernel/capability'
import type { Actor, Context, Scope } from '#kernel/context'
import type { Contributions, WarehouseScope } from '#kernel/contribution'
import { Problem } from '#kernel/problem'
import type { Locale } from '#kernel/text'
import { intervalFor, spanOf } from './range.ts'
import type { Db } from './tables.ts'
import type { Content, InsightQuery, Metric, Tile, View } from './tile.ts'

export interface Question {
  id: string
  title: string
  kind: string
  query: InsightQuery
  view: View
}

type Calendar = Pick<Context<never>, 'now' | 'brand'>
type Reader = Calendar & { db: Db }

const kinds: readonly AnyQuery[] = insight.queries

/** The operation of a kind; null for what this system does not know. */
export const kindOf = (kind: string): AnyQuery | null => kinds.find((q) => q.name === `insight.${kind}`) ?? null
export const kindNames: readonly string[] = kinds.map((q) => q.name.slice('insight.'.length))

const trendOf = (metric: Metric): InsightQuery => ({ series: [metric], interval: 'day' })

/** What each tile asks now. Texts ask nothing, and a chart that is gone is left out. */
export async function questionsOf(ctx: Reader, content: Content): Promise<Question[]> {
  const ids = content.tiles.flatMap((t) => (t.type === 'chart' ? [t.chartId] : []))
  const charts = ids.length === 0 ? [] : await ctx.db.selectFrom('charts').selectAll().where('id', 'in', ids).execute()
  return content.tiles.flatMap((tile): Question[] => {
    if (tile.type === 'text') return []
    const { id, title } = tile
    const ask = (kind: string, query: InsightQuery, view: View, named = title) => [
      { id, title: named, kind, query: placed(ctx, content, tile, query), view },
    ]
    if (tile.type === 'insight') return ask(tile.kind, tile.query, tile.view)
    if (tile.type !== 'chart') return ask('trend', trendOf(tile.metric), 'chart')
    const chart = charts.find((c) => c.id === tile.chartId)
    return chart ? ask(chart.kind, chart.query, chart.view, title || chart.name) : []
  })
}

/** A question with the dashboard's days, zone and filter around its own. */
function placed(
  { now, brand }: Calendar,
  content: Content,
  tile: Exclude<Tile, { type: 'text' }>,
  own: InsightQuery,
): InsightQuery {
  const timezone = content.timezone ?? brand.zone
  const span = spanOf(tile.range ?? content.range, now, timezone, brand.weekStart)
  const both = [own.filter as Condition | undefined, content.filter].filter((f) => f !== undefined && f !== null)
  const { filter: _, ...rest } = own
  // A goal is reached or not; what it was before is no part of it.
  const compares = tile.type === 'number' || (content.compare && tile.type !== 'goal')
  return {
    ...rest,
    from: span.from.toISOString(),
    to: span.to.toISOString(),
    timezone,
    ...(both.length === 0 ? {} : { filter: both.length === 1 ? both[0] : { all: both } }),
    ...(typeof own.interval === 'string' ? { interval: intervalFor(own.interval, span) } : {}),
    ...(compares ? { compare: true } : {}),
  }
}

/** Refuses a question that its kind would refuse, and says where. */
export function checkQuestion(kind: string, query: InsightQuery, at: string, { now, brand }: Calendar): void {
  const op = kindOf(kind)
  const flaw = (path: string, message: string | { en: string; zh: string }) =>
    new Problem('input.invalid', 400, { errors: [{ path, message }] })
  if (!op) throw flaw(`${at}kind`, { en: 'there is no such insight', zh: '没有这种分析' })
  const span = spanOf({ preset: '28d' }, now, brand.zone, brand.weekStart)
  const asked = { ...query, from: span.from.toISOString(), to: span.to.toISOString() }
  const issue = op.input.safeParse(asked).error?.issues[0]
  if (issue) throw flaw(`${at}query.${issue.path.join('.')}`, issue.message)
}

export function checkContent(ctx: Calendar, { tiles }: Content): void {
  for (const [i, tile] of tiles.entries()) {
    if (tile.type === 'insight') checkQuestion(tile.kind, tile.query, `tiles.${i}.`, ctx)
    if (tile.type === 'number' || tile.type === 'goal') checkQuestion('trend', trendOf(tile.metric), `tiles.${i}.`, ctx)
  }
}

type Answering = Pick<
  Context<never>,
  'runtime' | 'brand' | 'now' | 'warehouse' | 'contributors' | 'signal' | 'files' | 'sealer'
> & { db: Db }

const NOBODY: WarehouseScope = { sql: 'SELECT toUInt32(0) WHERE 0', params: {} }

/** The answer as somebody with just this scope and no right to contact data gets it. */
export async function answer(
  ctx: Answering,
  scope: Scope,
  locale: Locale,
  { kind, query }: Question,
): Promise<Record<string, unknown>> {
  const op = kindOf(kind)
  if (!op) throw new Problem('object.unknown', 404)
  const input = op.input.safeParse(query)
  if (!input.success) throw new Problem('input.invalid', 400)
  const actor: Actor = { caller: 'public', id: 'public', roles: [], scope, locale, address: '' }
  const { db, runtime, brand, now, warehouse, contributors, signal, files, sealer } = ctx
  const asker = {
    ...{ db, runtime, brand, now, warehouse, contributors, signal, files, sealer },
    actor,
    locale: actor.locale,
    may: () => false,
    warehouseScope: () => scopeSql(ctx.contributors, scope),
    fail(code: string): never {
      throw new Problem(code, 400)
    },
  }
  return (await op.run(asker as never, input.data as never)) as Record<string, unknown>
}

/** Where no slice has a rule for a kind of scope, nobody is inside it. */
function scopeSql(contributors: readonly Contributions[], scope: Scope): WarehouseScope | null {
  if (scope.kind === 'all') return null
  return contributors.map((c) => c.warehouseScope?.(scope)).find((rule) => rule) ?? NOBODY
}
