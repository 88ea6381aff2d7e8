// Metrics as things: made, changed, deleted; and those that are ready to be installed.
import { sql } from 'kysely'
import { z } from 'zod'
import { contactHidden, dropMetric, keepMetric, refuseContactParts, textOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { action, fields, key, query } from './declare.ts'
import { PRESETS } from './presets.ts'
import { eventTitles, sentenceOf } from './sentence.ts'
import type { MetricTables, Saved } from './tables.ts'

type Changing = Context<MetricTables, never>

/** More than anybody finds their way in. */
const MOST_METRICS = 500

const taken = {
  'metric.key_taken': { status: 409, title: { en: 'A metric with this key exists', zh: '该标识已被使用' } },
  'metric.too_many': { status: 409, title: { en: 'There are too many metrics', zh: '指标数量已达上限' } },
} as const

/** Whoever may see numbers reads a metric: what would tell contact details stands in none, whoever writes it. */
const nobody = { may: () => false }

const json = (value: unknown) => JSON.stringify(value) as never

async function keepVersion(ctx: Changing, metric: string, version: number, saved: Saved | null) {
  await ctx.db
    .insertInto('metric_versions')
    .values({ key: metric, version, at: ctx.now, actor: ctx.actor.id, saved: saved && json(saved) })
    .execute()
}

/** Its version; null where the key is taken. */
async function make(ctx: Changing, metric: string, saved: Saved, preset: string | null): Promise<number | null> {
  refuseContactParts(nobody, saved.definition)
  // A key that comes back goes on where it ended, so that its history is one.
  const { rows } = await sql<{ version: number }>`select coalesce(max(version), 0)::int + 1 as version
    from metric_versions where key = ${metric}`.execute(ctx.db)
  const version = rows[0]?.version ?? 1
  const { name, description, definition, format, unit, ownerId } = saved
  const made = await ctx.db
    .insertInto('metrics')
    .values({
      key: metric,
      ...{ name: json(name), description: json(description), definition: json(definition), unit: unit && json(unit) },
      ...{ format, owner_id: ownerId, preset, version, created_at: ctx.now, updated_at: ctx.now },
    })
    .onConflict((c) => c.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (!made) return null
  await keepMetric(ctx, metric, { name, definition })
  await keepVersion(ctx, metric, version, saved)
  return version
}

async function hasRoom(ctx: Changing, more: number): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from metrics`.execute(ctx.db)
  return (rows[0]?.n ?? 0) + more <= MOST_METRICS
}

export const create = action('metric.create', {
  title: { en: 'Create a metric', zh: '创建指标' },
  input: z.object({
    key,
    ...fields,
    description: fields.description.default({ en: '', zh: '' }),
    format: fields.format.default('number'),
    unit: fields.unit.default(null),
    ownerId: fields.ownerId.optional().describe('Default: who creates it'),
  }),
  output: z.object({ key, version: z.int() }),
  offeredTo: ['operator'],
  needs: 'metric.manage',
  on: 'brand',
  fails: { ...taken, ...contactHidden },
  async run(ctx, { key: metric, ownerId, ...input }) {
    if (!(await hasRoom(ctx, 1))) ctx.fail('metric.too_many')
    const saved = { ...input, ownerId: ownerId === undefined ? (ctx.actor.operatorId ?? null) : ownerId }
    const version = await make(ctx, metric, saved, null)
    if (version === null) return ctx.fail('metric.key_taken')
    ctx.note({ key: metric, ...saved })
    return { key: metric, version }
  },
})

const optional = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.optional()])) as {
  [K in keyof typeof fields]: z.ZodOptional<(typeof fields)[K]>
}

export const update = action('metric.update', {
  title: { en: 'Change a metric', zh: '修改指标' },
  input: z.object({ key, ...optional }),
  output: z.object({ key, version: z.int() }),
  offeredTo: ['operator'],
  needs: 'metric.manage',
  on: 'brand',
  fails: { ...contactHidden },
  async run(ctx, { key: metric, ...input }) {
    const before = await ctx.db
      .selectFrom('metrics')
      .selectAll()
      .where('key', '=', metric)
      .forUpdate()
      .executeTakeFirst()
    if (!before) return ctx.fail('object.unknown')
    const was: Saved = {
      name: before.name,
      description: before.description,
      definition: before.definition,
      format: before.format,
      unit: before.unit,
      ownerId: before.owner_id,
    }
    const saved: Saved = {
      ...was,
      ...(Object.fromEntries(Object.entries(input).filter(([, v]) => v !== undefined)) as Partial<Saved>),
    }
    if (textOf(saved) === textOf(was)) return { key: metric, version: before.version }
    refuseContactParts(nobody, saved.definition)
    const version = before.version + 1
    await ctx.db
      .updateTable('metrics')
      .set({
        name: json(saved.name),
        description: json(saved.description),
        definition: json(saved.definition),
        format: saved.format,
        unit: saved.unit && json(saved.unit),
        owner_id: saved.ownerId,
        version,
        updated_at: ctx.now,
      })
      .where('key', '=', metric)
      .execute()
    await keepMetric(ctx, metric, saved)
    await keepVersion(ctx, metric, version, saved)
    ctx.note({ key: metric, before: was, after: input })
    return { key: metric, version }
  },
})

/** What names a metric, of every capability. */
export const usesOf = async (ctx: Pick<Changing, 'db' | 'contributors'>, metric: string) => {
  const uses = await Promise.all(
    ctx.contributors.map((c) => c.uses?.(ctx.db as never, { kind: 'metric', id: metric }) ?? []),
  )
  return uses.flat()
}

export const remove = action('metric.delete', {
  title: { en: 'Delete a metric', zh: '删除指标' },
  input: z.object({ key }),
  output: z.object({ key }),
  offeredTo: ['operator'],
  needs: 'metric.manage',
  on: 'brand',
  confirm: {
    en: 'The metric is gone for good; the events it counts stay.',
    zh: '指标将被永久删除，其统计的事件不受影响。',
  },
  fails: {
    'metric.in_use': { status: 409, title: { en: 'Something uses this metric', zh: '该指标正在被使用，无法删除' } },
  },
  async run(ctx, { key: metric }) {
    const row = await ctx.db.selectFrom('metrics').selectAll().where('key', '=', metric).forUpdate().executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    const uses = await usesOf(ctx, metric)
    if (uses.length > 0) {
      const names = uses
        .map((u) => `${u.kind} ${u.name}`)
        .join(', ')
        .slice(0, 500)
      ctx.fail('metric.in_use', { en: names, zh: names })
    }
    await ctx.db.deleteFrom('metrics').where('key', '=', metric).execute()
    await dropMetric(ctx.db, metric)
    await keepVersion(ctx, metric, row.version + 1, null)
    ctx.note({ key: metric, name: row.name, definition: row.definition })
    return { key: metric }
  },
})

export const install = action('metric.install', {
  title: { en: 'Install metrics from presets', zh: '安装预置指标' },
  input: z.object({
    presets: z.array(z.string().max(50)).min(1).max(50).optional().meta({ en: 'Presets', zh: '预置项' }),
  }),
  output: z.object({
    created: z.array(z.string()),
    /** Already there under this key, or unknown. */
    skipped: z.array(z.string()),
  }),
  offeredTo: ['operator'],
  needs: 'metric.manage',
  on: 'brand',
  fails: { 'metric.too_many': taken['metric.too_many'] },
  async run(ctx, { presets = PRESETS.map((p) => p.key) }) {
    const wanted = [...new Set(presets)]
    if (!(await hasRoom(ctx, wanted.length))) ctx.fail('metric.too_many')
    const created: string[] = []
    for (const { key: metric, ...preset } of PRESETS.filter((p) => wanted.includes(p.key)))
      if (await make(ctx, metric, { ...preset, ownerId: ctx.actor.operatorId ?? null }, metric)) created.push(metric)
    ctx.note({ created })
    return { created, skipped: wanted.filter((k) => !created.includes(k)) }
  },
})

const text = z.object({ en: z.string(), zh: z.string() })

export const presets = query('metric.presets', {
  title: { en: 'Metrics ready to be installed', zh: '预置指标' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({ key: z.string(), name: text, description: text, sentence: text, installed: z.boolean() }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'metric.read',
  on: 'brand',
  async run(ctx) {
    const rows = await ctx.db.selectFrom('metrics').select('key').execute()
    const there = new Set(rows.map((r) => r.key))
    const titles = eventTitles(ctx.contributors)
    return {
      items: PRESETS.map(({ key: metric, name, description, definition }) => ({
        ...{ key: metric, name, description },
        sentence: sentenceOf(definition, titles),
        installed: there.has(metric),
      })),
    }
  },
})
