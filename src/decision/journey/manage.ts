// Journeys as things: drawn, checked, published, paused.
import { sql } from 'kysely'
import { z } from 'zod'
import { checkLive, contactHidden, refuseContactParts, segmentNames, textOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { Problem } from '#kernel/problem'
import { action, published, query } from './declare.ts'
import { enrol } from './enter.ts'
import { conditionsOf, flawsOf, type Graph, graph, segmentsOf, settings, triggerOf } from './graph.ts'
import { kindOf } from './node/registry.ts'
import type { JourneyTables } from './tables.ts'

type JourneyQuery = Context<JourneyTables, never>

const MOST_JOURNEYS = 1000
const id = z.uuid()
const name = z.string().trim().min(1).max(100)
const when = z.iso.datetime()
const state = z.enum(['draft', 'published', 'paused'])
const flaw = z.object({ node: z.string(), path: z.string(), message: z.string() })
const nameTaken = {
  'journey.name_taken': { status: 409, title: { en: 'A journey with this name exists', zh: '已存在同名旅程' } },
} as const
const wrongState = {
  'journey.wrong_state': {
    status: 409,
    title: { en: 'Not in this state of the journey', zh: '当前状态下无法执行此操作' },
  },
} as const

async function find(ctx: Pick<JourneyQuery, 'db' | 'fail'>, journeyId: string) {
  const row = await ctx.db
    .selectFrom('journeys')
    .selectAll()
    .where('id', '=', journeyId)
    .where('state', '<>', 'deleted')
    .forUpdate()
    .executeTakeFirst()
  return row ?? ctx.fail('object.unknown')
}

/** What keeps a graph from being published, in the caller's language. */
async function check(ctx: Pick<JourneyQuery, 'db' | 'contributors' | 'locale'>, g: Graph) {
  const env = await checkEnv(ctx, segmentsOf(g))
  return {
    flaws: flawsOf(g, env).map(({ message, ...f }) => ({ ...f, message: message[ctx.locale] })),
    described: Object.fromEntries(
      Object.entries(g.nodes).map(([key, n]) => [key, kindOf(n).describe(n as never, env)[ctx.locale]]),
    ),
  }
}

async function checkEnv(ctx: Pick<JourneyQuery, 'db' | 'contributors'>, segments: readonly string[]) {
  return {
    actions: new Map(ctx.contributors.flatMap((c) => c.actions).map((a) => [a.name, a])),
    events: new Map(ctx.contributors.flatMap((c) => c.events).map((e) => [e.name, e])),
    segments: await segmentNames(ctx.db as never, segments),
  }
}

export const create = action('journey.create', {
  title: { en: 'Create a journey', zh: '创建旅程' },
  input: z.object({ name, graph, settings: settings.default({ reentry: 'never' }) }),
  output: z.object({ id, flaws: z.array(flaw) }),
  offeredTo: ['operator'],
  needs: 'journey.manage',
  on: 'brand',
  fails: {
    ...nameTaken,
    ...contactHidden,
    'journey.too_many': { status: 409, title: { en: 'There are too many journeys', zh: '旅程数量已达上限' } },
  },
  async run(ctx, input) {
    refuseContactParts(ctx, input.graph)
    for (const condition of conditionsOf(input.graph)) await checkLive(ctx, condition)
    const { rows } = await sql<{ n: number }>`select count(*) as n from journeys where state <> 'deleted'`.execute(
      ctx.db,
    )
    if ((rows[0]?.n ?? 0) >= MOST_JOURNEYS) ctx.fail('journey.too_many')
    const journeyId = newId()
    const made = await ctx.db
      .insertInto('journeys')
      .values({
        id: journeyId,
        name: input.name,
        graph: JSON.stringify(input.graph) as never,
        settings: JSON.stringify(input.settings) as never,
        state: 'draft',
        version: 0,
        published_at: null,
        created_at: ctx.now,
        updated_at: ctx.now,
      })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!made) ctx.fail('journey.name_taken')
    ctx.note({ id: journeyId, ...input })
    return { id: journeyId, flaws: (await check(ctx, input.graph)).flaws }
  },
})

