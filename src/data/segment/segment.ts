// Segments: definitions that everybody is measured by, and who is in them now. The front file: what other slices use.
import { sql } from 'kysely'
import type { Happened } from '#kernel/capability'
import type { Warehouse } from '#kernel/context'
import type { Db } from './apply.ts'
import { bulk, bulkActions, bulkPreview, perform, undoBulk, undoBulkPreview } from './bulk.ts'
import { changes } from './changes.ts'
import { checkLive } from './check.ts'
import type { Links } from './clause/kind.ts'
import { and, eventName, type Filter, filters, whereSql } from './clause/matching.ts'
import {
  type Metric,
  type MetricDefinition,
  metricDefinition,
  metricKey,
  metricsIn,
  withEvents,
} from './clause/metric-meaning.ts'
import { compare, listHolders, saveAsList } from './compare.ts'
import { compile } from './compile.ts'
import { type Condition, condition, textOf } from './condition.ts'
import { contactHidden, refuseContactParts } from './contact.ts'
import { capability, entered, events, left } from './declare.ts'
import { drop, keep, keptOf, keptOfMembers, lockDefinitions } from './define.ts'
import { explain } from './explain.ts'
import { exportMembers, routes, write } from './export.ts'
import { fill, purge } from './fill.ts'
import { flowPage, flows, partition, sums } from './flow.ts'
import { linksOf, metricsOf, refersTo } from './link.ts'
import { evaluate as evaluateReactor, look } from './live.ts'
import { create, history, measure, remove, segmentUses, update } from './manage.ts'
import { dropMetric, keepMetric } from './metric.ts'
import { preview, previewChange } from './preview.ts'
import { createQuery, rootOf } from './query.ts'
import { type At, holdersOf, numbersOf, verdicts } from './read.ts'
import { get, list, members, usage } from './roster.ts'
import { sizes } from './sizes.ts'
import { dropStore, keepStore } from './store.ts'
import { suggestions } from './suggest.ts'
import { jsonOperand, numberOf, path } from './value.ts'
import { dayOf, dayStart, spanOf } from './window.ts'
import { cancelWork, getWork, listWorks, workExpiry, workMembers } from './work.ts'

export {
  type Condition,
  checkLive,
  condition,
  contactHidden,
  dayOf,
  dayStart,
  drop,
  dropMetric,
  dropStore,
  entered,
  eventName,
  type Filter,
  filters,
  flowPage,
  flows,
  jsonOperand,
  keep,
  keepMetric,
  keepStore,
  keptOf,
  keptOfMembers,
  left,
  linksOf,
  lockDefinitions,
  type Metric,
  type MetricDefinition,
  members as segmentMembers,
  metricDefinition,
  metricKey,
  metricsIn,
  metricsOf,
  numberOf,
  numbersOf,
  partition,
  path,
  refersTo,
  refuseContactParts,
  rootOf,
  spanOf,
  sums,
  textOf,
  whereSql,
  withEvents,
}

interface When {
  at: Date
  zone: string
  lane?: At['lane']
  /** What the conditions refer to, by `linksOf`; needed where they name segments or topics. */
  links?: Links
}

/** Which of the conditions hold for each member at an instant; members the warehouse has not seen are left out. */
export async function evaluate(
  warehouse: Warehouse,
  conditions: readonly Condition[],
  memberIds: readonly string[],
  { at, zone, lane = 'live', links }: When,
): Promise<Map<string, boolean[]>> {
  if (memberIds.length === 0 || conditions.length === 0) return new Map()
  const numbers = await numbersOf(warehouse, memberIds)
  const compiled = conditions.map((c) => compile(c, zone, links))
  const rows = await verdicts(warehouse, compiled, { kind: 'some', numbers: [...numbers.values()] }, { at, lane })
  return new Map(rows.map((r) => [r.memberId, compiled.map((c) => r.verdict(c).holds)]))
}

/** A SELECT of the root numbers for whom the condition holds, for use inside another query; parameters begin with `p`. */
export const holders = (condition: Condition, { at, zone, links }: When) =>
  holdersOf(compile(condition, zone, links), at)

