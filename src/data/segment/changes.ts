// What changed: who entered and who left between two instants, and what brought it about.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { isId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { startOfDay } from '#kernel/time'
import { shownProfiles } from '#people/member'
import { query } from './declare.ts'
import { rootOf } from './query.ts'
import type { SegmentTables } from './tables.ts'

type Asking = Pick<Context<SegmentTables>, 'warehouse' | 'warehouseScope' | 'now' | 'signal'>

const id = z.uuid()
const when = z.iso.datetime()
const REASONS = ['event', 'time', 'definition', 'other'] as const

export const changes = query('segment.changes', {
  title: { en: 'Who entered and left a segment', zh: '分群进出明细' },
  input: z.object({
    id,
    ...pageInput,
    /** Default: the beginning of today in the brand's zone, as yesterday ended. */
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    direction: z.enum(['entered', 'left']).optional(),
  }),
  output: pageOf(
    z.object({
      id: z.uuid(),
      memberId: id,
      name: z.string().nullable(),
      externalId: z.string().nullable(),
      direction: z.enum(['entered', 'left']),
      at: when,
      /** What the member did, time that passed, or the definition. */
      why: z.enum(REASONS),
      /** The event that decided, where one did and is still there. */
      event: z.object({ id: z.uuid(), name: z.string(), at: when }).nullable(),
    }),
  ).extend({
    from: when,
    to: when,
    /** Members: outside at the first instant and inside at the last; the other way round; and who came and went. */
    gained: z.int(),
    lost: z.int(),
    passing: z.int(),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const segment = await sql<{ id: string }>`select id from segments
      where id = ${input.id} and state <> 'deleted'`.execute(ctx.db)
    if (segment.rows.length === 0) return ctx.fail('object.unknown')
    const from = input.from ? new Date(input.from) : startOfDay(ctx.today(), ctx.brand.zone)
    const to = input.to ? new Date(input.to) : ctx.now
    const asked = transitionsOf(ctx, input.id, from, to)
    const totals = await sumUp(ctx, asked)
    const rows = await readPage(ctx, asked, input)
    const page = cutPage(
      rows,
      input.limit,
      (r) => [Number(r.t), Number(r.seq)],
      (r) => r,
    )
    const causes = await causesOf(ctx, page.items)
    const people = await shownProfiles(
      ctx,
      page.items.map((r) => r.memberId),
    )
    return {
      items: page.items.map((r) => ({
        id: r.id,
        memberId: r.memberId,
        name: people.get(r.memberId)?.name ?? null,
        externalId: people.get(r.memberId)?.externalId ?? null,
        direction: r.name === 'segment.entered' ? ('entered' as const) : ('left' as const),
        at: new Date(Number(r.t)).toISOString(),
        why: reasonOf(r),
        event: causes.get(r.cause) ?? null,
      })),
      nextCursor: page.nextCursor,
      from: from.toISOString(),
      to: to.toISOString(),
      ...totals,
    }
  },
})

interface Asked {
  sql: string
  params: Record<string, unknown>
}
interface Row {
  id: string
  root: number
  memberId: string
  name: string
  t: number | string
  seq: number | string
  cause: string
  definition: number
}

/** Transitions as a SELECT, inside the caller's scope and of nobody who was erased. */
function transitionsOf(ctx: Asking, segmentId: string, from: Date, to: Date): Asked {
  const scope = ctx.warehouseScope()
  return {
    sql: `SELECT * FROM (
        SELECT id, ${rootOf('member')} AS root, name, toUnixTimestamp64Milli(timestamp) AS t, seq, cause,
          JSONHas(properties, 'definition') AS definition
        FROM events WHERE name IN ('segment.entered', 'segment.left')
          AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND timestamp <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          AND JSONExtractString(properties, 'segmentId') = {segmentId:String})
      WHERE root NOT IN (SELECT member FROM facts WHERE key = 'erased')${scope ? ` AND root IN (${scope.sql})` : ''}`,
    params: { segmentId, from: from.getTime(), to: to.getTime(), ...scope?.params },
  }
}

async function sumUp(ctx: Asking, { sql: transitions, params }: Asked) {
  const [row] = await ctx.warehouse.query<{ gained: number; lost: number; passing: number }>(
    `SELECT countIf(first = 'segment.entered' AND last = first) AS gained,
       countIf(first = 'segment.left' AND last = first) AS lost, countIf(first != last) AS passing
     FROM (SELECT argMin(name, (t, seq)) AS first, argMax(name, (t, seq)) AS last FROM (${transitions}) GROUP BY root)`,
    params,
    { lane: 'interactive', signal: ctx.signal },
  )
  return { gained: Number(row?.gained ?? 0), lost: Number(row?.lost ?? 0), passing: Number(row?.passing ?? 0) }
}

async function readPage(
  ctx: Asking,
  { sql: transitions, params }: Asked,
  { cursor, direction, limit }: { cursor?: string | undefined; direction?: string | undefined; limit: number },
): Promise<Row[]> {
  const before = decodeCursor(cursor, 2)?.map((part) => Math.trunc(Number(part)) || 0)
  return ctx.warehouse.query<Row>(
    `SELECT toString(e.id) AS id, e.root AS root, toString(m.memberId) AS memberId, e.name AS name, e.t AS t,
       toString(e.seq) AS seq, e.cause AS cause, e.definition AS definition
     FROM (${transitions}) AS e JOIN members AS m ON m.number = e.root
     WHERE ${direction ? 'e.name = {name:String}' : '1'}
       AND ${before ? '(e.t, e.seq) < ({beforeT:Int64}, {beforeSeq:UInt64})' : '1'}
     ORDER BY e.t DESC, e.seq DESC LIMIT {most:UInt32}`,
    {
      ...params,
      name: `segment.${direction ?? ''}`,
      beforeT: before?.[0] ?? 0,
      beforeSeq: Math.max(before?.[1] ?? 0, 0),
      most: limit + 1,
    },
    { lane: 'interactive', signal: ctx.signal },
  )
}

function reasonOf({ definition, cause }: Row): (typeof REASONS)[number] {
  if (Number(definition) === 1) return 'definition'
  if (cause.startsWith('due:')) return 'time'
  return isId(cause) ? 'event' : 'other'
}

/** The events that are causes, by id; looked for among these members' own, which is how events are stored. */
async function causesOf(ctx: Asking, rows: readonly Row[]) {
  const ids = [...new Set(rows.map((r) => r.cause).filter(isId))]
  if (ids.length === 0) return new Map<string, { id: string; name: string; at: string }>()
  const found = await ctx.warehouse.query<{ id: string; name: string; t: number | string }>(
    `SELECT toString(id) AS id, name, toUnixTimestamp64Milli(timestamp) AS t FROM events
     WHERE (member IN {roots:Array(UInt32)} OR member IN (
         SELECT toUInt32(number) FROM aliases WHERE root IN {roots:Array(UInt32)}))
       AND toString(id) IN {ids:Array(String)}`,
    { ids, roots: [...new Set(rows.map((r) => Number(r.root)))] },
    { lane: 'interactive', signal: ctx.signal },
  )
  return new Map(found.map((e) => [e.id, { id: e.id, name: e.name, at: new Date(Number(e.t)).toISOString() }]))
}
