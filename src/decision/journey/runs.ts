// What journeys did and do: runs, their steps, why a member is where it is, and the words of the canvas.
import { sql } from 'kysely'
import { z } from 'zod'
import { schemaOf, targetsOf } from '#kernel/derive'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { shownProfiles } from '#people/member'
import { query } from './declare.ts'
import { graphOf } from './engine.ts'
import { nodeKinds } from './node/registry.ts'
import type { JourneyTables } from './tables.ts'

const id = z.uuid()
const when = z.iso.datetime()
const state = z.enum(['running', 'waiting', 'done', 'failed', 'exited'])
const run = z.object({
  id,
  journeyId: id,
  version: z.int(),
  memberId: id,
  externalId: z.string().nullable(),
  name: z.string().nullable(),
  key: z.string(),
  node: z.string(),
  state,
  reason: z.string().nullable(),
  enteredAt: when,
  endedAt: when.nullable(),
  dueAt: when.nullable(),
})
type Row = JourneyTables['journey_runs'] & { due_at: Date | null }

async function shown(ctx: Parameters<typeof shownProfiles>[0], rows: readonly Row[]): Promise<z.input<typeof run>[]> {
  const people = await shownProfiles(
    ctx,
    rows.map((r) => r.member_id),
  )
  return rows.map((r) => ({
    id: r.id,
    journeyId: r.journey_id,
    version: r.version,
    memberId: r.member_id,
    externalId: people.get(r.member_id)?.externalId ?? null,
    name: people.get(r.member_id)?.name ?? null,
    key: r.key,
    node: r.node,
    state: r.state,
    reason: r.reason,
    enteredAt: r.entered_at.toISOString(),
    endedAt: r.ended_at?.toISOString() ?? null,
    dueAt: r.due_at?.toISOString() ?? null,
  }))
}

