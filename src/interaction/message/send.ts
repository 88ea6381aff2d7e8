import { type Kysely, sql } from 'kysely'
import { newId } from '#kernel/ids'
import type { Channel, MessageTables, Purpose, State } from './tables.ts'

export interface Sending {
  memberId: string
  cause: string
  at: Date
  input: { channel: Channel; content: { title: string; body: string }; topic?: string | undefined; purpose: Purpose }
}

export interface Delivered {
  messageId: string
  state: State
  /** false for a repeat, which changed nothing. */
  fresh: boolean
}

/** Puts messages into inboxes, an answer per message in the same order. */
export async function deliver(db: Kysely<MessageTables>, sendings: readonly Sending[]): Promise<Delivered[]> {
  const rows = sendings.map((s) => ({ ...s, ...s.input, ...s.input.content, id: newId() }))
  const { rows: written } = await sql<{ id: string }>`
    insert into messages
      (id, member_id, channel, state, title, body, topic, purpose, cause, leg, planned_at, sent_at)
    select id, member_id, channel, 'sent', title, body, topic, purpose, cause, channel, at, at
    from unnest(
      ${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.memberId)}::uuid[], ${rows.map((r) => r.channel)}::text[],
      ${rows.map((r) => r.title)}::text[], ${rows.map((r) => r.body)}::text[],
      ${rows.map((r) => r.topic ?? null)}::text[], ${rows.map((r) => r.purpose)}::text[],
      ${rows.map((r) => r.cause)}::text[], ${rows.map((r) => r.at)}::timestamptz[])
      as m (id, member_id, channel, title, body, topic, purpose, cause, at)
    on conflict (cause, member_id, leg) do nothing returning id`.execute(db)
  const fresh = new Set(written.map((r) => r.id))
  const repeats = rows.filter((r) => !fresh.has(r.id))
  const known = await earlier(db, repeats)
  return rows.map((r) => {
    if (fresh.has(r.id)) return { messageId: r.id, state: 'sent', fresh: true }
    const first = known.get(keyOf(r))
    if (!first) throw new Error(`no message of ${r.cause}`)
    return { ...first, fresh: false }
  })
}

interface Key {
  cause: string
  memberId: string
  channel: Channel
}
const keyOf = (key: Key) => JSON.stringify([key.cause, key.memberId, key.channel])

async function earlier(db: Kysely<MessageTables>, keys: readonly Key[]) {
  if (keys.length === 0) return new Map<string, { messageId: string; state: State }>()
  const { rows } = await sql<Key & { messageId: string; state: State }>`
    select m.id as "messageId", m.state, m.cause, m.member_id as "memberId", m.leg as channel
    from unnest(
      ${keys.map((k) => k.cause)}::text[], ${keys.map((k) => k.memberId)}::uuid[],
      ${keys.map((k) => k.channel)}::text[]) as k (cause, member_id, leg)
    join messages m using (cause, member_id, leg)`.execute(db)
  return new Map(rows.map(({ messageId, state, ...key }) => [keyOf(key), { messageId, state }]))
}
