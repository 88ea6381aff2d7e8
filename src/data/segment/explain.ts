// Why in, why out: per clause whether it holds, what was measured, the events that count, and when it changes.
import { z } from 'zod'
import type { Warehouse } from '#kernel/context'
import { type Clause, kindOf } from './clause/registry.ts'
import { type Condition, clausesOf } from './condition.ts'
import { query } from './declare.ts'
import { definitionOf } from './preview.ts'
import { type At, numbersOf, verdicts } from './read.ts'
import { compile, createSheet, rootOf } from './sheet.ts'

const shownEvent = z.object({
  id: z.uuid(),
  name: z.string(),
  timestamp: z.iso.datetime(),
  properties: z.record(z.string(), z.unknown()),
})
const because = z.object({
  clause: z.record(z.string(), z.unknown()),
  holds: z.boolean(),
  value: z.string(),
  events: z.array(shownEvent),
})

/** Looks ahead through so many instants at which something may change; past them the first one is told. */
const MOST_INSTANTS = 30

export const explain = query('segment.explain', {
  title: { en: 'Why a member is in a segment or not', zh: '成员为何在/不在分群中' },
  input: z.object({ id: z.uuid() }),
  output: z.object({
    member: z.boolean(),
    enteredAt: z.iso.datetime().nullable(),
    because: z.array(because),
    nextChangeAt: z.iso.datetime().nullable(),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'member',
  personal: true,
  async run(ctx, { id }) {
    const definition = await definitionOf(ctx, id)
    const numbers = await numbersOf(ctx.warehouse, [ctx.memberId])
    const number = numbers.get(ctx.memberId)
    if (number === undefined) return { member: false, enteredAt: null, because: [], nextChangeAt: null }
    const when = { at: ctx.now, zone: ctx.brand.zone }
    const { holds, next } = await lookAhead(ctx.warehouse, definition, number, when)
    const row = await ctx.db
      .selectFrom('segment_members')
      .select('entered_at')
      .where('segment_id', '=', id)
      .where('member_id', '=', ctx.memberId)
      .executeTakeFirst()
    return {
      member: holds,
      enteredAt: row?.entered_at.toISOString() ?? null,
      because: await reasons(ctx.warehouse, definition, number, when),
      nextChangeAt: next?.toISOString() ?? null,
    }
  },
})

/** What holds now, and the instant at which that changes if nothing else happens. */
async function lookAhead(warehouse: Warehouse, definition: Condition, number: number, when: At) {
  const judgeAt = async (at: Date) => {
    const [row] = await verdicts(warehouse, [definition], { kind: 'some', numbers: [number] }, { ...when, at })
    return row?.verdicts[0] ?? { holds: false, changesAt: Number.POSITIVE_INFINITY }
  }
  const now = await judgeAt(when.at)
  let next = now.changesAt
  for (let i = 0; i < MOST_INSTANTS && next !== Number.POSITIVE_INFINITY; i++) {
    const then = await judgeAt(new Date(next))
    if (then.holds !== now.holds) return { holds: now.holds, next: new Date(next) }
    next = then.changesAt
  }
  return { holds: now.holds, next: next === Number.POSITIVE_INFINITY ? null : new Date(next) }
}

async function reasons(warehouse: Warehouse, definition: Condition, number: number, when: At) {
  const clauses = clausesOf(definition)
  const { leaves, params, from } = compile(clauses, { kind: 'some', numbers: [number] }, when.at, when.zone)
  const [row] = await warehouse.query<{ h: number[]; v: string[] }>(
    `SELECT [${leaves.map((l) => `toUInt8(${l.holds})`).join(', ')}] AS h, [${leaves.map((l) => l.value).join(', ')}] AS v ${from}`,
    params,
    { lane: 'interactive' },
  )
  return Promise.all(
    clauses.map(async (clause, i) => ({
      clause: { ...clause } as Record<string, unknown>,
      holds: Number(row?.h[i]) === 1,
      value: row?.v[i] ?? '',
      events: await evidence(warehouse, clause, number, when),
    })),
  )
}

/** Up to five newest events that a clause counts. */
async function evidence(warehouse: Warehouse, clause: Clause, number: number, { at, zone }: At) {
  const kind = kindOf(clause)
  if (!kind?.evidence) return []
  const { sheet, bind, params, rowColumns } = createSheet(zone)
  const condition = kind.evidence(clause as never, sheet)
  const n = bind('UInt32', number)
  const rows = await warehouse.query<{ id: string; name: string; t: number | string; properties: string }>(
    `SELECT toString(id) AS id, name, toUnixTimestamp64Milli(timestamp) AS t, properties
     FROM (SELECT *, fromUnixTimestamp64Milli(${bind('Int64', at.getTime())}, 'UTC') AS at${rowColumns()} FROM events
       WHERE member = ${n} OR member IN (SELECT toUInt32(number) FROM aliases WHERE root = ${n}))
     WHERE ${rootOf('member')} = ${n} AND ${condition} ORDER BY timestamp DESC, seq DESC LIMIT 5`,
    params,
    { lane: 'interactive' },
  )
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    timestamp: new Date(Number(r.t)).toISOString(),
    properties: JSON.parse(r.properties) as Record<string, unknown>,
  }))
}
