// What the books say: of one member, of all, and what the brand still owes its members in points.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { localDate } from '#kernel/time'
import { query, reasonField } from './declare.ts'
import { KINDS, type Kind } from './tables.ts'

export const balance = query('points.balance', {
  title: { en: 'Points balance', zh: '积分余额' },
  input: z.object({}),
  output: z.object({
    available: z.int(),
    held: z.int(),
    owed: z.int(),
    /** What expires next. */
    expiring: z.object({ points: z.int(), at: z.iso.datetime() }).nullable(),
  }),
  offeredTo: ['member', 'operator'],
  needs: 'points.view',
  on: 'member',
  async run(ctx) {
    const row = await ctx.db
      .selectFrom('points_balances')
      .select(['available', 'held', 'owed'])
      .where('member_id', '=', ctx.memberId)
      .executeTakeFirst()
    const { rows } = await sql<{ at: Date; points: number }>`
      select expires_at as at, sum(remaining)::bigint as points from points_lots
      where member_id = ${ctx.memberId} and remaining > 0 and expires_at is not null
      group by expires_at order by expires_at limit 1`.execute(ctx.db)
    const next = rows[0]
    return {
      ...(row ?? { available: 0, held: 0, owed: 0 }),
      expiring: next ? { points: next.points, at: next.at.toISOString() } : null,
    }
  },
})

const line = z.object({
  transferId: z.uuid(),
  kind: z.enum(KINDS),
  /** Signed, as the member sees it; 0 for what only settles earlier entries. */
  points: z.int(),
  reason: z.string(),
  note: z.string().optional(),
  at: z.iso.datetime(),
})

interface Row {
  id: string
  kind: Kind
  points: number
  reason: string
  note: string | null
  cause: string
  member_id: string
  at: Date
}
type Database = Parameters<ReturnType<typeof sql>['execute']>[0]

/** Transfers that match, newest first; one row more than the page, so that the end shows. */
async function page(
  db: Database,
  where: readonly RawBuilder<unknown>[],
  input: { limit: number; cursor?: string | undefined },
) {
  const after = decodeTimeCursor(input.cursor)
  const all = after ? [...where, sql`(t.at, t.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`] : where
  const { rows } = await sql<Row>`
    select t.id, t.kind, t.points, t.reason, n.note, t.cause, t.member_id, t.at
    from points_transfers t left join points_notes n on n.transfer_id = t.id
    where ${sql.join([sql`true`, ...all], sql` and `)}
    order by t.at desc, t.id desc limit ${input.limit + 1}`.execute(db)
  return rows
}

const keyOf = (row: Row) => [row.at.toISOString(), row.id]
const lineOf = (row: Row): z.input<typeof line> => ({
  transferId: row.id,
  kind: row.kind,
  points: row.points,
  reason: row.reason,
  at: row.at.toISOString(),
})
const withNote = (row: Row) => (row.note === null ? {} : { note: row.note })

export const history = query('points.history', {
  title: { en: 'Points history', zh: '积分明细' },
  input: z.object(pageInput),
  output: pageOf(line),
  offeredTo: ['member', 'operator'],
  needs: 'points.view',
  on: 'member',
  async run(ctx, input) {
    const rows = await page(ctx.db, [sql`t.member_id = ${ctx.memberId}`], input)
    // Notes are the operators' own.
    const mayRead = ctx.actor.caller !== 'member'
    return cutPage(rows, input.limit, keyOf, (row) => ({ ...lineOf(row), ...(mayRead ? withNote(row) : {}) }))
  },
})

