// Schemes as things: installed from a preset, made, changed and deleted. Every layer is a definition that is kept live.
import { sql } from 'kysely'
import { z } from 'zod'
import { contactHidden, drop, keep, keptOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import type { Text } from '#kernel/text'
import { action, created, deleted, type LayerQuery, query, updated } from './declare.ts'
import { PRESETS } from './preset/presets.ts'
import { aboutInput, completed, definitionOf, type Layer, layersInput, nameInput, refOf } from './scheme.ts'
import type { LayerTables } from './tables.ts'

const id = z.uuid()
/** Each of its layers is judged with every event that concerns it. */
const MOST_SCHEMES = 50

const nameTaken = {
  'layer.name_taken': { status: 409, title: { en: 'A layer scheme with this name exists', zh: '已存在同名分层方案' } },
} as const
const tooMany = {
  'layer.too_many': { status: 409, title: { en: 'There are too many layer schemes', zh: '分层方案数量已达上限' } },
} as const
const inUse = {
  'layer.in_use': {
    status: 409,
    title: { en: 'Something uses a layer that would be gone', zh: '将被移除的分层正在被使用' },
  },
} as const

interface Scheme {
  name: Text
  about: Text
  layers: readonly Layer[]
}

type Making = Context<LayerTables, typeof created, 'layer.name_taken' | 'layer.too_many'>

async function make(ctx: Making, preset: string | null, scheme: Scheme): Promise<string> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from layer_schemes`.execute(ctx.db)
  if ((rows[0]?.n ?? 0) >= MOST_SCHEMES) ctx.fail('layer.too_many')
  const { name, about, layers } = scheme
  const made = await ctx.db
    .insertInto('layer_schemes')
    .values({
      id: newId(),
      preset,
      name_en: name.en,
      name_zh: name.zh,
      about_en: about.en,
      about_zh: about.zh,
      layers: JSON.stringify(layers) as never,
      created_at: ctx.now,
      updated_at: ctx.now,
    })
    .onConflict((c) => c.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) return ctx.fail('layer.name_taken')
  await keepAll(ctx, made.id, scheme)
  ctx.emit(created, { schemeId: made.id, name })
  ctx.note({ id: made.id, preset, name, layers })
  return made.id
}

type Keeping = Parameters<typeof keep>[0]

async function keepAll(ctx: Keeping, schemeId: string, { name, layers }: Scheme): Promise<void> {
  const { locale } = ctx.brand
  for (const [i, layer] of layers.entries())
    await keep(ctx, {
      origin: 'layer',
      ref: refOf(schemeId, layer.key),
      name: `${name[locale]} · ${layer.name[locale]}`,
      definition: definitionOf(layers, i),
    })
}

export const install = action('layer.install', {
  title: { en: 'Install a layer scheme', zh: '安装分层方案' },
  input: z.object({ preset: z.enum(PRESETS.map((p) => p.key)).meta({ en: 'Preset', zh: '预置方案' }) }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'layer.manage',
  on: 'brand',
  emits: [created],
  fails: {
    ...nameTaken,
    ...tooMany,
    'layer.installed': { status: 409, title: { en: 'This scheme is installed already', zh: '该分层方案已安装' } },
  },
  async run(ctx, { preset }) {
    const there = await ctx.db.selectFrom('layer_schemes').select('id').where('preset', '=', preset).executeTakeFirst()
    if (there) return ctx.fail('layer.installed')
    const found = PRESETS.find((p) => p.key === preset)
    if (!found) return ctx.fail('object.unknown')
    const layers = completed(layersInput.parse(found.layers))
    return { id: await make(ctx, preset, { ...found, layers }) }
  },
})

export const create = action('layer.create', {
  title: { en: 'Create a layer scheme', zh: '创建分层方案' },
  input: z.object({ name: nameInput, about: aboutInput.default({ en: '', zh: '' }), layers: layersInput }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'layer.manage',
  on: 'brand',
  emits: [created],
  fails: { ...nameTaken, ...tooMany, ...contactHidden },
  async run(ctx, { layers, ...input }) {
    return { id: await make(ctx, null, { ...input, layers: completed(layers) }) }
  },
})

export const update = action('layer.update', {
  title: { en: 'Change a layer scheme', zh: '修改分层方案' },
  input: z.object({
    id,
    name: nameInput.optional(),
    about: aboutInput.optional(),
    /** All of them; a layer that is left out is gone. */
    layers: layersInput.optional(),
  }),
  output: z.object({ id, dropped: z.array(z.string()) }),
  offeredTo: ['operator'],
  needs: 'layer.manage',
  on: 'brand',
  emits: [updated],
  fails: { ...nameTaken, ...inUse, ...contactHidden },
  async run(ctx, input) {
    const before = await find(ctx, input.id, 'for update')
    const after: Scheme = {
      name: input.name ?? before.name,
      about: input.about ?? before.about,
      layers: input.layers ? completed(input.layers) : before.layers,
    }
    const kept = new Set(after.layers.map((l) => l.key))
    const gone = before.layers.filter((l) => !kept.has(l.key))
    await refuseUsed(ctx, before, gone)
    const { name, about, layers } = after
    if (await isTaken(ctx, input.id, name)) ctx.fail('layer.name_taken')
    await sql`update layer_schemes set name_en = ${name.en}, name_zh = ${name.zh}, about_en = ${about.en},
      about_zh = ${about.zh}, layers = ${JSON.stringify(layers)}::jsonb, updated_at = ${ctx.now}
      where id = ${input.id}`.execute(ctx.db)
    await keepAll(ctx, input.id, after)
    await drop(
      ctx,
      'layer',
      gone.map((l) => refOf(input.id, l.key)),
    )
    ctx.emit(updated, { schemeId: input.id, name })
    ctx.note({ id: input.id, before: { name: before.name, layers: before.layers }, after })
    return { id: input.id, dropped: gone.map((l) => l.key) }
  },
})

export const remove = action('layer.delete', {
  title: { en: 'Delete a layer scheme', zh: '删除分层方案' },
  input: z.object({ id }),
  output: z.object({ id, layers: z.int(), members: z.int() }),
  offeredTo: ['operator'],
  needs: 'layer.manage',
  on: 'brand',
  emits: [deleted],
  confirm: {
    en: 'The scheme, its layers and who was in them since when are gone for good. The members stay.',
    zh: '该方案、其全部分层以及成员的进入时间将被永久删除，成员本身不受影响。',
  },
  fails: inUse,
  async run(ctx, input) {
    const scheme = await find(ctx, input.id, 'for update')
    await refuseUsed(ctx, scheme, scheme.layers)
    const refs = scheme.layers.map((l) => refOf(scheme.id, l.key))
    const sizes = await keptOf(ctx.db, 'layer', refs)
    await drop(ctx, 'layer', refs)
    await ctx.db.deleteFrom('layer_schemes').where('id', '=', scheme.id).execute()
    ctx.emit(deleted, { schemeId: scheme.id, name: scheme.name })
    ctx.note({ id: scheme.id, name: scheme.name, layers: scheme.layers })
    const members = [...sizes.values()].reduce((sum, s) => sum + s.size, 0)
    return { id: scheme.id, layers: scheme.layers.length, members }
  },
})

/** Throws `object.unknown`. */
export async function find(ctx: Pick<LayerQuery, 'db' | 'fail'>, schemeId: string, lock?: 'for update') {
  const all = ctx.db.selectFrom('layer_schemes').selectAll().where('id', '=', schemeId)
  const row = await (lock ? all.forUpdate() : all).executeTakeFirst()
  return row ? schemeOf(row) : ctx.fail('object.unknown')
}

export const schemeOf = (row: LayerTables['layer_schemes']) => ({
  id: row.id,
  preset: row.preset,
  name: { en: row.name_en, zh: row.name_zh },
  about: { en: row.about_en, zh: row.about_zh },
  layers: row.layers,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
export type Stored = ReturnType<typeof schemeOf>

async function isTaken(ctx: Pick<LayerQuery, 'db'>, self: string, { en, zh }: Text): Promise<boolean> {
  const { rows } = await sql`select 1 from layer_schemes where id <> ${self}
    and (lower(name_en) = lower(${en}) or lower(name_zh) = lower(${zh})) limit 1`.execute(ctx.db)
  return rows.length > 0
}

const use = z.object({ key: z.string(), kind: z.string(), id: z.string(), name: z.string() })

export const usage = query('layer.usage', {
  title: { en: 'What uses the layers of a scheme', zh: '分层血缘（被谁使用）' },
  input: z.object({ id }),
  output: z.object({ items: z.array(use) }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  async run(ctx, input) {
    const scheme = await find(ctx, input.id)
    return { items: await usesOf(ctx, scheme, scheme.layers) }
  },
})

type Asking = Pick<LayerQuery, 'db' | 'contributors'>

async function usesOf(ctx: Asking, scheme: Stored, layers: readonly Layer[]): Promise<z.output<typeof use>[]> {
  const kept = await keptOf(
    ctx.db,
    'layer',
    layers.map((l) => refOf(scheme.id, l.key)),
  )
  const found: z.output<typeof use>[] = []
  for (const { key } of layers) {
    const segmentId = kept.get(refOf(scheme.id, key))?.segmentId
    if (segmentId === undefined) continue
    for (const c of ctx.contributors)
      for (const one of (await c.uses?.(ctx.db as never, { kind: 'segment', id: segmentId })) ?? [])
        found.push({ key, ...one })
  }
  return found
}

async function refuseUsed(
  ctx: Asking & Pick<Context<LayerTables, never, 'layer.in_use'>, 'fail'>,
  scheme: Stored,
  layers: readonly Layer[],
) {
  const uses = await usesOf(ctx, scheme, layers)
  if (uses.length === 0) return
  const named = uses.map((u) => `${u.kind} ${u.name}`)
  const names = [...new Set(named)].join(', ').slice(0, 500)
  ctx.fail('layer.in_use', { en: names, zh: names })
}
