// Everything that happened to a member, under whatever identity, newest first.
import { sql } from 'kysely'
import { z } from 'zod'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { instant, query } from './declare.ts'
import { maskDeep } from './mask.ts'
import type { Store } from './stored.ts'

const CLASSES = ['client', 'capability', 'system'] as const
const json = z.record(z.string(), z.unknown())

const moment = z.object({
  id: z.uuid(),
  name: z.string(),
  class: z.enum(CLASSES),
  source: z.string(),
  timestamp: instant,
  receivedAt: instant,
  communityId: z.uuid().nullable(),
  /** Who did it, when it was not the member. */
  actor: z.string().nullable(),
  properties: json,
  context: json,
  cause: z.string(),
})

interface EventRow {
  id: string
  name: string
  class: (typeof CLASSES)[number]
  source: string
  at: string
  received: string
  place: string
  communityId: string
  actor: string
  properties: string
  context: string
  cause: string
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** The numbers a member's events bear: its own and those of all that was merged into it. */
async function numbersOf(db: Store, memberId: string): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`
    select number from members where id = ${memberId}::uuid and number is not null
    union all
    select number from members where root_id = ${memberId}::uuid and merged_into is not null and number is not null`.execute(
    db,
  )
  return rows.map((r) => r.number)
}

export const timeline = query('member.timeline', {
  title: { en: 'Timeline of a member', zh: '成员动态' },
  input: z.object({
    ...pageInput,
    names: z.array(z.string().min(1).max(200)).max(50).optional().describe('Only these events'),
    classes: z.array(z.enum(CLASSES)).max(3).optional(),
    from: instant.optional(),
    to: instant.optional(),
  }),
  output: pageOf(moment),
  offeredTo: ['operator'],
  needs: 'member.read',
  on: 'member',
  personal: true,
  async run(ctx, { limit, cursor, names, classes, from, to }) {
    const numbers = await numbersOf(ctx.db, ctx.memberId)
    if (numbers.length === 0) return { items: [], nextCursor: null }
    const after = decodeCursor(cursor, 2)
    const conditions = [
      'member in {numbers:Array(UInt32)}',
      ...(names ? ['name in {names:Array(String)}'] : []),
      ...(classes ? ['class in {classes:Array(String)}'] : []),
      ...(from ? ['timestamp >= fromUnixTimestamp64Milli({from:Int64})'] : []),
      ...(to ? ['timestamp < fromUnixTimestamp64Milli({to:Int64})'] : []),
      ...(after ? ['(timestamp, seq) < (fromUnixTimestamp64Milli({at:Int64}), {seq:UInt64})'] : []),
    ]
    const rows = await ctx.warehouse.query<EventRow>(
      `select id, name, class, source, toString(toUnixTimestamp64Milli(timestamp)) as at,
        toString(toUnixTimestamp64Milli(receivedAt)) as received, toString(seq) as place, communityId, actor,
        properties, context, cause
      from events where ${conditions.join(' and ')} order by timestamp desc, seq desc limit {limit:UInt32}`,
      {
        numbers,
        limit: limit + 1,
        ...(names ? { names } : {}),
        ...(classes ? { classes } : {}),
        ...(from ? { from: Date.parse(from) } : {}),
        ...(to ? { to: Date.parse(to) } : {}),
        ...(after ? { at: wholeNumber(after[0]), seq: wholeNumber(after[1]) } : {}),
      },
      { lane: 'interactive', signal: ctx.signal },
    )
    const seesContact = ctx.may('member.see_contact')
    return cutPage(
      rows,
      limit,
      (r) => [r.at, r.place],
      (r) => momentOf(r, seesContact),
    )
  },
})

/** A cursor is the reader's to send: only digits go on. */
const wholeNumber = (part: string | number | null | undefined): string =>
  /^\d{1,15}$/.test(String(part)) ? String(part) : '0'

function momentOf(row: EventRow, seesContact: boolean): z.input<typeof moment> {
  const shown = (text: string) => {
    const value: unknown = JSON.parse(text)
    return (seesContact ? value : maskDeep(value)) as Record<string, unknown>
  }
  return {
    id: row.id,
    name: row.name,
    class: row.class,
    source: row.source,
    timestamp: new Date(Number(row.at)).toISOString(),
    receivedAt: new Date(Number(row.received)).toISOString(),
    communityId: row.communityId === NOBODY ? null : row.communityId,
    actor: row.actor || null,
    properties: shown(row.properties),
    context: shown(row.context),
    cause: row.cause,
  }
}
