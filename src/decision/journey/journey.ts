// Journeys: when something happens, wait, look, act — once per run and node, whatever crashes in between.
import { sql } from 'kysely'
import { refersTo } from '#data/segment'
import { capability, entered, events, exited, failed } from './declare.ts'
import { wake } from './due.ts'
import { enrol, enter } from './enter.ts'
import { conditionsOf, namesOf } from './graph.ts'
import { listen } from './listen.ts'
import { create, get, list, pause, publish, remove, resume, update } from './manage.ts'
import { explain, nodes, one, runs } from './runs.ts'

export { enter, entered, exited, failed }

/** What a merge moved and ended, so that it can be given back. */
interface Moved {
  moved: string[]
}

export const journey = capability({
  events,
  actions: [create, update, publish, pause, resume, remove, enter],
  queries: [list, get, runs, one, explain, nodes],
  reactors: [listen],
  jobs: [enrol],
  timers: [wake],
  async onMerge(db, { keepId, mergeId, at }): Promise<Moved> {
    // One person is in a journey once: where both are inside, the merged one's run ends.
    const { rows: doubled } = await sql<{ id: string }>`update journey_runs r
      set state = 'exited', reason = 'merged', ended_at = ${at}
      where r.member_id = ${mergeId} and r.state in ('running', 'waiting') and exists (select 1 from journey_runs k
        where k.member_id = ${keepId} and k.journey_id = r.journey_id and k.key = r.key and k.state in ('running', 'waiting'))
      returning id`.execute(db)
    await sql`delete from journey_due where run_id = any(${doubled.map((r) => r.id)}::uuid[])`.execute(db)
    const { rows } = await sql<{ id: string }>`update journey_runs r set member_id = ${keepId}
      where r.member_id = ${mergeId} and not exists (select 1 from journey_runs k
        where k.member_id = ${keepId} and k.journey_id = r.journey_id and k.cause = r.cause)
      returning id`.execute(db)
    return { moved: rows.map((r) => r.id) }
  },
  async onUnmerge(db, { mergeId }, journal: Moved) {
    await sql`update journey_runs set member_id = ${mergeId} where id = any(${journal.moved}::uuid[])`.execute(db)
  },
  async onErase(db, memberId) {
    const own = sql`select id from journey_runs where member_id = ${memberId}`
    await sql`delete from journey_due where run_id in (${own})`.execute(db)
    await sql`delete from journey_steps where run_id in (${own})`.execute(db)
    await db.deleteFrom('journey_runs').where('member_id', '=', memberId).execute()
  },
  async uses(db, what) {
    const rows = await db
      .selectFrom('journeys')
      .select(['id', 'name', 'graph'])
      .where('state', '<>', 'deleted')
      .execute()
    return rows
      .filter(({ graph }) => refersTo(conditionsOf(graph), what) || namesOf(graph, what))
      .map((r) => ({ kind: 'journey', id: r.id, name: r.name }))
  },
  async gauges(db) {
    const { rows } = await sql<{ published: number; waiting: number }>`select
      count(*) filter (where state = 'published') as published,
      (select greatest(reltuples, 0)::bigint from pg_class where oid = 'journey_due'::regclass) as waiting
      from journeys`.execute(db)
    return { ...rows[0] }
  },
})
