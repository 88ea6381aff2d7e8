// A kind of insight as an operation: its question is checked, answered once for everybody who may see the same, kept
// while it is true, and waits its turn so that a page of charts stays within what the engine may take.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { contactHidden, linksOf, metricsIn, metricsOf, refuseContactParts, withEvents } from '#data/segment'
import type { Context } from '#kernel/context'
import type { Asking, Cell, WarehouseScope } from '#kernel/contribution'
import { Problem } from '#kernel/problem'
import type { Locale } from '#kernel/text'
import { cellParts } from './cell.ts'
import { declared } from './declare.ts'
import type { AnyKind, Common, Kind } from './kind.ts'
import { type Kept, memoryOf } from './memory.ts'
import { createSheet, isMerged, type Sheet } from './sheet.ts'

const fails = {
  'insight.range_empty': { status: 400, title: { en: 'The range ends before it begins', zh: '结束时间早于开始时间' } },
  'insight.too_many_periods': {
    status: 400,
    title: { en: 'The range has too many points; choose a longer interval', zh: '时间点过多，请选择更大的时间粒度' },
  },
  'insight.busy': {
    status: 503,
    title: { en: 'Too many analyses are waiting; try again in a minute', zh: '排队的分析过多，请一分钟后重试' },
  },
} as const

type Asker = Context<Record<never, never>, never, string>

/** The operation of a kind. Its answer says as of when it holds. */
export const ask = <N extends `insight.${string}`, Q extends z.ZodObject & z.ZodType<Common>, A extends z.ZodObject>(
  spec: Kind<N, Q, A>,
) =>
  declared.query(spec.name, {
    title: spec.title,
    input: spec.query,
    output: spec.answer.extend({ asOf: z.iso.datetime() }) as unknown as z.ZodType<
      z.output<A> & { asOf: string },
      z.input<A> & { asOf: string }
    >,
    offeredTo: ['operator'],
    needs: 'insight.read',
    on: 'brand',
    personal: true,
    fails: { ...fails, ...contactHidden, ...spec.fails },
    async run(ctx, raw) {
      return (await answered(ctx as never, spec, raw as z.output<Q>)) as never
    },
  })

/** The answer to a parsed query of a kind, for other slices that tell of the same numbers. */
export async function answered<Q extends z.ZodObject & z.ZodType<Common>, A extends z.ZodObject>(
  ctx: Asker,
  spec: Kind<`insight.${string}`, Q, A>,
  query: z.output<Q>,
): Promise<z.input<A> & { asOf: string }> {
  const asked = await meant(ctx, query, ctx.locale)
  refuseContactParts(ctx, asked)
  return (await remembered(ctx, spec as unknown as AnyKind, asked)) as never
}

/** A query with its metrics replaced by what they mean. Throws `input.invalid` where one is not there. */
async function meant<Q>({ db }: Pick<Asking, 'db'>, query: Q, locale: Locale): Promise<Q> {
  const keys = metricsIn(query)
  const metrics = await metricsOf(db, keys)
  const missing = keys.find((k) => !metrics.has(k))
  if (missing !== undefined)
    throw new Problem('input.invalid', 400, {
      errors: [{ path: 'metric', message: { en: `there is no metric ${missing}`, zh: `指标 ${missing} 不存在` } }],
    })
  return withEvents(query, metrics, locale)
}

/** Set off by whoever a number is of: what they read changes without an event of theirs. Erasures: see memory.ts. */
const IDENTITY = ['member.merged', 'member.unmerged', 'member.identified']
/** An answer that time alone can change is asked anew after this. */
const MOMENT_MS = 10_000

