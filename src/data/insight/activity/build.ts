// Keeps, for each day of the brand's zone and each name of events, the bitmap of the identity numbers it happened to.
// Uniting a batch twice changes nothing, so the work may be cut off anywhere, done twice, and done by two at once.
import { sql } from 'kysely'
import { z } from 'zod'
import type { JobContext } from '#kernel/context'
import { declared } from '../declare.ts'
import type { ActivityTables } from './tables.ts'

/** Rows united at once: their bitmaps hold some hundred megabytes at worst. */
const MOST_ROWS = 5_000_000

type Builder = JobContext<ActivityTables>

export const buildActivity = declared.job('insight.activity', {
  payload: z.object({ zone: z.string().max(64) }),
  async run(ctx, { zone }) {
    const upTo = await ctx.runtime.projected()
    const from = await builtUpTo(ctx, zone)
    const rows = await ctx.warehouse.query<{ n: number; last: number }>(
      'SELECT count() AS n, toUnixTimestamp64Milli(max(timestamp)) AS last FROM events WHERE batch > {from:UInt64} AND batch <= {upTo:UInt64}',
      { from, upTo },
      { lane: 'background', signal: ctx.signal },
    )
    const [{ n, last } = { n: 0, last: 0 }] = rows
    const latest = new Date(Number(last))
    // Before any of it is in a bitmap.
    await sql`update insight_activity set latest = greatest(latest, ${latest}) where zone = ${zone}`.execute(ctx.db)
    const step = Math.ceil((upTo - from) / Math.max(1, Math.ceil(Number(n) / MOST_ROWS)))
    for (let done = from; done < upTo; ) {
      const next = Math.min(done + step, upTo)
      await unite(ctx, zone, done, next)
      await sql`insert into insight_activity (zone, batch, built_at, latest) values (${zone}, ${next}, ${ctx.now}, ${latest})
        on conflict (zone) do update set batch = greatest(insight_activity.batch, excluded.batch),
          built_at = excluded.built_at, latest = greatest(insight_activity.latest, excluded.latest)`.execute(ctx.db)
      done = next
    }
  },
})

async function builtUpTo(ctx: Builder, zone: string): Promise<number> {
  const row = await ctx.db.selectFrom('insight_activity').select('batch').where('zone', '=', zone).executeTakeFirst()
  return Number(row?.batch ?? 0)
}

/** Beside each name the bitmap of any name, which most questions are about. */
async function unite(ctx: Builder, zone: string, after: number, upTo: number): Promise<void> {
  await ctx.warehouse.query(
    `INSERT INTO activity (zone, system, name, day, last, members)
     SELECT {zone:String}, system_, if(grouping(name_) = 0, name_, ''), day_, max(timestamp), groupBitmapState(member)
     FROM (SELECT class = 'system' AS system_, toString(name) AS name_, toDate(timestamp, {zone:String}) AS day_,
         timestamp, member
       FROM events WHERE batch > {after:UInt64} AND batch <= {upTo:UInt64} AND NOT bot AND member != 0)
     GROUP BY GROUPING SETS ((system_, name_, day_), (system_, day_))`,
    { zone, after, upTo },
    { lane: 'background', signal: ctx.signal },
  )
}
