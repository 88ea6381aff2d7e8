// Segments: definitions that everybody is measured by, and who is in them now. The front file: what other slices use.
import { sql } from 'kysely'
import type { Happened } from '#kernel/capability'
import type { Warehouse } from '#kernel/context'
import type { Db } from './apply.ts'
import { checkConditions } from './check.ts'
import { eventName, type Filter, filters, whereSql } from './clause/event.ts'
import { type Condition, condition, textOf } from './condition.ts'
import { capability, entered, events, left } from './declare.ts'
import { explain } from './explain.ts'
import { fill, purge } from './fill.ts'
import { evaluate as evaluateReactor, tick } from './live.ts'
import { create, get, history, list, measure, members, remove, update, usage } from './manage.ts'
import { preview, previewChange } from './preview.ts'
import { type At, holders, numbersOf, verdicts } from './read.ts'
import { createSheet, rootOf } from './sheet.ts'
import { jsonOperand, numberOf, path } from './value.ts'

export {
  type Condition,
  checkConditions,
  condition,
  entered,
  eventName,
  type Filter,
  filters,
  holders,
  jsonOperand,
  left,
  numberOf,
  path,
  rootOf,
  textOf,
  whereSql,
}

/** Which of the conditions hold for each member at an instant; members the warehouse has not seen are left out. */
export async function evaluate(
  warehouse: Warehouse,
  conditions: readonly Condition[],
  memberIds: readonly string[],
  when: At,
): Promise<Map<string, boolean[]>> {
  if (memberIds.length === 0 || conditions.length === 0) return new Map()
  const numbers = await numbersOf(warehouse, memberIds)
  const rows = await verdicts(warehouse, conditions, { kind: 'some', numbers: [...numbers.values()] }, when)
  return new Map(rows.map((r) => [r.memberId, r.verdicts.map((v) => v.holds)]))
}

/** Which of these sets of filters each event passes, read by the same rules as everywhere; by event id. */
export async function passing(
  warehouse: Warehouse,
  sets: readonly (readonly Filter[])[],
  happened: readonly Pick<Happened, 'id' | 'memberId' | 'timestamp'>[],
  { at, zone, lane = 'live' }: At,
): Promise<Map<string, boolean[]>> {
  if (happened.length === 0 || sets.length === 0) return new Map()
  const { sheet, bind, params, rowColumns } = createSheet(zone)
  const conditions = sets.map(
    (set) =>
      whereSql(set, sheet, '1')
        .holds.map((h) => `(${h})`)
        .join(' AND ') || '1',
  )
  const numbers = [
    ...(
      await numbersOf(
        warehouse,
        happened.map((e) => e.memberId),
      )
    ).values(),
  ]
  const list = bind('Array(UInt32)', numbers)
  const rows = await warehouse.query<{ id: string; h: number[] }>(
    `SELECT toString(id) AS id, [${conditions.map((c) => `toUInt8(${c})`).join(', ')}] AS h
     FROM (SELECT id, fromUnixTimestamp64Milli(${bind('Int64', at.getTime())}, 'UTC') AS at${rowColumns()} FROM events
       WHERE (member IN ${list} OR member IN (SELECT toUInt32(number) FROM aliases WHERE root IN ${list}))
         AND toString(id) IN ${bind(
           'Array(String)',
           happened.map((e) => e.id),
         )})`,
    params,
    { lane },
  )
  return new Map(rows.map((r) => [r.id, r.h.map((h) => Number(h) === 1)]))
}

/** Members of a segment after a member id, in the order of ids; for walking through all of them. */
export async function membersAfter(db: Db, segmentId: string, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('segment_members')
    .select('member_id')
    .where('segment_id', '=', segmentId)
    .where('member_id', '>', after)
    .orderBy('member_id')
    .limit(limit)
    .execute()
  return rows.map((r) => r.member_id)
}

/** Names of segments that exist. */
export async function segmentNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('segments')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .where('state', '<>', 'deleted')
    .execute()
  return new Map(rows.map((r) => [r.id, r.name]))
}

/** What a merge moved, so that it can be given back. */
interface Moved {
  moved: string[]
  dropped: { segment_id: string; entered_at: string }[]
}

export const segment = capability({
  events,
  actions: [create, update, remove],
  queries: [preview, previewChange, list, get, members, explain, history, usage],
  reactors: [evaluateReactor],
  jobs: [fill, purge],
  timers: [tick, measure],
  async onMerge(db, { keepId, mergeId }): Promise<Moved> {
    const dropped = await sql<{ segment_id: string; entered_at: string }>`delete from segment_members m
      where m.member_id = ${mergeId} and exists (select 1 from segment_members k
        where k.member_id = ${keepId} and k.segment_id = m.segment_id)
      returning segment_id, entered_at::text as entered_at`.execute(db)
    await resize(
      db,
      dropped.rows.map((r) => r.segment_id),
      -1,
    )
    // The rest goes over as it is: the member as a whole was in these segments before and is no newcomer now.
    const moved = await sql<{ segment_id: string }>`update segment_members set member_id = ${keepId}
      where member_id = ${mergeId} returning segment_id`.execute(db)
    await db.deleteFrom('segment_timers').where('member_id', '=', mergeId).execute()
    await db.deleteFrom('segment_known').where('member_id', '=', mergeId).execute()
    return { moved: moved.rows.map((r) => r.segment_id), dropped: dropped.rows }
  },
  async onUnmerge(db, { keepId, mergeId }, journal: Moved) {
    await sql`update segment_members set member_id = ${mergeId}
      where member_id = ${keepId} and segment_id = any(${journal.moved}::uuid[])`.execute(db)
    const back = await sql<{ segment_id: string }>`insert into segment_members (segment_id, member_id, entered_at)
      select v.segment_id, ${mergeId}, v.entered_at
      from unnest(${journal.dropped.map((d) => d.segment_id)}::uuid[], ${journal.dropped.map((d) => d.entered_at)}::timestamptz[])
        as v (segment_id, entered_at)
      join segments s on s.id = v.segment_id on conflict do nothing returning segment_id`.execute(db)
    await resize(
      db,
      back.rows.map((r) => r.segment_id),
      1,
    )
  },
  async onErase(db, memberId) {
    const gone = await db
      .deleteFrom('segment_members')
      .where('member_id', '=', memberId)
      .returning('segment_id')
      .execute()
    await resize(
      db,
      gone.map((r) => r.segment_id),
      -1,
    )
    await db.deleteFrom('segment_timers').where('member_id', '=', memberId).execute()
    await db.deleteFrom('segment_known').where('member_id', '=', memberId).execute()
  },
  async gauges(db) {
    const { rows } = await sql<{ segments: number; filling: number; timers: number }>`select
      count(*) filter (where state <> 'deleted') as segments, count(*) filter (where state = 'filling') as filling,
      (select greatest(reltuples, 0)::bigint from pg_class where oid = 'segment_timers'::regclass) as timers
      from segments`.execute(db)
    return { ...rows[0] }
  },
})

async function resize(db: Db, segmentIds: readonly string[], by: number) {
  if (segmentIds.length === 0) return
  await sql`update segments set size = size + ${by} where id = any(${segmentIds}::uuid[])`.execute(db)
}
