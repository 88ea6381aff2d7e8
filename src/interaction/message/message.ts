// What reaches a member, with its honest state. Today's channel is the portal inbox, where to be written is to be sent.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import type { Consequence, UndoContext } from '#kernel/contribution'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { displayNames } from '#people/member'
import { type Moved, moveMessages, returnMessages } from './merge.ts'
import { deliver, type Sending } from './send.ts'
import { CHANNELS, type MessageTables, migrations, PURPOSES, STATES } from './tables.ts'

const { event, action, query, trait, capability } = slice<MessageTables>()('message', {
  layer: 'interaction',
  title: { en: 'Message', zh: '触达' },
  rights: {
    'message.send': { title: { en: 'Send messages', zh: '发送消息' }, roles: ['manager', 'content'] },
    'message.list': {
      title: { en: 'See what was sent', zh: '查看触达记录' },
      roles: ['manager', 'content', 'support', 'analyst', 'store'],
    },
    'message.inbox': { title: { en: 'Read one’s inbox', zh: '查看本人消息' }, roles: ['member'] },
  },
  migrations,
})

const channelField = z.enum(CHANNELS).meta({ en: 'Channel', zh: '渠道' })
const purposeField = z.enum(PURPOSES).meta({ en: 'Purpose', zh: '用途' })
const topicField = z.string().trim().min(1).max(60).meta({ en: 'Topic', zh: '主题' })
const contentField = z.object({
  title: z.string().trim().min(1).max(120).meta({ en: 'Title', zh: '标题' }),
  body: z.string().trim().min(1).max(4000).meta({ en: 'Text', zh: '正文' }),
})
/** Words only where they are needed to show it: the events carry none of the text. */
const about = z.object({
  messageId: z.uuid().meta({ en: 'Message', zh: '消息编号' }),
  channel: channelField,
  purpose: purposeField,
  topic: topicField.nullable(),
})

export const planned = event('message.planned', {
  title: { en: 'Message planned', zh: '消息已计划' },
  class: 'system',
  data: about,
})
export const sent = event('message.sent', {
  title: { en: 'Message sent', zh: '消息已送达收件箱' },
  class: 'system',
  data: about,
})
export const read = event('message.read', {
  title: { en: 'Message read', zh: '阅读消息' },
  data: about,
})
export const withdrawn = event('message.withdrawn', {
  title: { en: 'Message withdrawn', zh: '消息已撤回' },
  class: 'system',
  data: about,
})

/** Sends one message to a member; a repeat with the same cause on the same channel changes nothing. */
export const send = action('message.send', {
  title: { en: 'Send a message', zh: '发送消息' },
  input: z.object({
    channel: channelField,
    content: contentField,
    topic: topicField.optional(),
    purpose: purposeField,
  }),
  output: z.object({ messageId: z.uuid(), state: z.enum(STATES) }),
  offeredTo: ['operator', 'journey'],
  needs: 'message.send',
  on: 'member',
  emits: [planned, sent],
  async run(ctx, input) {
    const { memberId, cause, now: at } = ctx
    const [answer] = await sendAll(ctx, [{ memberId, cause, at, input }])
    return answer as Answer
  },
  runMany: (ctx, calls) => sendAll(ctx, calls),
})

interface Answer {
  messageId: string
  state: (typeof STATES)[number]
}
interface SendContext {
  db: Parameters<typeof deliver>[0]
  emit(event: typeof planned | typeof sent, data: z.input<typeof about>, call: Sending): void
}

async function sendAll(ctx: SendContext, calls: readonly Sending[]): Promise<Answer[]> {
  const answers = await deliver(ctx.db, calls)
  return answers.map(({ messageId, state, fresh }, i) => {
    const call = calls[i] as Sending
    const { channel, purpose, topic = null } = call.input
    if (fresh) for (const step of [planned, sent]) ctx.emit(step, { messageId, channel, purpose, topic }, call)
    return { messageId, state }
  })
}

