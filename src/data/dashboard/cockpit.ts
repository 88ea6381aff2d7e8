// What the cockpit shows that no insight answers: the communities by how many of their members are active today.
import { z } from 'zod'
import { rootOf } from '#data/segment'
import { startOfDay } from '#kernel/time'
import { query, when } from './declare.ts'

const MOST_RANKED = 12

export const ranking = query('cockpit.ranking', {
  title: { en: 'Communities by members active today', zh: '今日社群活跃排行' },
  input: z.object({}),
  output: z.object({
    items: z.array(z.object({ communityId: z.uuid(), members: z.int(), active: z.int() })),
    asOf: when,
  }),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  async run(ctx) {
    const scope = ctx.warehouseScope()
    const within = scope ? `AND root IN (${scope.sql})` : ''
    const rows = await ctx.warehouse.query<{ key: string; members: number; active: number }>(
      `WITH present AS (SELECT DISTINCT ${rootOf('member')} AS root FROM events
          WHERE timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND timestamp <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')
            AND class != 'system' AND NOT bot AND member != 0)
        SELECT key, count() AS members, countIf(root IN present) AS active
        FROM (SELECT ${rootOf('member')} AS root, key, argMax(value, (validFrom, seq)) AS value FROM facts
          WHERE startsWith(key, 'community:') AND validFrom <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')
            AND member NOT IN (SELECT member FROM facts WHERE key = 'erased')
          GROUP BY root, key)
        WHERE JSONExtractString(value, 'state') = 'active' ${within}
        GROUP BY key ORDER BY active DESC, members DESC, key LIMIT ${MOST_RANKED}`,
      { ...scope?.params, from: startOfDay(ctx.today(), ctx.brand.zone).getTime(), now: ctx.now.getTime() },
      { signal: ctx.signal },
    )
    return {
      items: rows.map((r) => ({
        communityId: r.key.slice('community:'.length),
        members: Number(r.members),
        active: Number(r.active),
      })),
      asOf: ctx.now.toISOString(),
    }
  },
})