async function remembered(ctx: Asker, spec: AnyKind, query: Common): Promise<Kept['answer']> {
  const memory = memoryOf(ctx.runtime)
  const { erasures } = memory
  const scope = ctx.warehouseScope()
  // What the filter refers to is part of the question: a segment may mean another thing tomorrow.
  const links = query.filter ? await linksOf(asking(ctx), [query.filter]) : NO_LINKS
  const means = Object.values(links).map((by: ReadonlyMap<string, unknown>) => [...by])
  const key = createHash('sha256')
    .update(JSON.stringify([spec.name, query, scope, ctx.brand.zone, ctx.brand.weekStart, means]))
    .digest('base64')
  const batch = await ctx.runtime.projected()
  const kept = memory.get(key)
  if (kept && kept.asOf <= ctx.now && ctx.now < kept.until) {
    if (kept.batch === batch) return kept.answer
    if (!scope && !(await changed(ctx, spec, query, kept.batch))) {
      memory.keep(key, { ...kept, batch }, erasures)
      return kept.answer
    }
  }
  // Those who ask at the same instant after the same batch.
  const flight = `${key}/${batch}/${erasures}/${ctx.now.getTime()}`
  const fresh = await memory.once(flight, ctx.signal, async (signal) => {
    const merged = await memory.merged(batch, () => isMerged(ctx))
    const sheet = await createSheet({ ...asking(ctx), scope, signal, links, road: ctx, merged }, query)
    check(spec, sheet, query)
    const numbers = await spec.numbers(sheet, query)
    const answer = { ...numbers, asOf: ctx.now.toISOString() }
    const until = spec.until?.(sheet, query) ?? new Date(sheet.to <= ctx.now ? 8.64e15 : 0)
    const later = new Date(Math.max(until.getTime(), ctx.now.getTime() + MOMENT_MS))
    return { answer, size: JSON.stringify(answer).length * 2, asOf: ctx.now, batch, until: later }
  })
  memory.keep(key, fresh, erasures)
  return fresh.answer
}

const NO_LINKS: Awaited<ReturnType<typeof linksOf>> = {
  segments: new Map(),
  tags: new Map(),
  topics: new Map(),
  cells: new Map(),
  metrics: new Map(),
  stores: new Map(),
}

const asking = (ctx: Asking): Asking => {
  const { db, warehouse, brand, now, contributors } = ctx
  return { db, warehouse, brand, now, contributors }
}

function check(spec: AnyKind, sheet: Sheet, query: Common) {
  if (sheet.from >= sheet.to) throw new Problem('insight.range_empty', 400)
  spec.check?.(query, sheet)
}

/** Whether batches after `batch` hold anything the question reads. */
async function changed(ctx: Asker, spec: AnyKind, query: Common, batch: number): Promise<boolean> {
  // What holds of members changes with whatever tells of them.
  const { breakdown } = query as { breakdown?: { property?: unknown } }
  const names = query.filter || breakdown?.property !== undefined ? null : (spec.reads?.(query) ?? null)
  if (names === null) return true
  const exact = [...names.filter((n) => !n.endsWith('*')), ...IDENTITY]
  const starts = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
  const rows = await ctx.warehouse.query(
    `SELECT 1 FROM events WHERE batch > {batch:UInt64} AND (name IN {exact:Array(String)}
       OR (class != 'system' AND arrayExists(s -> startsWith(name, s), {starts:Array(String)}))) LIMIT 1`,
    { batch, exact, starts },
    { signal: ctx.signal },
  )
  return rows.length > 0
}

/** Who stands behind a cell, as a condition sees them; null for kinds that are none of these. */
export const cellOf =
  (kinds: readonly AnyKind[]) =>
  async (asker: Asking, { kind, query: raw, cell }: Cell): Promise<WarehouseScope | null> => {
    const spec = kinds.find((k) => k.name === `insight.${kind}`)
    if (!spec) return null
    const query = spec.query.safeParse(raw)
    if (!query.success)
      throw new Problem('input.invalid', 400, {
        errors: query.error.issues.map((i) => ({ path: ['query', ...i.path].join('.'), message: i.message })),
      })
    // Two cells in one condition must not share names of values.
    const prefix = `c${createHash('sha256')
      .update(JSON.stringify([kind, raw, cell]))
      .digest('hex')
      .slice(0, 12)}_`
    const asked = await meant(asker, query.data, asker.brand.locale)
    const sheet = await createSheet(asking(asker), asked, prefix)
    check(spec, sheet, asked)
    const parts = cellParts(cell)
    const people = parts && (await spec.people(sheet, asked, parts))
    if (!people)
      throw new Problem('input.invalid', 400, {
        errors: [{ path: 'cell', message: { en: 'not a cell of this answer', zh: '不是该分析结果中的单元格' } }],
      })
    return { sql: `${sheet.head}${people}`, params: sheet.params }
  }
