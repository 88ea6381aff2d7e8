// Whose entries are: ids that waited for somebody, and members that were merged or separated. A segment asks the
// warehouse who was told to be on a list; this keeps what was told equal to what stands on the list.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { ReactorContext } from '#kernel/context'
import { membersByExternalId, merged, profiles, unmerged } from '#people/member'
import { added, id, job, listener, reactor, settled } from './declare.ts'
import { ownersOf } from './entry.ts'
import type { ListTables } from './tables.ts'

type Settling = ReactorContext<ListTables>
interface Arrival {
  listId: string
  memberId: string
}

/** Gives waiting entries to who goes by them now; answers who came on which list, once each. */
async function claim(db: Kysely<ListTables>, byEntry: ReadonlyMap<string, string>, list?: string): Promise<Arrival[]> {
  if (byEntry.size === 0) return []
  const { rows } = await sql<{ list_id: string; member_id: string; external_id: string }>`
    update list_entries e set member_id = v.member_id
    from unnest(${[...byEntry.keys()]}::text[], ${[...byEntry.values()]}::uuid[]) as v (external_id, member_id)
    where e.external_id = v.external_id and e.member_id is null and ${list ? sql`e.list_id = ${list}::uuid` : sql`true`}
    returning e.list_id, e.member_id, e.external_id`.execute(db)
  await sql`update list_change_entries c set member_id = v.member_id
    from unnest(${[...byEntry.keys()]}::text[], ${[...byEntry.values()]}::uuid[]) as v (external_id, member_id)
    where c.external_id = v.external_id and c.member_id is null`.execute(db)
  if (rows.length === 0) return []
  const { rows: before } = await sql<{ list_id: string; member_id: string }>`select distinct e.list_id, e.member_id
    from list_entries e join unnest(${rows.map((r) => r.list_id)}::uuid[], ${rows.map((r) => r.member_id)}::uuid[])
      as v (list_id, member_id) on v.list_id = e.list_id and v.member_id = e.member_id
    where e.external_id <> all(${rows.map((r) => r.external_id)}::text[])`.execute(db)
  const known = new Set(before.map((r) => `${r.list_id}/${r.member_id}`))
  const arrivals = new Map<string, Arrival>()
  for (const { list_id: listId, member_id: memberId } of rows) {
    const key = `${listId}/${memberId}`
    if (!known.has(key)) arrivals.set(key, { listId, memberId })
  }
  return [...arrivals.values()]
}

/** Who turns up under an id that waits on a list is on it from then on. */
export const arrive = listener('list.arrive', {
  on: '*',
  async interest(db) {
    const { rows } = await sql`select 1 from list_entries where member_id is null limit 1`.execute(db)
    return (event) => rows.length > 0 && event.memberId !== ''
  },
  async run(ctx, events) {
    const last = new Map(events.map((e) => [e.memberId, e]))
    const people = await profiles(ctx.db, [...last.keys()])
    const byEntry = new Map([...people].flatMap(([memberId, p]) => (p.externalId ? [[p.externalId, memberId]] : [])))
    for (const { listId, memberId } of await claim(ctx.db, byEntry)) {
      const e = last.get(memberId)
      if (e) ctx.emit(added, { listId }, { memberId, cause: `list:${listId}:${e.id}`, depth: e.depth + 1 })
    }
  },
})

/** Entries looked up at once. */
const BATCH = 20_000

/**
 * After an upload with unknown ids: who came while it was being written was seen by nobody, because `arrive` could not
 * see the upload's entries yet and the upload not that member.
 */
export const settle = job('list.settle', {
  payload: z.object({ listId: id }),
  async run(ctx, { listId }) {
    for (let after = '', more = true; more && !ctx.signal.aborted; ) {
      const { rows } = await sql<{ external_id: string }>`select external_id from list_entries
        where list_id = ${listId} and member_id is null and external_id > ${after}
        order by external_id limit ${BATCH}`.execute(ctx.db)
      more = rows.length === BATCH
      after = rows.at(-1)?.external_id ?? after
      const waiting = rows.map((r) => r.external_id)
      await ctx.transaction(async (tx) => {
        const arrivals = await claim(tx.db, await membersByExternalId(tx.db, waiting), listId)
        for (const { memberId } of arrivals)
          tx.emit(added, { listId }, { memberId, cause: `list:${listId}:settle:${memberId}`, depth: 0 })
      })
    }
  },
})

/** What a merge moved: entries that were the merged member's. */
export type Entry = { list_id: string; external_id: string }

export async function onMerge(db: Kysely<ListTables>, { keepId, mergeId }: Pair): Promise<Entry[]> {
  return db
    .updateTable('list_entries')
    .set({ member_id: keepId })
    .where('member_id', '=', mergeId)
    .returning(['list_id', 'external_id'])
    .execute()
}
interface Pair {
  keepId: string
  mergeId: string
}

