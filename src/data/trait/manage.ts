// Traits as things: made, changed, measured anew, deleted; and those that are ready to be installed.
import { sql } from 'kysely'
import { z } from 'zod'
import { type Condition, checkLive, contactHidden, textOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import { isContactPath } from '#people/member'
import { action, query } from './declare.ts'
import { type Definition, definition, key, namesOf, shownField, sourcesOf } from './definition.ts'
import { nextDay, purge, startFill } from './fill.ts'
import { MODELS, PRESETS } from './presets.ts'
import type { TraitTables } from './tables.ts'

type Changing = Context<TraitTables, never>

const id = z.uuid()
const name = z.string().trim().min(1).max(100).meta({ en: 'Name', zh: '名称' })
const description = z.string().trim().max(500).meta({ en: 'Description', zh: '说明' })
/** Each is measured with every event that concerns it. */
const MOST_TRAITS = 200

const taken = {
  'trait.name_taken': { status: 409, title: { en: 'A trait with this name exists', zh: '已存在同名计算属性' } },
} as const
const keyTaken = {
  'trait.key_taken': {
    status: 409,
    title: {
      en: 'A trait with this key exists, or its values are still being removed',
      zh: '该标识已被使用，或原计算属性的取值仍在清理中',
    },
  },
  'trait.too_many': { status: 409, title: { en: 'There are too many traits', zh: '计算属性数量已达上限' } },
} as const

/**
 * What cannot be measured, and what the caller may not ask about contact details, is refused; and what would show
 * contact details: conditions compare values step by step, which would tell them to everybody.
 */
async function check(ctx: Changing, wanted: Definition) {
  for (const source of sourcesOf(wanted)) await checkLive(ctx, { ...source, within: undefined } as never as Condition)
  const shown = [wanted, ...(wanted.score?.components ?? [])].map((d) => shownField({ measure: d.measure }))
  if (shown.some((field) => isContactPath(field)))
    throw new Problem('input.invalid', 400, {
      errors: [
        {
          path: 'definition',
          message: {
            en: 'contact details can be counted (distinct), not kept as a value',
            zh: '联系方式只能统计去重个数，不能作为取值保存',
          },
        },
      ],
    })
}

interface Made {
  key: string
  name: string
  description: string
  definition: Definition
  preset: string | null
}

async function make(ctx: Changing, made: Made): Promise<string | null> {
  const traitId = newId()
  const inserted = await ctx.db
    .insertInto('traits')
    .values({
      id: traitId,
      ...made,
      definition: JSON.stringify(made.definition) as never,
      state: 'filling',
      version: 1,
      run: 0,
      filled_to: 0,
      is_definition: true,
      size: 0,
      as_of: null,
      thresholds: null,
      due_at: null,
      created_at: ctx.now,
      updated_at: ctx.now,
    })
    .onConflict((c) => c.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return null
  await measureAnew(ctx, traitId, made.definition, true)
  return traitId
}

const measureAnew = (ctx: Changing, traitId: string, { rfm }: Definition, isDefinition: boolean) =>
  startFill(ctx, traitId, {
    isDefinition,
    asOf: rfm ? ctx.now : null,
    dueAt: rfm ? nextDay(ctx.today(), ctx.brand.zone) : null,
  })

async function hasRoom(ctx: Changing, more: number): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from traits where state <> 'deleted'`.execute(
    ctx.db,
  )
  return (rows[0]?.n ?? 0) + more <= MOST_TRAITS
}

export const create = action('trait.create', {
  title: { en: 'Create a trait', zh: '创建计算属性' },
  input: z.object({
    key: key.meta({ en: 'Key', zh: '标识' }),
    name,
    description: description.default(''),
    definition,
  }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'trait.manage',
  on: 'brand',
  fails: { ...taken, ...keyTaken, ...contactHidden },
  async run(ctx, input) {
    await check(ctx, input.definition)
    if (!(await hasRoom(ctx, 1))) ctx.fail('trait.too_many')
    const traitId = await make(ctx, { ...input, preset: null })
    if (traitId === null) {
      const other = await ctx.db.selectFrom('traits').select('id').where('key', '=', input.key).executeTakeFirst()
      return ctx.fail(other ? 'trait.key_taken' : 'trait.name_taken')
    }
    ctx.note({ id: traitId, ...input })
    return { id: traitId }
  },
})

export const update = action('trait.update', {
  title: { en: 'Change a trait', zh: '修改计算属性' },
  input: z.object({
    id,
    name: name.optional(),
    description: description.optional(),
    definition: definition.optional(),
  }),
  output: z.object({ id, version: z.int() }),
  offeredTo: ['operator'],
  needs: 'trait.manage',
  on: 'brand',
  fails: { ...taken, ...contactHidden },
  async run(ctx, input) {
    const before = await ctx.db
      .selectFrom('traits')
      .select(['name', 'description', 'definition', 'version'])
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .forUpdate()
      .executeTakeFirst()
    if (!before) return ctx.fail('object.unknown')
    const renamed = input.name ?? before.name
    const other = await ctx.db
      .selectFrom('traits')
      .select('id')
      .where(sql`lower(name)`, '=', renamed.toLowerCase())
      .where('id', '<>', input.id)
      .where('state', '<>', 'deleted')
      .executeTakeFirst()
    if (other) ctx.fail('trait.name_taken')
    const isNew = input.definition !== undefined && textOf(input.definition) !== textOf(before.definition)
    const version = before.version + Number(isNew)
    if (isNew && input.definition) {
      await check(ctx, input.definition)
      await sql`update traits set definition = ${JSON.stringify(input.definition)}::jsonb, version = ${version}
        where id = ${input.id}`.execute(ctx.db)
      await measureAnew(ctx, input.id, input.definition, true)
    }
    await ctx.db
      .updateTable('traits')
      .set({ name: renamed, description: input.description ?? before.description, updated_at: ctx.now })
      .where('id', '=', input.id)
      .execute()
    ctx.note({ id: input.id, before, after: input })
    return { id: input.id, version }
  },
})

export const recompute = action('trait.recompute', {
  title: { en: 'Measure everybody anew', zh: '立即重算' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'trait.manage',
  on: 'brand',
  async run(ctx, input) {
    const row = await ctx.db
      .selectFrom('traits')
      .select(['definition', 'state', 'is_definition'])
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .forUpdate()
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    await measureAnew(ctx, input.id, row.definition, row.state === 'filling' && row.is_definition)
    return { id: input.id }
  },
})

export const usesOf = async (ctx: Pick<Changing, 'db' | 'contributors'>, traitKey: string) => {
  const uses = await Promise.all(
    ctx.contributors.map((c) => c.uses?.(ctx.db as never, { kind: 'trait', id: traitKey }) ?? []),
  )
  return uses.flat()
}

export const remove = action('trait.delete', {
  title: { en: 'Delete a trait', zh: '删除计算属性' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'trait.manage',
  on: 'brand',
  confirm: {
    en: 'The trait and the values of all members are gone for good.',
    zh: '该计算属性及所有成员的取值将被永久删除。',
  },
  fails: {
    'trait.in_use': { status: 409, title: { en: 'Something uses this trait', zh: '该计算属性正在被使用，无法删除' } },
  },
  async run(ctx, input) {
    const row = await ctx.db
      .selectFrom('traits')
      .select(['key', 'name'])
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .forUpdate()
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    const uses = await usesOf(ctx, row.key)
    if (uses.length > 0) {
      const names = uses
        .map((u) => `${u.kind} ${u.name}`)
        .join(', ')
        .slice(0, 500)
      ctx.fail('trait.in_use', { en: names, zh: names })
    }
    await ctx.db
      .updateTable('traits')
      .set({ state: 'deleted', due_at: null, run: sql<number>`run + 1`, updated_at: ctx.now })
      .where('id', '=', input.id)
      .execute()
    await ctx.enqueue(purge, { traitId: input.id })
    ctx.note({ id: input.id, ...row })
    return { id: input.id }
  },
})

export const install = action('trait.install', {
  title: { en: 'Install traits from presets', zh: '安装预置计算属性' },
  input: z.object({ presets: z.array(z.string().max(50)).min(1).max(50).meta({ en: 'Presets', zh: '预置项' }) }),
  output: z.object({
    created: z.array(z.object({ id, key: z.string() })),
    /** Already there under this key or name, or unknown. */
    skipped: z.array(z.string()),
  }),
  offeredTo: ['operator'],
  needs: 'trait.manage',
  on: 'brand',
  fails: { 'trait.too_many': keyTaken['trait.too_many'] },
  async run(ctx, { presets }) {
    const wanted = [...new Set(presets)]
    if (!(await hasRoom(ctx, wanted.length))) ctx.fail('trait.too_many')
    const { locale } = ctx.brand
    const created: { id: string; key: string }[] = []
    for (const preset of PRESETS.filter((p) => wanted.includes(p.key))) {
      const traitId = await make(ctx, {
        key: preset.key,
        name: preset.title[locale],
        description: preset.hint[locale],
        definition: preset.definition(locale),
        preset: preset.key,
      })
      if (traitId !== null) created.push({ id: traitId, key: preset.key })
    }
    ctx.note({ created })
    return { created, skipped: wanted.filter((k) => !created.some((c) => c.key === k)) }
  },
})

const text = z.object({ en: z.string(), zh: z.string() })

export const presets = query('trait.presets', {
  title: { en: 'Traits ready to be installed', zh: '预置计算属性' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        key: z.string(),
        title: text,
        hint: text,
        definition: z.record(z.string(), z.unknown()),
        /** The dimension models it is part of. */
        models: z.array(z.string()),
        installedId: id.nullable(),
        /** Events it needs that no capability emits yet. */
        waiting: z.array(z.string()),
      }),
    ),
    models: z.array(z.object({ key: z.string(), title: text, axes: z.array(z.string()) })),
  }),
  offeredTo: ['operator'],
  needs: 'trait.read',
  on: 'brand',
  async run(ctx) {
    const rows = await ctx.db.selectFrom('traits').select(['id', 'key']).where('state', '<>', 'deleted').execute()
    const installed = new Map(rows.map((r) => [r.key, r.id]))
    const known = new Set(ctx.contributors.flatMap((c) => c.events.map((e) => e.name)))
    return {
      items: PRESETS.map((p) => {
        const of = p.definition(ctx.locale)
        const names = sourcesOf(of).flatMap((s) => (namesOf(s).some((n) => known.has(n)) ? [] : namesOf(s)))
        return {
          key: p.key,
          title: p.title,
          hint: p.hint,
          definition: { ...of },
          models: MODELS.filter((m) => m.axes.includes(p.key)).map((m) => m.key),
          installedId: installed.get(p.key) ?? null,
          waiting: [...new Set(names)],
        }
      }),
      models: MODELS.map((m) => ({ ...m, axes: [...m.axes] })),
    }
  },
})