const item = z.object({
  id: z.uuid(),
  content: contentField,
  topic: z.string().nullable(),
  purpose: purposeField,
  sentAt: z.iso.datetime(),
  read: z.boolean(),
})

const inbox = query('message.inbox', {
  title: { en: 'Inbox', zh: '消息收件箱' },
  input: z.object(pageInput),
  output: pageOf(item).extend({ unread: z.int() }),
  offeredTo: ['member'],
  needs: 'message.inbox',
  personal: true,
  on: 'member',
  async run(ctx, { limit, cursor }) {
    const { rows } = await sql<Row & { sent_at: Date }>`
      select * from messages where member_id = ${ctx.memberId} and channel = 'inbox' and state in ('sent', 'read')
        and ${olderThan(cursor)}
      order by planned_at desc, id desc limit ${limit + 1}`.execute(ctx.db)
    const { unread } = await ctx.db
      .selectFrom('messages')
      .select((eb) => eb.fn.countAll<number>().as('unread'))
      .where('member_id', '=', ctx.memberId)
      .where('channel', '=', 'inbox')
      .where('state', '=', 'sent')
      .executeTakeFirstOrThrow()
    const page = cutPage(rows, limit, keyOf, (row) => ({
      id: row.id,
      content: { title: row.title, body: row.body },
      topic: row.topic,
      purpose: row.purpose,
      sentAt: row.sent_at.toISOString(),
      read: row.state === 'read',
    }))
    return { ...page, unread }
  },
})

type Row = MessageTables['messages']
const keyOf = (row: Row) => [row.planned_at.toISOString(), row.id]
function olderThan(cursor: string | undefined): RawBuilder<unknown> {
  const after = decodeTimeCursor(cursor)
  return after ? sql`(planned_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`
}

const markRead = action('message.read', {
  title: { en: 'Mark as read', zh: '标为已读' },
  input: z.object({ messageId: z.uuid() }),
  output: z.object({ read: z.int() }),
  offeredTo: ['member'],
  needs: 'message.inbox',
  on: 'member',
  emits: [read],
  async run(ctx, { messageId }) {
    const rows = await reading(ctx, messageId)
    if (rows.length === 0) {
      const there = await ctx.db
        .selectFrom('messages')
        .select('id')
        .where('id', '=', messageId)
        .where('member_id', '=', ctx.memberId)
        .where('state', '=', 'read')
        .executeTakeFirst()
      if (!there) ctx.fail('object.unknown')
    }
    return { read: rows.length }
  },
})

const markAllRead = action('message.read_all', {
  title: { en: 'Mark all as read', zh: '全部标为已读' },
  input: z.object({}),
  output: z.object({ read: z.int() }),
  offeredTo: ['member'],
  needs: 'message.inbox',
  on: 'member',
  emits: [read],
  run: async (ctx) => ({ read: (await reading(ctx, null)).length }),
})

interface ReadContext {
  db: Parameters<typeof deliver>[0]
  now: Date
  memberId: string
  emit(event: typeof read, data: z.input<typeof about>): void
}

/** Turns unread into read, one message or all; what was read before is not read again. */
async function reading(ctx: ReadContext, messageId: string | null): Promise<readonly { id: string }[]> {
  const { rows } = await sql<Row>`
    update messages set state = 'read', read_at = ${ctx.now}
    where member_id = ${ctx.memberId} and channel = 'inbox' and state = 'sent'
      and ${messageId === null ? sql`true` : sql`id = ${messageId}`}
    returning *`.execute(ctx.db)
  for (const { id, channel, purpose, topic } of rows) ctx.emit(read, { messageId: id, channel, purpose, topic })
  return rows
}

