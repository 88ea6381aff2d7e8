// A question in SQL: checked, asked apart from everything else, and cut to what a person reads.
import { z } from 'zod'
import type { Context, Warehouse } from '#kernel/context'
import { newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import type { Text } from '#kernel/text'
import { Gate } from '#platform/clickhouse/gate'
import { query } from './declare.ts'
import { refused } from './refusal.ts'
import { offered, RELATIONS } from './relation.ts'
import type { SqlTables } from './tables.ts'
import { MOST_LENGTH, madeBy, type Token, textOf, tokensOf } from './token.ts'
import { checkTree } from './tree.ts'

type Asking = Context<SqlTables, never>

/** A chart's query still finds a place beside it. */
const AT_ONCE = 1
const MOST_WAITING = 10
const gate = new Gate(AT_ONCE, MOST_WAITING)

const SECONDS = 20
/** More rows are an export, not an answer. */
const MOST_ROWS = 10_000
const MOST_BYTES = 16 * 1024 * 1024
const MEMORY = 512 * 1024 * 1024
/** Members a narrowed caller may be in charge of and still ask. */
const MOST_MINE = 500_000

const LIMITS = {
  max_execution_time: SECONDS,
  max_memory_usage: MEMORY,
  max_result_bytes: MOST_BYTES,
  max_ast_depth: 200,
  max_ast_elements: 5_000,
  max_expanded_ast_elements: 20_000,
  max_subquery_depth: 30,
  max_threads: 2,
  // A condition of the statement is never tried on rows that the relations leave out: its failing would tell of them.
  enable_optimize_predicate_expression: 0,
  query_plan_filter_push_down: 0,
  query_plan_merge_filters: 0,
  optimize_move_to_prewhere: 0,
} as const

const scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()])
const params = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/), z.union([scalar, z.array(scalar).max(1000)]))

const fails = {
  'sql.refused': { status: 400, title: { en: 'This statement cannot be run', zh: '该语句无法执行' } },
  'sql.failed': { status: 400, title: { en: 'The statement could not be answered', zh: '语句执行出错' } },
  'sql.too_heavy': {
    status: 400,
    title: {
      en: 'The statement takes too much time or memory; narrow the range or count less at once',
      zh: '语句耗时过长或占用内存过多，请缩小时间范围或分步统计',
    },
  },
  'sql.busy': {
    status: 503,
    title: { en: 'Others are asking; try again in a minute', zh: '当前查询较多，请一分钟后重试' },
  },
} as const

export const run = query('sql.query', {
  title: { en: 'Ask in SQL', zh: '执行 SQL 查询' },
  input: z.object({
    sql: z
      .string()
      .min(1)
      .max(MOST_LENGTH)
      .meta({ en: 'One SELECT over events, members, properties, facts', zh: '一条 SELECT 语句' }),
    params: params.default({}).describe('Values of {name:Type} in the statement'),
    limit: z.coerce.number().int().min(1).max(MOST_ROWS).default(1000),
  }),
  output: z.object({
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(z.unknown())),
    /** There are more rows than the limit. */
    cut: z.boolean(),
    tookMs: z.number(),
  }),
  offeredTo: ['operator'],
  needs: 'sql.run',
  on: 'brand',
  personal: true,
  fails,
  async run(ctx, input) {
    const began = performance.now()
    const took = () => Math.round((performance.now() - began) * 10) / 10
    let rows = 0
    let problem: string | null = 'sql.stopped'
    try {
      const answer = await answered(ctx, input)
      rows = answer.rows.length
      problem = null
      return { ...answer, tookMs: took() }
    } catch (error) {
      if (error instanceof Problem) problem = error.code
      throw error
    } finally {
      await noteRun(ctx, input, { tookMs: took(), rows, problem })
    }
  },
})

type Input = { sql: string; params: z.output<typeof params>; limit: number }

