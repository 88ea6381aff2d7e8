import { z } from 'zod'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { displayNames, maskDeep } from '#people/member'
import { declared, ROOT } from './declare.ts'

const NO_ID = '00000000-0000-0000-0000-000000000000'

const storedEvent = z.object({
  id: z.string(),
  source: z.string(),
  messageId: z.string(),
  name: z.string(),
  class: z.enum(['client', 'capability', 'system']),
  memberId: z.string().nullable(),
  memberName: z.string().nullable(),
  communityId: z.string().nullable(),
  actor: z.string(),
  timestamp: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  seq: z.int(),
  properties: z.record(z.string(), z.unknown()),
  context: z.record(z.string(), z.unknown()),
  cause: z.string(),
  depth: z.int(),
  bot: z.boolean(),
})

interface Row {
  id: string
  source: string
  messageId: string
  name: string
  class: 'client' | 'capability' | 'system'
  memberId: string
  communityId: string
  actor: string
  at: string
  received: string
  seq: string
  properties: string
  context: string
  cause: string
  depth: number
  bot: boolean
}

export const list = declared.query('event.list', {
  title: { en: 'Events', zh: '事件列表' },
  input: z.object({
    ...pageInput,
    name: z.string().max(200).optional(),
    source: z.string().max(80).optional(),
    class: z.enum(['client', 'capability', 'system']).optional(),
    memberId: z.uuid().optional(),
    messageId: z.string().max(200).optional(),
    search: z.string().max(200).optional(),
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
  }),
  output: pageOf(storedEvent),
  offeredTo: ['operator'],
  needs: 'event.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const after = decodeCursor(input.cursor, 1)
    const seesContact = ctx.may('member.see_contact')
    // Who may not see a value must not find out by searching for its parts either.
    const searched = seesContact ? 'concat(name, properties)' : 'name'
    const conditions = [
      ['name', 'name = {name:String}', input.name],
      ['source', 'source = {source:String}', input.source],
      ['class', 'class = {class:String}', input.class],
      ['memberId', 'memberId = {memberId:UUID}', input.memberId],
      ['messageId', 'messageId = {messageId:String}', input.messageId],
      ['search', `positionCaseInsensitiveUTF8(${searched}, {search:String}) > 0`, input.search],
      ['from', 'timestamp >= parseDateTime64BestEffort({from:String}, 3)', input.from],
      ['to', 'timestamp < parseDateTime64BestEffort({to:String}, 3)', input.to],
      ['after', 'seq < {after:UInt64}', after?.[0]],
    ].filter(([, , value]) => value !== undefined && value !== null)
    const scope = ctx.warehouseScope()
    const texts = [...conditions.map(([, text]) => text), ...(scope ? [`${ROOT} IN (${scope.sql})`] : [])]
    const params = { ...Object.fromEntries(conditions.map(([name, , value]) => [name, value])), ...scope?.params }
    const rows = await ctx.warehouse.query<Row>(
      `SELECT id, source, messageId, name, class, memberId, communityId, actor,
        toUnixTimestamp64Milli(timestamp) AS at, toUnixTimestamp64Milli(receivedAt) AS received, seq, properties,
        context, cause, depth, bot
      FROM events WHERE ${texts.join(' AND ') || '1'} ORDER BY seq DESC LIMIT {limit:UInt32}`,
      { ...params, limit: input.limit + 1 },
      { signal: ctx.signal },
    )
    const names = await displayNames(
      ctx,
      rows.map((row) => row.memberId).filter((id) => id !== NO_ID),
    )
    return cutPage(
      rows,
      input.limit,
      (row) => [Number(row.seq)],
      (row) => toItem(row, names.get(row.memberId) ?? null, seesContact),
    )
  },
})

const nullable = (id: string) => (id === NO_ID ? null : id)

function toItem(row: Row, memberName: string | null, seesContact: boolean): z.input<typeof storedEvent> {
  const { at, received, properties, context, memberId, communityId, seq, ...rest } = row
  const shown = (value: unknown) => (seesContact ? value : maskDeep(value))
  return {
    ...rest,
    // Many systems make an address part of the ids they send.
    messageId: String(shown(row.messageId)),
    cause: String(shown(row.cause)),
    memberId: nullable(memberId),
    memberName,
    communityId: nullable(communityId),
    seq: Number(seq),
    timestamp: new Date(Number(at)).toISOString(),
    receivedAt: new Date(Number(received)).toISOString(),
    properties: shown(JSON.parse(properties)) as Record<string, unknown>,
    context: shown(JSON.parse(context)) as Record<string, unknown>,
  }
}

/** What has been seen, most frequent first: for filters and builders that suggest from real data. */
export const names = declared.query('event.names', {
  title: { en: 'Event names seen', zh: '已出现的事件名' },
  input: z.object({
    search: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
  }),
  output: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        class: z.enum(['client', 'capability', 'system']),
        count: z.int(),
        members: z.int(),
        lastAt: z.iso.datetime(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'event.read',
  on: 'brand',
  async run(ctx, { search, limit }) {
    const scope = ctx.warehouseScope()
    const rows = await ctx.warehouse.query<{ name: string; class: Row['class']; n: string; m: string; last: string }>(
      `SELECT name, any(class) AS class, count() AS n, uniq(${ROOT}) AS m,
        toUnixTimestamp64Milli(max(timestamp)) AS last
      FROM events WHERE positionCaseInsensitiveUTF8(name, {search:String}) > 0 ${scope ? `AND ${ROOT} IN (${scope.sql})` : ''}
      GROUP BY name ORDER BY n DESC LIMIT {limit:UInt32}`,
      { search: search ?? '', limit, ...scope?.params },
      { signal: ctx.signal },
    )
    const items = rows.map((r) => ({
      name: r.name,
      class: r.class,
      count: Number(r.n),
      members: Number(r.m),
      lastAt: new Date(Number(r.last)).toISOString(),
    }))
    return { items }
  },
})