export const find = query('points.find', {
  title: { en: 'Points ledger', zh: '积分账本' },
  input: z.object({
    ...pageInput,
    memberId: z.uuid().optional().meta({ en: 'Member', zh: '成员' }),
    kind: z.enum(KINDS).optional().meta({ en: 'Kind', zh: '类型' }),
    reason: reasonField.optional(),
    from: z.iso.datetime().optional().meta({ en: 'From', zh: '开始时间' }),
    to: z.iso.datetime().optional().meta({ en: 'Until', zh: '结束时间' }),
  }),
  output: pageOf(line.extend({ memberId: z.uuid(), cause: z.string() })),
  offeredTo: ['operator'],
  needs: 'points.read',
  on: 'brand',
  async run(ctx, input) {
    const where = [
      ctx.inScope(sql.ref('t.member_id')),
      input.memberId && sql`t.member_id = ${input.memberId}`,
      input.kind && sql`t.kind = ${input.kind}`,
      input.reason && sql`t.reason = ${input.reason}`,
      input.from && sql`t.at >= ${input.from}::timestamptz`,
      input.to && sql`t.at < ${input.to}::timestamptz`,
    ].filter((condition) => condition !== undefined && condition !== '')
    const rows = await page(ctx.db, where, input)
    return cutPage(rows, input.limit, keyOf, (row) => ({
      ...lineOf(row),
      ...withNote(row),
      memberId: row.member_id,
      cause: row.cause,
    }))
  },
})

export const summary = query('points.summary', {
  title: { en: 'Points in sum', zh: '积分汇总' },
  input: z.object({
    from: z.iso.datetime().optional().meta({ en: 'From', zh: '开始时间' }),
    to: z.iso.datetime().optional().meta({ en: 'Until', zh: '结束时间' }),
  }),
  output: z.object({
    /** In the period: given out less taken back, spent less refunded, expired. */
    issued: z.int(),
    redeemed: z.int(),
    expired: z.int(),
    /** Now: what members can still spend, and what they owe. */
    outstanding: z.int(),
    held: z.int(),
    owed: z.int(),
    /** What of it expires in which month, if nothing is spent. */
    expiring: z.array(z.object({ month: z.string(), points: z.int() })),
  }),
  offeredTo: ['operator'],
  needs: 'points.read',
  on: 'brand',
  async run(ctx, { from, to }) {
    const scope = (column: string) => ctx.inScope(sql.ref(column))
    const within = from || to || ctx.actor.scope.kind !== 'all'
    const chosen = [
      scope('t.member_id'),
      ...(from ? [sql<SqlBool>`t.at >= ${from}::timestamptz`] : []),
      ...(to ? [sql<SqlBool>`t.at < ${to}::timestamptz`] : []),
    ]
    const { rows } = await sql<{ issued: number; redeemed: number; expired: number }>`
      select coalesce(-sum(amount) filter (where account = 'issued'), 0)::bigint as issued,
        coalesce(sum(amount) filter (where account = 'redeemed'), 0)::bigint as redeemed,
        coalesce(sum(amount) filter (where account = 'expired'), 0)::bigint as expired
      from points_entries where member_id is null and ${
        within
          ? sql`transfer_id in (select t.id from points_transfers t where ${sql.join(chosen, sql` and `)})`
          : sql`true`
      }`.execute(ctx.db)
    const { rows: now } = await sql<{ outstanding: number; held: number; owed: number }>`
      select coalesce(sum(available + held), 0)::bigint as outstanding, coalesce(sum(held), 0)::bigint as held,
        coalesce(sum(owed), 0)::bigint as owed
      from points_balances b where ${scope('b.member_id')}`.execute(ctx.db)
    const { rows: lots } = await sql<{ at: Date; points: number }>`
      select l.expires_at as at, sum(l.remaining)::bigint as points from points_lots l
      where l.remaining > 0 and l.expires_at is not null and ${scope('l.member_id')}
      group by l.expires_at order by l.expires_at limit 1000`.execute(ctx.db)
    return {
      ...(rows[0] ?? { issued: 0, redeemed: 0, expired: 0 }),
      ...(now[0] ?? { outstanding: 0, held: 0, owed: 0 }),
      expiring: byMonth(lots, ctx.brand.zone),
    }
  },
})

/** The month that ends at midnight is the one that expires, not the one that begins. */
function byMonth(lots: readonly { at: Date; points: number }[], zone: string) {
  const months = new Map<string, number>()
  for (const { at, points } of lots) {
    const month = localDate(new Date(at.getTime() - 1), zone).slice(0, 7)
    months.set(month, (months.get(month) ?? 0) + points)
  }
  return [...months].map(([month, points]) => ({ month, points }))
}