export const update = action('journey.update', {
  title: { en: 'Change a journey', zh: '修改旅程' },
  input: z.object({ id, name: name.optional(), graph: graph.optional(), settings: settings.optional() }),
  output: z.object({ id, flaws: z.array(flaw) }),
  offeredTo: ['operator'],
  needs: 'journey.manage',
  on: 'brand',
  fails: { ...nameTaken, ...contactHidden },
  async run(ctx, input) {
    refuseContactParts(ctx, input.graph)
    for (const condition of input.graph ? conditionsOf(input.graph) : []) await checkLive(ctx, condition)
    const before = await find(ctx, input.id)
    if (input.name !== undefined && (await isTaken(ctx, input.id, input.name))) ctx.fail('journey.name_taken')
    await ctx.db
      .updateTable('journeys')
      .set({
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.graph ? { graph: JSON.stringify(input.graph) as never } : {}),
        ...(input.settings ? { settings: JSON.stringify(input.settings) as never } : {}),
        updated_at: ctx.now,
      })
      .where('id', '=', input.id)
      .execute()
    ctx.note({
      id: input.id,
      before: { name: before.name, graph: before.graph, settings: before.settings },
      after: input,
    })
    return { id: input.id, flaws: (await check(ctx, input.graph ?? before.graph)).flaws }
  },
})

async function isTaken(ctx: Pick<JourneyQuery, 'db'>, self: string, wanted: string): Promise<boolean> {
  const other = await ctx.db
    .selectFrom('journeys')
    .select('id')
    .where(sql`lower(name)`, '=', wanted.toLowerCase())
    .where('id', '<>', self)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  return other !== undefined
}

export const publish = action('journey.publish', {
  title: { en: 'Publish a journey', zh: '发布旅程' },
  input: z.object({ id }),
  output: z.object({ id, version: z.int() }),
  offeredTo: ['operator'],
  needs: 'journey.publish',
  on: 'brand',
  emits: [published],
  fails: {
    'journey.not_ready': { status: 400, title: { en: 'The journey has errors', zh: '旅程存在错误，无法发布' } },
  },
  async run(ctx, input) {
    const row = await find(ctx, input.id)
    const { flaws } = await check(ctx, row.graph)
    if (flaws.length > 0)
      throw new Problem('journey.not_ready', 400, {
        errors: flaws.map((f) => ({
          path: ['graph', 'nodes', f.node, f.path].filter((p) => p !== '').join('.'),
          message: f.message,
        })),
      })
    const current = await ctx.db
      .selectFrom('journey_versions')
      .select(['graph', 'settings'])
      .where('journey_id', '=', input.id)
      .where('version', '=', row.version)
      .executeTakeFirst()
    const same = current && textOf([current.graph, current.settings]) === textOf([row.graph, row.settings])
    if (same && row.state === 'published') return { id: input.id, version: row.version }
    const version = row.version + 1
    await ctx.db
      .insertInto('journey_versions')
      .values({
        journey_id: input.id,
        version,
        graph: JSON.stringify(row.graph) as never,
        settings: JSON.stringify(row.settings) as never,
        published_at: ctx.now,
      })
      .execute()
    // A new version of a journey that takes members in goes on taking them in; nothing falls in between.
    const from = row.state === 'published' ? (row.published_at ?? ctx.now) : ctx.now
    await ctx.db
      .updateTable('journeys')
      .set({ state: 'published', version, published_at: from, updated_at: ctx.now })
      .where('id', '=', input.id)
      .execute()
    const trigger = triggerOf(row.graph)
    if (trigger?.enrolExisting && 'segment' in trigger.on && trigger.on.when === 'entered')
      await ctx.enqueue(enrol, { journeyId: input.id, version })
    ctx.emit(published, { journeyId: input.id, name: row.name, version })
    ctx.note({ id: input.id, version })
    return { id: input.id, version }
  },
})