async function answered(ctx: Asking, { sql, params: given, limit }: Input) {
  const tokens = tokensOf(sql)
  const values = valuesOf(tokens, given)
  const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout((SECONDS + 5) * 1000)])
  if (!(await gate.enter(ctx.signal))) throw new Problem('sql.busy', 503, { retryAfter: 60 })
  try {
    await checked(ctx.warehouse, tokens, signal)
    const mine = await mineOf(ctx, signal)
    const relations = offered({
      database: ctx.warehouse.database,
      seesContact: ctx.may('member.see_contact'),
      isNarrowed: mine !== null,
    })
    const whole = `WITH ${relations}\nSELECT * FROM (\n${textOf(tokens)}\n) LIMIT ${limit + 1}`
    const bound = { ...values, now: ctx.now.getTime(), zone: ctx.brand.zone, ...(mine ? { mine } : {}) }
    const { columns, rows } = await ctx.warehouse
      .table(whole, bound, { signal, settings: LIMITS })
      .catch((error: unknown) => {
        throw explained(error, ctx.signal)
      })
    return { columns, rows: rows.slice(0, limit), cut: rows.length > limit }
  } finally {
    gate.leave()
  }
}

/** Refuses whatever is no question over the relations that are offered, and the statement's own. */
async function checked(warehouse: Warehouse, tokens: readonly Token[], signal: AbortSignal): Promise<void> {
  const names = new Set([...RELATIONS.map((r) => r.name), ...madeBy(tokens)])
  const lines = await warehouse
    .parsed(`SELECT * FROM (\n${textOf(tokens, true)}\n)`, signal)
    .catch((error: unknown) => {
      throw explained(error, signal)
    })
  checkTree(lines, names)
}

/** Numbers of the members a narrowed caller may see; null for who sees everybody. */
async function mineOf(ctx: Asking, signal: AbortSignal): Promise<number[] | null> {
  const scope = ctx.warehouseScope()
  if (!scope) return null
  const rows = await ctx.warehouse.query<{ n: number }>(
    `SELECT DISTINCT n FROM (SELECT * FROM (${scope.sql}) AS s (n)) LIMIT ${MOST_MINE + 1}`,
    scope.params,
    { signal },
  )
  if (rows.length > MOST_MINE) throw new Problem('sql.too_heavy', 400)
  return rows.map((r) => Number(r.n))
}

/** The values of the statement's parameters under the names they go by. */
function valuesOf(tokens: readonly Token[], given: Input['params']): Record<string, unknown> {
  const wanted = tokens.filter((t) => t.kind === 'param')
  const missing = wanted.find((t) => !(t.name in given))
  if (missing) throw refused(`the parameter ${missing.name} has no value`, `参数 ${missing.name} 未赋值`)
  return Object.fromEntries(wanted.map((t) => [`q_${t.name}`, given[t.name]]))
}

const TOO_HEAVY = new Set(['159', '160', '241', '396', '307', '158', '191', '167', '168', '306'])

/** The engine's trouble in a reader's words: what it says of the statement, not of what stands before it. */
function explained(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    if (signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError')
      return new Problem('sql.too_heavy', 400)
    return error
  }
  const code = (error as { code?: unknown }).code
  if (!(error instanceof Error) || typeof code !== 'string' || !/^\d+$/.test(code)) return error
  if (TOO_HEAVY.has(code)) return new Problem('sql.too_heavy', 400)
  const said = error.message
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .replace(
      /\b(?:In scope|In query|While processing|while executing|Maybe you meant|Expected one of|\(version|: While)[\s\S]*$/i,
      '',
    )
    .replace(/at position \d+/, '')
    .replace(/[\s:.,]+$/, '')
    .slice(0, 300)
  const detail: Text = { en: said, zh: said }
  return new Problem(code === '62' ? 'sql.refused' : 'sql.failed', 400, said ? { detail } : {})
}

/** Runs of an operator that are kept. */
const MOST_RUNS = 200

async function noteRun(
  ctx: Asking,
  { sql, params: given }: Input,
  end: { tookMs: number; rows: number; problem: string | null },
) {
  await ctx.db
    .insertInto('sql_runs')
    .values({
      id: newId(),
      actor: ctx.actor.id,
      statement: sql,
      params: JSON.stringify(given) as never,
      at: ctx.now,
      took_ms: Math.round(end.tookMs),
      rows: end.rows,
      problem: end.problem,
    })
    .execute()
  const last = await ctx.db
    .selectFrom('sql_runs')
    .select('id')
    .where('actor', '=', ctx.actor.id)
    .orderBy('id', 'desc')
    .offset(MOST_RUNS)
    .limit(1)
    .executeTakeFirst()
  if (last) await ctx.db.deleteFrom('sql_runs').where('actor', '=', ctx.actor.id).where('id', '<=', last.id).execute()
}
