import { type Kysely, sql } from 'kysely'
import type { MessageTables } from './tables.ts'

interface Merge {
  keepId: string
  mergeId: string
}

export interface Moved {
  messages: string[]
}

/** Moves all messages; where one cause wrote to both, the leg says whose it was. */
export async function moveMessages(db: Kysely<MessageTables>, { keepId, mergeId }: Merge): Promise<Moved | null> {
  const { rows } = await sql<{ id: string }>`
    update messages m set member_id = ${keepId},
      leg = case when exists (
        select from messages k where k.cause = m.cause and k.member_id = ${keepId} and k.leg = m.leg
      ) then m.leg || ${suffix(mergeId)}::text else m.leg end
    where m.member_id = ${mergeId} returning m.id`.execute(db)
  return rows.length > 0 ? { messages: rows.map((r) => r.id) } : null
}

export async function returnMessages(
  db: Kysely<MessageTables>,
  { keepId, mergeId }: Merge,
  moved: Moved,
): Promise<void> {
  await sql`
    update messages set member_id = ${mergeId}, leg = replace(leg, ${suffix(mergeId)}::text, '')
    where id = any(${moved.messages}::uuid[]) and member_id = ${keepId}`.execute(db)
}

const suffix = (memberId: string) => `@${memberId}`