export const pause = action('journey.pause', {
  title: { en: 'Pause a journey', zh: '暂停旅程' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'journey.publish',
  on: 'brand',
  fails: wrongState,
  async run(ctx, input) {
    const row = await find(ctx, input.id)
    if (row.state !== 'published') ctx.fail('journey.wrong_state')
    await ctx.db
      .updateTable('journeys')
      .set({ state: 'paused', updated_at: ctx.now })
      .where('id', '=', input.id)
      .execute()
    ctx.note({ id: input.id })
    return { id: input.id }
  },
})

export const resume = action('journey.resume', {
  title: { en: 'Resume a journey', zh: '恢复旅程' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'journey.publish',
  on: 'brand',
  fails: wrongState,
  async run(ctx, input) {
    const row = await find(ctx, input.id)
    if (row.state !== 'paused') ctx.fail('journey.wrong_state')
    // What happened while it was paused starts nothing.
    await ctx.db
      .updateTable('journeys')
      .set({ state: 'published', published_at: ctx.now, updated_at: ctx.now })
      .where('id', '=', input.id)
      .execute()
    ctx.note({ id: input.id })
    return { id: input.id }
  },
})

export const remove = action('journey.delete', {
  title: { en: 'Delete a journey', zh: '删除旅程' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'journey.manage',
  on: 'brand',
  confirm: {
    en: 'Members who are in it stop where they are.',
    zh: '正在旅程中的成员将就此停止，且不可恢复。',
  },
  fails: wrongState,
  async run(ctx, input) {
    const row = await find(ctx, input.id)
    if (row.state === 'published') ctx.fail('journey.wrong_state', { en: 'pause it first', zh: '请先暂停' })
    // Runs stay as history; their waits are never looked at again, since only published journeys are.
    await ctx.db
      .updateTable('journeys')
      .set({ state: 'deleted', updated_at: ctx.now })
      .where('id', '=', input.id)
      .execute()
    ctx.note({ id: input.id, name: row.name })
    return { id: input.id }
  },
})

const summary = z.object({
  id,
  name: z.string(),
  state,
  version: z.int(),
  trigger: z.string(),
  publishedAt: when.nullable(),
  updatedAt: when,
  runs: z.object({ waiting: z.int(), done: z.int(), failed: z.int() }),
})
type Row = Pick<
  JourneyTables['journeys'],
  'id' | 'name' | 'graph' | 'state' | 'version' | 'published_at' | 'updated_at'
>

async function shown(ctx: JourneyQuery, rows: readonly Row[]): Promise<z.input<typeof summary>[]> {
  const counts = await countRuns(
    ctx,
    rows.map((r) => r.id),
  )
  const env = await checkEnv(ctx, [...new Set(rows.flatMap((r) => segmentsOf(r.graph)))])
  return rows.map((r) => {
    const trigger = triggerOf(r.graph)
    return {
      id: r.id,
      name: r.name,
      state: r.state === 'deleted' ? 'draft' : r.state,
      version: r.version,
      trigger: trigger ? kindOf(trigger).describe(trigger as never, env)[ctx.locale] : '',
      publishedAt: r.published_at?.toISOString() ?? null,
      updatedAt: r.updated_at.toISOString(),
      runs: counts.get(r.id) ?? { waiting: 0, done: 0, failed: 0 },
    }
  })
}

async function countRuns(ctx: JourneyQuery, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; waiting: number; done: number; failed: number }>`
    select r.journey_id as id, count(*) filter (where r.state in ('waiting', 'running')) as waiting,
      count(*) filter (where r.state in ('done', 'exited')) as done, count(*) filter (where r.state = 'failed') as failed
    from journey_runs r where r.journey_id = any(${ids}::uuid[]) and ${ctx.inScope(sql.ref('r.member_id'))}
    group by r.journey_id`.execute(ctx.db)
  return new Map(rows.map(({ id: key, ...n }) => [key, n]))
}

export const list = query('journey.list', {
  title: { en: 'Journeys', zh: '旅程列表' },
  input: z.object({ ...pageInput, search: z.string().max(100).optional(), state: state.optional() }),
  output: pageOf(summary),
  offeredTo: ['operator'],
  needs: 'journey.read',
  on: 'brand',
  async run(ctx, input) {
    const after = decodeCursor(input.cursor, 2)
    let rows = ctx.db.selectFrom('journeys').selectAll().where('state', '<>', 'deleted')
    if (input.state) rows = rows.where('state', '=', input.state)
    if (input.search)
      rows = rows.where(sql`lower(name)`, 'like', `%${input.search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`)
    if (after) rows = rows.where(sql<boolean>`(lower(name), id) > (${after[0]}, ${after[1]}::uuid)`)
    const found = await rows
      .orderBy(sql`lower(name)`)
      .orderBy('id')
      .limit(input.limit + 1)
      .execute()
    const page = cutPage(
      found,
      input.limit,
      (r) => [r.name.toLowerCase(), r.id],
      (r) => r,
    )
    return { items: await shown(ctx, page.items), nextCursor: page.nextCursor }
  },
})

export const get = query('journey.get', {
  title: { en: 'A journey', zh: '旅程详情' },
  input: z.object({ id }),
  output: summary.extend({
    graph: z.record(z.string(), z.unknown()),
    settings: z.record(z.string(), z.unknown()),
    /** Edited since it was published. */
    edited: z.boolean(),
    flaws: z.array(flaw),
    /** A line for every node. */
    described: z.record(z.string(), z.string()),
  }),
  offeredTo: ['operator'],
  needs: 'journey.read',
  on: 'brand',
  async run(ctx, input) {
    const row = await ctx.db
      .selectFrom('journeys')
      .selectAll()
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    const [head] = await shown(ctx, [row])
    if (!head) return ctx.fail('object.unknown')
    const current = await ctx.db
      .selectFrom('journey_versions')
      .select(['graph', 'settings'])
      .where('journey_id', '=', row.id)
      .where('version', '=', row.version)
      .executeTakeFirst()
    const edited = !current || textOf([current.graph, current.settings]) !== textOf([row.graph, row.settings])
    return { ...head, graph: { ...row.graph }, settings: { ...row.settings }, edited, ...(await check(ctx, row.graph)) }
  },
})
