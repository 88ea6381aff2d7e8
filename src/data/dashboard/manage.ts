// Dashboards as things: made, changed, copied, deleted, and who may.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { type Condition, metricsIn, refersTo, refuseContactParts } from '#data/segment'
import type { Actor, Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import { checkContent, checkQuestion, kindNames, type Question, questionsOf } from './ask.ts'
import { action, changed, description, id, name, query, version, when } from './declare.ts'
import type { DashboardTables, Db } from './tables.ts'
import { contentOf, type Known, TEMPLATES, waitingOf } from './template.ts'
import { type Content, content, insightQuery, tile, view } from './tile.ts'

type Row = DashboardTables['dashboards']
type Changing = Pick<Context<DashboardTables>, 'db' | 'actor' | 'fail'>

/** More than a place of work keeps, and a bound for whoever writes a loop. */
const MOST_DASHBOARDS = 2000

const fails = {
  'dashboard.changed_meanwhile': changed,
  'dashboard.too_many': {
    status: 409,
    title: { en: 'There are too many dashboards', zh: '看板数量已达上限' },
  },
  'dashboard.full': {
    status: 409,
    title: { en: 'This dashboard has as many tiles as it can hold', zh: '该看板的图块数量已达上限' },
  },
} as const

/** Its owner, everybody where it is shared, and who owns the place. */
export const visible = (actor: Actor) =>
  actor.roles.includes('owner') ? sql<boolean>`true` : sql<boolean>`(shared or owner = ${actor.id})`

/** The row to be changed, held; the failure of an unknown object where the caller does not see it. */
export async function held(ctx: Changing, wanted: string): Promise<Row> {
  const row = await ctx.db
    .selectFrom('dashboards')
    .selectAll()
    .where('id', '=', wanted)
    .where(visible(ctx.actor))
    .forUpdate()
    .executeTakeFirst()
  return row ?? ctx.fail('object.unknown')
}

async function insert(
  ctx: Pick<Context<DashboardTables>, 'db' | 'now' | 'actor'>,
  row: Pick<Row, 'name' | 'description' | 'content' | 'shared'>,
) {
  const { name: called, description: told, content: kept, shared: open } = row
  const made = {
    id: newId(),
    name: called,
    description: told,
    shared: open,
    owner: ctx.actor.id,
    version: 1,
    updated_by: ctx.actor.id,
  }
  await ctx.db
    .insertInto('dashboards')
    .values({ ...made, content: json(kept), created_at: ctx.now, updated_at: ctx.now })
    .execute()
  return { id: made.id, version: 1 }
}

/** A list at the top of a value would be taken for an array of SQL. */
export const json = <V>(value: V) => sql<V>`${JSON.stringify(value)}::jsonb`

async function isFull(db: Kysely<DashboardTables>): Promise<boolean> {
  const { n } = await db.selectFrom('dashboards').select(sql<number>`count(*)::int`.as('n')).executeTakeFirstOrThrow()
  return n >= MOST_DASHBOARDS
}

const saved = z.object({ id, version: z.int() })
const shared = z.boolean().meta({ en: 'Shared with everybody in the console', zh: '对控制台全员可见' })

export const create = action('dashboard.create', {
  title: { en: 'Create a dashboard', zh: '创建看板' },
  input: z.object({
    name: name.optional(),
    description: description.optional(),
    content: content.optional(),
    template: z
      .enum(TEMPLATES.map((t) => t.key) as unknown as readonly [string, ...string[]])
      .optional()
      .meta({ en: 'Template', zh: '模板' }),
    language: z.enum(['en', 'zh']).optional().meta({ en: 'Language of the template', zh: '模板语言' }),
    shared: shared.default(true),
  }),
  output: saved,
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  fails: { 'dashboard.too_many': fails['dashboard.too_many'] },
  async run(ctx, input) {
    if (await isFull(ctx.db)) ctx.fail('dashboard.too_many')
    const language = input.language ?? ctx.locale
    const template = TEMPLATES.find((t) => t.key === input.template)
    const made = input.content ?? content.parse(template ? contentOf(template, language, knownTo(ctx)) : { tiles: [] })
    checkContent(ctx, made)
    refuseContactParts(ctx, made)
    const title = input.name ?? template?.title[language] ?? { en: 'New dashboard', zh: '新看板' }[language]
    const row = await insert(ctx, {
      name: title,
      description: input.description ?? template?.hint[language] ?? '',
      content: made,
      shared: input.shared,
    })
    ctx.note({ id: row.id, name: title })
    return row
  },
})

const knownTo = ({ contributors }: Pick<Context<never>, 'contributors'>): Known => ({
  events: new Set(contributors.flatMap((c) => c.events.map((e) => e.name))),
  kinds: new Set(kindNames),
})

const both = z.object({ en: z.string(), zh: z.string() })

export const templates = query('dashboard.templates', {
  title: { en: 'Templates of dashboards', zh: '看板模板' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        key: z.string(),
        title: both,
        hint: both,
        tiles: z.int(),
        /** Events and kinds of insight that are not there yet: tiles that need them are left out. */
        waiting: z.array(z.string()),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  async run(ctx) {
    const known = knownTo(ctx)
    return {
      items: TEMPLATES.map((t) => ({
        key: t.key,
        title: t.title,
        hint: t.hint,
        tiles: contentOf(t, ctx.locale, known).tiles.length,
        waiting: waitingOf(t, known),
      })),
    }
  },
})

export const update = action('dashboard.update', {
  title: { en: 'Change a dashboard', zh: '修改看板' },
  input: z.object({
    id,
    version,
    name: name.optional(),
    description: description.optional(),
    content: content.optional(),
    shared: shared.optional(),
  }),
  output: saved,
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  fails: { 'dashboard.changed_meanwhile': changed },
  async run(ctx, { id: wanted, version: from, ...change }) {
    const before = await held(ctx, wanted)
    if (before.version !== from) ctx.fail('dashboard.changed_meanwhile')
    if (change.content) {
      checkContent(ctx, change.content)
      refuseContactParts(ctx, change.content)
    }
    // Who hides it from others must be the one who goes on seeing it.
    if (change.shared === false && before.owner !== ctx.actor.id && !ctx.actor.roles.includes('owner'))
      ctx.fail('access.denied')
    await save(ctx, before, {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      content: change.content ?? before.content,
      shared: change.shared ?? before.shared,
    })
    ctx.note({ id: wanted, name: change.name ?? before.name, version: from + 1 })
    return { id: wanted, version: from + 1 }
  },
})

const save = (
  ctx: Pick<Context<DashboardTables>, 'db' | 'now' | 'actor'>,
  { id: which, version: from }: Row,
  row: Pick<Row, 'name' | 'description' | 'content' | 'shared'>,
) =>
  ctx.db
    .updateTable('dashboards')
    .set({
      ...row,
      content: json(row.content),
      version: from + 1,
      updated_at: ctx.now,
      updated_by: ctx.actor.id,
    })
    .where('id', '=', which)
    .execute()

export const addTile = action('dashboard.add_tile', {
  title: { en: 'Put a chart on a dashboard', zh: '将图表加入看板' },
  /** A saved chart, or a question as it is. It goes below what is there. */
  input: z.object({
    id,
    chartId: id.optional(),
    kind: z.string().max(40).optional(),
    query: insightQuery.optional(),
    view: view.default('chart'),
    title: z.string().trim().max(100).default(''),
  }),
  output: saved.extend({ tileId: z.string() }),
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  fails: { 'dashboard.full': fails['dashboard.full'] },
  async run(ctx, input) {
    const before = await held(ctx, input.id)
    const tileId = newId()
    const y = Math.max(0, ...before.content.tiles.map((t) => t.y + t.h))
    const place = { id: tileId, x: 0, y, w: 6, h: 5, title: input.title }
    const made = tile.safeParse(
      input.chartId
        ? { ...place, type: 'chart', chartId: input.chartId }
        : { ...place, type: 'insight', kind: input.kind, query: withoutRange(input.query ?? {}), view: input.view },
    )
    if (!made.success) return ctx.fail('object.unknown')
    if (made.data.type === 'insight') checkQuestion(made.data.kind, made.data.query, '', ctx)
    refuseContactParts(ctx, made.data)
    const grown = content.safeParse({ ...before.content, tiles: [...before.content.tiles, made.data] })
    if (!grown.success) return ctx.fail('dashboard.full')
    if (
      input.chartId &&
      !(await ctx.db.selectFrom('charts').select('id').where('id', '=', input.chartId).executeTakeFirst())
    )
      return ctx.fail('object.unknown')
    await save(ctx, before, { ...before, content: grown.data })
    ctx.note({ id: input.id, tileId })
    return { id: input.id, version: before.version + 1, tileId }
  },
})

/** A question's own days would be covered by the dashboard's. */
export const withoutRange = ({ from: _f, to: _t, timezone: _z, ...rest }: Readonly<Record<string, unknown>>) => rest

export const duplicate = action('dashboard.duplicate', {
  title: { en: 'Copy a dashboard', zh: '复制看板' },
  input: z.object({ id, name: name.optional() }),
  output: saved,
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  fails: { 'dashboard.too_many': fails['dashboard.too_many'] },
  async run(ctx, input) {
    const from = await held(ctx, input.id)
    if (await isFull(ctx.db)) ctx.fail('dashboard.too_many')
    const copy = { en: `${from.name.slice(0, 90)} (copy)`, zh: `${from.name.slice(0, 90)}（副本）` }[ctx.locale]
    const row = await insert(ctx, { ...from, name: input.name ?? copy })
    ctx.note({ id: row.id, from: input.id })
    return row
  },
})

export const remove = action('dashboard.delete', {
  title: { en: 'Delete a dashboard', zh: '删除看板' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  confirm: {
    en: 'Its links stop working and its scheduled mails end. Saved charts stay.',
    zh: '其分享链接将失效，定时邮件将停止；已存图表不受影响。',
  },
  async run(ctx, input) {
    const row = await held(ctx, input.id)
    await ctx.db.deleteFrom('dashboards').where('id', '=', input.id).execute()
    ctx.note({ id: input.id, name: row.name })
    return { id: input.id }
  },
})

const question = z.object({ id: z.string(), title: z.string(), kind: z.string(), query: insightQuery, view })

export const get = query('dashboard.get', {
  title: { en: 'A dashboard', zh: '看板详情' },
  input: z.object({ id }),
  output: z.object({
    id,
    name: z.string(),
    description: z.string(),
    content,
    shared: z.boolean(),
    owner: z.string(),
    version: z.int(),
    createdAt: when,
    updatedAt: when,
    updatedBy: z.string(),
    /** What deleting it would end. */
    links: z.int(),
    schedules: z.int(),
    /** What its tiles ask now. */
    questions: z.array(question),
  }),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  // A filter may name members.
  personal: true,
  async run(ctx, input) {
    const row = await ctx.db
      .selectFrom('dashboards')
      .selectAll()
      .select((e) => [
        e
          .selectFrom('dashboard_links')
          .select(sql<number>`count(*)::int`.as('n'))
          .whereRef('dashboard_id', '=', 'dashboards.id')
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', ctx.now)
          .as('links'),
        e
          .selectFrom('dashboard_schedules')
          .select(sql<number>`count(*)::int`.as('n'))
          .whereRef('dashboard_id', '=', 'dashboards.id')
          .where('next_at', 'is not', null)
          .as('schedules'),
      ])
      .where('id', '=', input.id)
      .where(visible(ctx.actor))
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    return {
      id: row.id,
      name: row.name,
      description: row.description,
      content: row.content as z.input<typeof content>,
      shared: row.shared,
      owner: row.owner,
      version: row.version,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
      updatedBy: row.updated_by,
      links: row.links ?? 0,
      schedules: row.schedules ?? 0,
      questions: await questionsOf(ctx, row.content),
    }
  },
})

/** What a dashboard would ask while it is being changed: other days, another filter, tiles that are not saved. */
export const questions = query('dashboard.questions', {
  title: { en: 'What the tiles of a dashboard ask', zh: '看板图块的查询' },
  input: z.object({ content }),
  output: z.object({ questions: z.array(question) }),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  personal: true,
  async run(ctx, input): Promise<{ questions: Question[] }> {
    checkContent(ctx, input.content)
    return { questions: await questionsOf(ctx, input.content) }
  },
})

/** Conditions of a dashboard, of its tiles and of saved charts: what they stand on cannot be taken away unseen. */
const conditionsOf = ({ filter, tiles }: Content): Condition[] => [
  ...(filter ? [filter] : []),
  ...tiles.flatMap((t) => (t.type === 'insight' && t.query.filter ? [t.query.filter as Condition] : [])),
]

export async function usesOf(db: Db, what: { kind: string; id: string }) {
  const [dashboards, charts] = await Promise.all([
    db.selectFrom('dashboards').select(['id', 'name', 'content']).execute(),
    db.selectFrom('charts').select(['id', 'name', 'query']).execute(),
  ])
  const measures = (asked: unknown) => what.kind === 'metric' && metricsIn(asked).includes(what.id)
  return [
    ...dashboards
      .filter((d) => measures(d.content.tiles) || refersTo(conditionsOf(d.content), what))
      .map((d) => ({ kind: 'dashboard', id: d.id, name: d.name })),
    ...charts
      .filter((c) => measures(c.query) || (c.query.filter && refersTo([c.query.filter as Condition], what)))
      .map((c) => ({ kind: 'chart', id: c.id, name: c.name })),
  ]
}