export const runs = query('journey.runs', {
  title: { en: 'Runs of a journey', zh: '旅程运行记录' },
  input: z.object({
    id,
    ...pageInput,
    state: state.optional(),
    node: z.string().max(64).optional(),
    of: z.uuid().optional().meta({ description: 'one member' }),
  }),
  output: pageOf(run),
  offeredTo: ['operator'],
  needs: 'journey.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const after = decodeCursor(input.cursor, 2)
    let rows = ctx.db
      .selectFrom('journey_runs as r')
      .leftJoin('journey_due as d', 'd.run_id', 'r.id')
      .selectAll('r')
      .select('d.due_at')
      .where('r.journey_id', '=', input.id)
      .where(ctx.inScope(sql.ref('r.member_id')))
    if (input.state) rows = rows.where('r.state', '=', input.state)
    if (input.node) rows = rows.where('r.node', '=', input.node)
    if (input.of) rows = rows.where('r.member_id', '=', input.of)
    if (after) rows = rows.where(sql<boolean>`(r.entered_at, r.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const found = await rows
      .orderBy('r.entered_at', 'desc')
      .orderBy('r.id', 'desc')
      .limit(input.limit + 1)
      .execute()
    const page = cutPage(
      found,
      input.limit,
      (r) => [r.entered_at.toISOString(), r.id],
      (r) => r,
    )
    return { items: await shown(ctx, page.items), nextCursor: page.nextCursor }
  },
})

const step = z.object({
  visit: z.int(),
  node: z.string(),
  type: z.string(),
  at: when,
  outcome: z.string(),
  detail: z.record(z.string(), z.unknown()).nullable(),
})

/** A run that rests at night and morning for years has no more. */
const MOST_STEPS = 1000

async function stepsOf(db: Parameters<typeof graphOf>[0], of: Pick<Row, 'id' | 'journey_id' | 'version'>) {
  const graph = await graphOf(db, of.journey_id, of.version)
  const rows = await db
    .selectFrom('journey_steps')
    .selectAll()
    .where('run_id', '=', of.id)
    .orderBy('visit')
    .limit(MOST_STEPS)
    .execute()
  return rows.map((s) => ({
    visit: s.visit,
    node: s.node,
    type: graph.nodes[s.node]?.type ?? '',
    at: s.at.toISOString(),
    outcome: s.outcome,
    detail: s.detail,
  }))
}

export const one = query('journey.run', {
  title: { en: 'One run, step by step', zh: '单次运行的步骤' },
  input: z.object({ id }),
  output: run.extend({ steps: z.array(step) }),
  offeredTo: ['operator'],
  needs: 'journey.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const row = await ctx.db
      .selectFrom('journey_runs as r')
      .leftJoin('journey_due as d', 'd.run_id', 'r.id')
      .selectAll('r')
      .select('d.due_at')
      .where('r.id', '=', input.id)
      .where(ctx.inScope(sql.ref('r.member_id')))
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    const [head] = await shown(ctx, [row])
    if (!head) return ctx.fail('object.unknown')
    return { ...head, steps: await stepsOf(ctx.db, row) }
  },
})

export const explain = query('journey.explain', {
  title: { en: 'Where a member is in a journey, and why', zh: '成员在旅程中的位置及原因' },
  input: z.object({ id }),
  output: z.object({
    inside: z.boolean(),
    /** The newest runs of this member, the newest first. */
    runs: z.array(run.extend({ steps: z.array(step) })),
    /** Whether the next fitting event lets the member in: `open`, `inside`, `before` (re-entry rule), `closed`. */
    entry: z.enum(['open', 'inside', 'before', 'closed']),
  }),
  offeredTo: ['operator'],
  needs: 'journey.read',
  on: 'member',
  personal: true,
  async run(ctx, input) {
    const journey = await ctx.db
      .selectFrom('journeys')
      .select(['state', 'settings'])
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .executeTakeFirst()
    if (!journey) return ctx.fail('object.unknown')
    const rows = await ctx.db
      .selectFrom('journey_runs as r')
      .leftJoin('journey_due as d', 'd.run_id', 'r.id')
      .selectAll('r')
      .select('d.due_at')
      .where('r.journey_id', '=', input.id)
      .where('r.member_id', '=', ctx.memberId)
      .orderBy('r.entered_at', 'desc')
      .orderBy('r.id', 'desc')
      .limit(5)
      .execute()
    const heads = await shown(ctx, rows)
    const inside = rows.some((r) => r.state === 'running' || r.state === 'waiting')
    return {
      inside,
      runs: await Promise.all(
        rows.map(async (r, i) => ({ ...(heads[i] as z.input<typeof run>), steps: await stepsOf(ctx.db, r) })),
      ),
      entry: entryOf(journey, inside, rows.length > 0),
    }
  },
})

function entryOf(
  journey: Pick<JourneyTables['journeys'], 'state' | 'settings'>,
  inside: boolean,
  before: boolean,
): 'open' | 'inside' | 'before' | 'closed' {
  const { reentry } = journey.settings
  if (journey.state !== 'published') return 'closed'
  if (reentry === 'always') return 'open'
  if (inside) return 'inside'
  return before && reentry !== 'afterExit' ? 'before' : 'open'
}

const text = z.object({ en: z.string(), zh: z.string() })
export const nodes = query('journey.nodes', {
  title: { en: 'Nodes and actions for journeys', zh: '旅程可用的节点与动作' },
  input: z.object({}),
  output: z.object({
    nodes: z.array(z.object({ type: z.string(), title: text, hint: text, schema: z.record(z.string(), z.unknown()) })),
    actions: z.array(
      z.object({
        name: z.string(),
        title: text,
        capability: text,
        on: z.array(z.string()),
        input: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'journey.read',
  on: 'brand',
  run: async (ctx) => ({
    nodes: nodeKinds.map((k) => ({ type: k.type, title: k.title, hint: k.hint, schema: schemaOf(k.schema, 'input') })),
    actions: ctx.contributors.flatMap((c) =>
      c.actions
        .filter((a) => a.offeredTo.includes('journey'))
        .map((a) => ({
          name: a.name,
          title: a.title,
          capability: c.title,
          on: [...targetsOf(a)],
          input: schemaOf(a.input, 'input'),
        })),
    ),
  }),
})
