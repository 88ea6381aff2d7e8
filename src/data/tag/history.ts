// How many members a tag had at the end of each day.
import { sql } from 'kysely'
import { z } from 'zod'
import { keptOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { addDays, startOfDay } from '#kernel/time'
import { key, query, timer } from './declare.ts'
import type { TagTables } from './tables.ts'

const midnightAfter = (day: string, zone: string) => startOfDay(addDays(day, 1), zone)

/** Sizes are noted from the first tag on. */
export const startClock = ({ db, brand, today }: Pick<Context<TagTables>, 'db' | 'brand' | 'today'>) =>
  sql`insert into tag_clock (id, due_at) values (true, ${midnightAfter(today(), brand.zone)})
    on conflict do nothing`.execute(db)

interface Tag {
  key: string
  kind: 'fixed' | 'dynamic'
  size: number
}

/** With the sizes of dynamic ones as the segment engine keeps them. */
async function sized(db: Context<TagTables>['db'], tags: readonly Tag[]): Promise<Map<string, number>> {
  const kept = await keptOf(
    db,
    'tag',
    tags.filter((t) => t.kind === 'dynamic').map((t) => t.key),
  )
  return new Map(tags.map((t) => [t.key, kept.get(t.key)?.size ?? t.size]))
}

export const measure = timer('tag.measure', {
  async nextAt(db) {
    const row = await db.selectFrom('tag_clock').select('due_at').executeTakeFirst()
    return row?.due_at ?? null
  },
  async run(ctx) {
    const { rows } = await sql<Tag>`select key, kind, size from tags where state = 'live'`.execute(ctx.db)
    const sizes = await sized(ctx.db, rows)
    await sql`insert into tag_sizes (tag_key, day, size)
      select v.key, ${addDays(ctx.today(), -1)}::date, v.size
      from unnest(${[...sizes.keys()]}::text[], ${[...sizes.values()]}::integer[]) as v (key, size)
      on conflict do nothing`.execute(ctx.db)
    await sql`update tag_clock set due_at = ${midnightAfter(ctx.today(), ctx.brand.zone)}`.execute(ctx.db)
    return 1
  },
})

export const history = query('tag.history', {
  title: { en: 'Size of a tag over time', zh: '标签人数变化' },
  input: z.object({ key, days: z.coerce.number().int().min(1).max(730).default(90) }),
  output: z.object({
    items: z.array(z.object({ day: z.iso.date(), size: z.int() })),
    /** The caller may see a part of the brand only, for which sizes are not kept. */
    partial: z.boolean(),
  }),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  async run(ctx, input) {
    const { rows: tags } = await sql<Tag>`select key, kind, size from tags
      where key = ${input.key} and state = 'live'`.execute(ctx.db)
    if (tags.length === 0) ctx.fail('object.unknown')
    if (ctx.actor.scope.kind !== 'all') return { items: [], partial: true }
    const { rows } = await sql<{ day: string; size: number }>`select day::text as day, size from tag_sizes
      where tag_key = ${input.key} and day > ${addDays(ctx.today(), -input.days)}::date
        and day < ${ctx.today()}::date order by day`.execute(ctx.db)
    const now = (await sized(ctx.db, tags)).get(input.key) ?? 0
    return { items: [...rows, { day: ctx.today(), size: now }], partial: false }
  },
})