/** Which of these sets of filters each event passes, read by the same rules as everywhere; by event id. */
export async function passing(
  warehouse: Warehouse,
  sets: readonly (readonly Filter[])[],
  happened: readonly Pick<Happened, 'id' | 'memberId' | 'timestamp'>[],
  { at, zone, lane = 'live' }: When,
): Promise<Map<string, boolean[]>> {
  if (happened.length === 0 || sets.length === 0) return new Map()
  const { bind, params } = createQuery({ kind: 'all' }, at)
  const columns = new Map<string, string>()
  const row = (expression: string) => {
    const name = columns.get(expression) ?? `r${columns.size}`
    columns.set(expression, name)
    return name
  }
  const conditions = sets.map((set) => and(whereSql(set, { bind, zone, row }, '1').holds))
  const memberIds = happened.map((e) => e.memberId)
  const numbers = [...(await numbersOf(warehouse, memberIds)).values()]
  const list = bind('Array(UInt32)', numbers)
  const ids = happened.map((e) => e.id)
  const rows = await warehouse.query<{ id: string; h: number[] }>(
    `SELECT toString(id) AS id, [${conditions.map((c) => `toUInt8(${c})`).join(', ')}] AS h
     FROM (SELECT id, fromUnixTimestamp64Milli({pnow:Int64}, 'UTC') AS at
       ${[...columns].map(([expression, name]) => `, ${expression} AS ${name}`).join('')}
       FROM events
       WHERE (member IN ${list} OR member IN (SELECT toUInt32(number) FROM aliases WHERE root IN ${list}))
         AND toString(id) IN ${bind('Array(String)', ids)})`,
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
  actions: [create, update, remove, saveAsList, exportMembers, bulk, undoBulk, cancelWork],
  queries: [
    preview,
    previewChange,
    sizes,
    ...suggestions,
    list,
    get,
    members,
    explain,
    history,
    usage,
    compare,
    listHolders,
    changes,
    bulkActions,
    bulkPreview,
    undoBulkPreview,
    getWork,
    listWorks,
    workMembers,
  ],
  reactors: [evaluateReactor],
  jobs: [fill, purge, write, perform],
  timers: [look, measure, workExpiry],
  routes,
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
    await db.deleteFrom('segment_checks').where('member_id', '=', mergeId).execute()
    await db.updateTable('segment_pending').set({ member_id: keepId }).where('member_id', '=', mergeId).execute()
    await db.deleteFrom('segment_known').where('member_id', '=', mergeId).execute()
    // What is still to be done for it is done for the member it is now, once.
    await sql`delete from segment_work_members m where m.member_id = ${mergeId} and m.outcome is null
      and exists (select 1 from segment_work_members k where k.member_id = ${keepId} and k.work_id = m.work_id)`.execute(
      db,
    )
    await db.updateTable('segment_work_members').set({ member_id: keepId }).where('member_id', '=', mergeId).execute()
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
    await db.deleteFrom('segment_checks').where('member_id', '=', memberId).execute()
    await db.deleteFrom('segment_pending').where('member_id', '=', memberId).execute()
    await db.deleteFrom('segment_known').where('member_id', '=', memberId).execute()
    await db.deleteFrom('segment_work_members').where('member_id', '=', memberId).execute()
  },
  uses: segmentUses,
  async gauges(db) {
    const { rows } = await sql<{ segments: number; filling: number; timers: number; pending: number }>`select
      count(*) filter (where state <> 'deleted') as segments, count(*) filter (where state = 'filling') as filling,
      (select greatest(reltuples, 0)::bigint from pg_class where oid = 'segment_checks'::regclass) as timers,
      (select count(*) from segment_pending) as pending
      from segments`.execute(db)
    return { ...rows[0] }
  },
})

async function resize(db: Db, segmentIds: readonly string[], by: number) {
  if (segmentIds.length === 0) return
  await sql`update segments set size = size + ${by} where id = any(${segmentIds}::uuid[])`.execute(db)
}