const list = query('message.list', {
  title: { en: 'Messages sent', zh: '触达记录' },
  input: z.object({
    ...pageInput,
    memberId: z.uuid().optional().meta({ en: 'Member', zh: '成员' }),
    state: z.enum(STATES).optional().meta({ en: 'State', zh: '状态' }),
    channel: channelField.optional(),
    purpose: purposeField.optional(),
    topic: topicField.optional(),
    cause: z.string().min(1).max(500).optional().meta({ en: 'Cause', zh: '来源' }),
  }),
  output: pageOf(
    z.object({
      id: z.uuid(),
      memberId: z.uuid(),
      memberName: z.string().nullable(),
      channel: channelField,
      state: z.enum(STATES),
      reason: z.string().optional(),
      content: contentField,
      topic: z.string().nullable(),
      purpose: purposeField,
      cause: z.string(),
      plannedAt: z.iso.datetime(),
      sentAt: z.iso.datetime().nullable(),
      readAt: z.iso.datetime().nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'message.list',
  personal: true,
  on: 'brand',
  async run(ctx, { limit, cursor, memberId, ...filters }) {
    const equal = Object.entries({ ...filters, member_id: memberId }).filter(([, value]) => value !== undefined)
    const where = [
      ctx.inScope(sql.ref('messages.member_id')),
      olderThan(cursor),
      ...equal.map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
    ]
    const { rows } = await sql<Row>`
      select * from messages where ${sql.join(where, sql` and `)}
      order by planned_at desc, id desc limit ${limit + 1}`.execute(ctx.db)
    const names = await displayNames(
      ctx,
      rows.map((row) => row.member_id),
    )
    return cutPage(rows, limit, keyOf, (row) => ({
      id: row.id,
      memberId: row.member_id,
      memberName: names.get(row.member_id) ?? null,
      channel: row.channel,
      state: row.state,
      ...(row.reason === null ? {} : { reason: row.reason }),
      content: { title: row.title, body: row.body },
      topic: row.topic,
      purpose: row.purpose,
      cause: row.cause,
      plannedAt: row.planned_at.toISOString(),
      sentAt: row.sent_at?.toISOString() ?? null,
      readAt: row.read_at?.toISOString() ?? null,
    }))
  },
})

/** What is still unread leaves the inbox; what has been read cannot be unread. */
async function withdraw(ctx: UndoContext<MessageTables>): Promise<Consequence[]> {
  const mine = sql`cause = ${ctx.cause} and ${ctx.inScope(sql.ref('member_id'))}`
  const { rows } = await sql<Row>`
    update messages set state = 'withdrawn' where ${mine} and state in ('planned', 'sent') returning *`.execute(ctx.db)
  for (const { id, member_id: memberId, channel, purpose, topic } of rows)
    ctx.emit(withdrawn, { messageId: id, channel, purpose, topic }, { memberId })
  const kept = await sql<{ n: number }>`
    select count(*) as n from messages where ${mine} and state = 'read'`.execute(ctx.db)
  const lines: Consequence[] = [
    { title: { en: 'Inbox messages withdrawn', zh: '撤回站内消息' }, count: rows.length },
    { title: { en: 'Messages read already', zh: '已读消息' }, count: kept.rows[0]?.n ?? 0, stays: true },
  ]
  return lines.filter(({ count }) => count > 0)
}

export const message = capability({
  events: [planned, sent, read, withdrawn],
  actions: [send, markRead, markAllRead],
  queries: [inbox, list],
  traits: [
    trait('message.received', {
      title: { en: 'Messages received', zh: '收到消息数' },
      from: sent,
      measure: { count: true },
    }),
    trait('message.opened', { title: { en: 'Messages read', zh: '阅读消息数' }, from: read, measure: { count: true } }),
  ],
  undo: withdraw,
  onMerge: (db, merge) => moveMessages(db, merge),
  onUnmerge: (db, merge, journal) => returnMessages(db, merge, journal as Moved),
  onErase: async (db, memberId) => {
    await db.deleteFrom('messages').where('member_id', '=', memberId).execute()
  },
})
