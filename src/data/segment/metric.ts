// Metrics as definitions know them: kept under their key, and whatever names one is judged anew when it changes.
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Metric } from './clause/metric-meaning.ts'
import { compile } from './compile.ts'
import { textOf } from './condition.ts'
import { type Keeping, lockDefinitions, namingMetric, refillDependents } from './define.ts'
import { linksOf, metricsOf } from './link.ts'

/**
 * Keeps what a metric means from now on; everything live that names it is judged anew where its definition has changed.
 * Throws `input.invalid` where something that stands on it could no longer be measured.
 */
export async function keepMetric(ctx: Keeping, key: string, { name, definition }: Metric): Promise<void> {
  await lockDefinitions(ctx.db)
  const before = (await metricsOf(ctx.db, [key])).get(key)
  await sql`insert into segment_metrics (key, name, definition)
    values (${key}, ${JSON.stringify(name)}::jsonb, ${JSON.stringify(definition)}::jsonb)
    on conflict (key) do update set name = excluded.name, definition = excluded.definition`.execute(ctx.db)
  if (!before || textOf(before.definition) === textOf(definition)) return
  const standing = await namingMetric(ctx.db, key)
  const links = await linksOf({ db: ctx.db }, standing)
  for (const one of standing) compile(one, ctx.brand.zone, links)
  await refillDependents(ctx, { id: null, tag: null, metric: key })
}

/** Forgets a metric; whether something uses it is for its owner to ask first. */
export async function dropMetric(db: QueryExecutorProvider, key: string): Promise<void> {
  await sql`delete from segment_metrics where key = ${key}`.execute(db)
}
