// The traits of one member, and for one of them why: what was measured, from which events, and when it changes.
import { sql } from 'kysely'
import { z } from 'zod'
import { numbersOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { query, valueShape } from './declare.ts'
import { KINDS, kindOf } from './definition.ts'
import { visible } from './list.ts'
import { planMeasure } from './measure.ts'
import { MODELS } from './presets.ts'
import { type Measurable, planOf } from './read.ts'
import { planRfm } from './rfm.ts'
import { planScore } from './score.ts'
import { type Columns, createSheet, membersSql, rowsSql, type Sheet, type Who } from './sheet.ts'
import type { TraitTables, Value } from './tables.ts'

type TraitQuery = Context<TraitTables, never>

const when = z.iso.datetime()
const text = z.object({ en: z.string(), zh: z.string() })
/** Events shown as the reason; the count says how many there are. */
const MOST_SHOWN = 20

const because = z.object({
  /** Parts of a score: what was measured, the points it gives, and how much these weigh. */
  components: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      measured: z.number().nullable(),
      points: z.number(),
      weight: z.number(),
    }),
  ),
  /** What the fifths of RFM were found from, as of the instant it holds for. */
  rfm: z.object({ asOf: when, recencyDays: z.number(), frequency: z.number(), money: z.number() }).nullable(),
  /** How many events count. */
  count: z.int(),
  /** The latest of them. */
  events: z.array(z.object({ eventId: z.uuid(), name: z.string(), at: when })),
})

export const ofMember = query('trait.of_member', {
  title: { en: 'Traits of a member', zh: '成员的计算属性' },
  input: z.object({ key: z.string().max(50).optional().describe('Explains this one') }),
  output: z.object({
    items: z.array(
      z.object({
        id: z.uuid(),
        key: z.string(),
        name: z.string(),
        kind: z.enum(KINDS),
        value: valueShape,
        changedAt: when.nullable(),
        /** When time alone may change it next. */
        nextAt: when.nullable(),
      }),
    ),
    /** Dimension models of which a score is installed; a value is null where nothing was measured. */
    models: z.array(
      z.object({
        key: z.string(),
        title: text,
        axes: z.array(z.object({ key: z.string(), title: z.string(), value: z.number().nullable() })),
      }),
    ),
    because: because.nullable(),
  }),
  offeredTo: ['operator'],
  needs: 'trait.read',
  on: 'member',
  personal: true,
  async run(ctx, input) {
    const { rows } =
      await sql<Row>`select t.id, t.key, t.name, t.definition, t.thresholds, t.as_of, v.value, v.changed_at,
        v.next_at
      from traits t left join trait_values v on v.trait_id = t.id and v.member_id = ${ctx.memberId}
      where t.state <> 'deleted' order by lower(t.name), t.id`.execute(ctx.db)
    const asked = rows.find((r) => r.key === input.key)
    if (input.key !== undefined && !asked) ctx.fail('object.unknown')
    return {
      items: rows.map((r) => ({
        id: r.id,
        key: r.key,
        name: r.name,
        kind: kindOf(r.definition),
        value: visible(ctx, r.value, r.definition),
        changedAt: r.value === null ? null : (r.changed_at?.toISOString() ?? null),
        nextAt: r.next_at?.toISOString() ?? null,
      })),
      models: modelsOf(rows),
      because: asked ? await explain(ctx, asked) : null,
    }
  },
})

interface Row extends Measurable {
  key: string
  name: string
  as_of: Date | null
  value: Value | null
  changed_at: Date | null
  next_at: Date | null
}

function modelsOf(rows: readonly Row[]) {
  const scores = new Map(rows.filter((r) => r.definition.score).map((r) => [r.key, r]))
  return MODELS.map(({ key, title, axes }) => ({
    key,
    title,
    axes: axes.flatMap((axis) => {
      const row = scores.get(axis)
      return row ? [{ key: axis, title: row.name, value: typeof row.value === 'number' ? row.value : null }] : []
    }),
  })).filter((m) => m.axes.length > 0)
}

/** Expressions beside the plan, per kind: what its parts measured. */
function detailsOf(trait: Measurable, sheet: Sheet): { counts: string; measured: string; points: string } {
  const { measure, score, rfm } = trait.definition
  const none = "CAST([], 'Array(Nullable(Float64))')"
  if (measure) return { counts: planMeasure(measure, sheet).counts, measured: none, points: none }
  if (score) {
    const { components, counts } = planScore(score, sheet)
    return {
      counts,
      measured: `[${components.map((c) => `toNullable(${c.plan.number})`).join(', ')}]`,
      points: `[${components.map((c) => `toNullable(${c.points})`).join(', ')}]`,
    }
  }
  if (rfm && trait.thresholds) {
    const plan = planRfm(rfm, trait.thresholds, sheet)
    return { counts: plan.counts, measured: plan.figures, points: none }
  }
  return { counts: '0', measured: none, points: none }
}

async function explain(ctx: TraitQuery, trait: Row): Promise<z.input<typeof because>> {
  const { score, rfm } = trait.definition
  const components = (score?.components ?? []).map(({ key, title, weight }) => ({ key, title, weight }))
  const nothing = {
    components: components.map((c) => ({ ...c, measured: null, points: 0 })),
    rfm: null,
    count: 0,
    events: [],
  }
  const number = (await numbersOf(ctx.warehouse, [ctx.memberId])).get(ctx.memberId)
  if (number === undefined) return nothing
  const who = { kind: 'some' as const, numbers: [number], ats: [(rfm && trait.as_of) || ctx.now] }
  const sheet = createSheet(ctx.brand.zone)
  planOf(trait, sheet)
  const { counts, measured, points } = detailsOf(trait, sheet)
  const [row] = await ctx.warehouse.query<{ measured: (number | null)[]; points: (number | null)[] }>(
    membersSql(sheet, who, [`${measured} AS measured`, `${points} AS points`]),
    sheet.params,
    { lane: 'interactive' },
  )
  if (!row) return nothing
  const [recencyDays = 0, frequency = 0, money = 0] = row.measured.map((m) => m ?? 0)
  return {
    components: components.map((c, i) => ({
      ...c,
      measured: row.measured[i] ?? null,
      points: Math.round((row.points[i] ?? 0) * 10) / 10,
    })),
    rfm: rfm && trait.as_of ? { asOf: trait.as_of.toISOString(), recencyDays, frequency, money } : null,
    ...(await eventsOf(ctx, sheet, who, counts)),
  }
}

async function eventsOf(ctx: TraitQuery, sheet: Sheet & Columns, who: Who, counts: string) {
  const rows = await ctx.warehouse.query<{ id: string; name: string; t: number | string; n: number | string }>(
    `SELECT toString(id) AS id, toString(name) AS name, t, count() OVER () AS n FROM (${rowsSql(sheet, who)})
     WHERE ${counts} ORDER BY t DESC, seq DESC LIMIT ${MOST_SHOWN}`,
    sheet.params,
    { lane: 'interactive' },
  )
  return {
    count: Number(rows[0]?.n ?? 0),
    events: rows.map((r) => ({ eventId: r.id, name: r.name, at: new Date(Number(r.t)).toISOString() })),
  }
}