export async function onUnmerge(db: Kysely<ListTables>, { keepId, mergeId }: Pair, moved: Entry[]): Promise<void> {
  await sql`update list_entries e set member_id = ${mergeId}
    from unnest(${moved.map((m) => m.list_id)}::uuid[], ${moved.map((m) => m.external_id)}::text[]) as v (list_id, external_id)
    where e.list_id = v.list_id and e.external_id = v.external_id and e.member_id = ${keepId}`.execute(db)
}

export async function onErase(db: Kysely<ListTables>, memberId: string): Promise<void> {
  await db.deleteFrom('list_entries').where('member_id', '=', memberId).execute()
  await db.deleteFrom('list_change_entries').where('member_id', '=', memberId).execute()
}

/**
 * A merged member was told by each of its identities apart, and the last word of any of them would count: told anew
 * where that is not what stands on the list. Entries added while two were one go to whom their id belongs.
 */
export const reconcile = reactor('list.reconcile', {
  on: [merged, unmerged],
  async run(ctx, events) {
    const { rows } = await sql`select 1 from lists limit 1`.execute(ctx.db)
    if (rows.length === 0) return
    const last = new Map<string, (typeof events)[number]>()
    for (const e of events) {
      const { keepId, mergeId } = e.data
      last.set(keepId, e)
      if (e.name !== 'member.unmerged') continue
      last.set(mergeId, e)
      await giveBack(ctx, keepId, mergeId)
    }
    for (const { listId, memberId, listed } of await differences(ctx, [...last.keys()])) {
      const e = last.get(memberId)
      if (e) ctx.emit(settled, { listId, listed }, { memberId, cause: `list:${listId}:${e.id}`, depth: e.depth + 1 })
    }
  },
})

async function giveBack(ctx: Settling, keepId: string, mergeId: string): Promise<void> {
  const { rows } = await sql<{ external_id: string }>`select distinct external_id from list_entries
    where member_id in (${keepId}, ${mergeId})`.execute(ctx.db)
  const owners = await ownersOf(
    ctx.db,
    rows.map((r) => r.external_id),
  )
  for (const table of ['list_entries', 'list_change_entries'])
    await sql`update ${sql.table(table)} t set member_id = v.member_id
      from unnest(${[...owners.keys()]}::text[], ${[...owners.values()]}::uuid[]) as v (external_id, member_id)
      where t.external_id = v.external_id and t.member_id in (${keepId}, ${mergeId})
        and t.member_id <> v.member_id`.execute(ctx.db)
}

/** Where what was told of these members is not what stands on the lists. */
async function differences(ctx: Settling, memberIds: readonly string[]) {
  const { rows: standing } = await sql<{ list_id: string; member_id: string }>`
    select distinct list_id, member_id from list_entries where member_id = any(${memberIds}::uuid[])`.execute(ctx.db)
  const told = await ctx.warehouse.query<{ id: string; list: string; on: number }>(
    `WITH own AS (SELECT number, memberId FROM members
         WHERE memberId IN (SELECT toUUID(arrayJoin({ids:Array(String)}))))
     SELECT toString(any(own.memberId)) AS id, substring(key, 6) AS list,
       argMax(kind != 'none' AND value != 'false', (validFrom, seq)) AS on
     FROM (SELECT dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member)) AS root, key, value, kind,
         validFrom, seq FROM facts
       WHERE startsWith(key, 'list:') AND (member IN (SELECT number FROM own)
         OR member IN (SELECT toUInt32(number) FROM aliases WHERE root IN (SELECT toUInt64(number) FROM own)))) AS told
     JOIN own ON toUInt64(own.number) = told.root
     GROUP BY own.number, key`,
    { ids: [...memberIds] },
    { lane: 'live' },
  )
  const isOn = new Map(told.map((t) => [`${t.list}/${t.id}`, Number(t.on) === 1]))
  const stands = new Set(standing.map((s) => `${s.list_id}/${s.member_id}`))
  const { rows: lists } = await sql<{ id: string }>`select id from lists
    where id::text = any(${told.map((t) => t.list)}::text[])`.execute(ctx.db)
  const exists = new Set(lists.map((l) => l.id))
  return [
    ...standing
      .filter((s) => isOn.get(`${s.list_id}/${s.member_id}`) !== true)
      .map((s) => ({ listId: s.list_id, memberId: s.member_id, listed: true })),
    ...told
      .filter((t) => Number(t.on) === 1 && exists.has(t.list) && !stands.has(`${t.list}/${t.id}`))
      .map((t) => ({ listId: t.list, memberId: t.id, listed: false })),
  ]
}
