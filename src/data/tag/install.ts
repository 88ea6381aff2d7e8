// The library as operators meet it: what is there, what is installed, what waits for a capability. Installing twice
// changes nothing; what was asked for and could not be yet is installed when a start finds its events declared.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { action, colour, created, dimensionKey, key, query, text, timer } from './declare.ts'
import { ENTRIES, type Entry, LIBRARY, missingOf } from './library/library.ts'
import { make } from './manage.ts'
import type { TagTables } from './tables.ts'

const STATES = ['installed', 'ready', 'asked', 'waiting'] as const

type Asking = Pick<Context<TagTables>, 'db' | 'contributors'>
const declaredBy = ({ contributors }: Pick<Asking, 'contributors'>): ReadonlySet<string> =>
  new Set(contributors.flatMap((c) => c.events.map((e) => e.name)))

async function keysIn(db: Asking['db'], table: 'tags' | 'tag_waiting'): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ key: string }>`select key from ${sql.table(table)}`.execute(db)
  return new Set(rows.map((r) => r.key))
}

export const library = query('tag.library', {
  title: { en: 'Starter library of tags', zh: '预置标签库' },
  input: z.object({
    ...pageInput,
    search: z.string().max(100).optional(),
    dimension: dimensionKey.optional(),
    /** `asked`: waits for its capability and is installed when that arrives. */
    state: z.enum(STATES).optional(),
  }),
  output: pageOf(
    z.object({
      key,
      title: text,
      description: text.nullable(),
      dimension: z.object({ key: z.string(), title: text }),
      colour,
      condition: z.record(z.string(), z.unknown()),
      state: z.enum(STATES),
      waitsFor: z.array(z.object({ name: z.string(), title: text })),
    }),
  ).extend({
    counts: z.record(z.enum(STATES), z.int()),
    dimensions: z.array(z.object({ key: z.string(), title: text })),
  }),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search, dimension, state }) {
    const declared = declaredBy(ctx)
    const [there, asked] = [await keysIn(ctx.db, 'tags'), await keysIn(ctx.db, 'tag_waiting')]
    const all = [...ENTRIES.values()].map((entry) => {
      const waitsFor = missingOf(entry, declared)
      return {
        key: entry.key,
        title: entry.title,
        description: entry.description ?? null,
        dimension: { key: entry.dimension.key, title: entry.dimension.title },
        colour: entry.dimension.colour,
        condition: { ...entry.condition },
        state: there.has(entry.key)
          ? ('installed' as const)
          : waitsFor.length === 0
            ? ('ready' as const)
            : asked.has(entry.key)
              ? ('asked' as const)
              : ('waiting' as const),
        waitsFor,
      }
    })
    const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const found = all.filter((e) => {
      const said = [e.key, e.title.en, e.title.zh, e.description?.en, e.description?.zh].join(' ').toLowerCase()
      return (
        words.every((w) => said.includes(w)) &&
        (dimension === undefined || e.dimension.key === dimension) &&
        (state === undefined || e.state === state)
      )
    })
    const place = Number(decodeCursor(cursor, 1)?.[0] ?? 0)
    const page = cutPage(
      found.slice(place, place + limit + 1),
      limit,
      () => [place + limit],
      (e) => e,
    )
    const count = (s: (typeof STATES)[number]) => all.filter((e) => e.state === s).length
    return {
      ...page,
      counts: {
        installed: count('installed'),
        ready: count('ready'),
        asked: count('asked'),
        waiting: count('waiting'),
      },
      dimensions: LIBRARY.map((d) => ({ key: d.key, title: d.title })),
    }
  },
})

type Installing = Parameters<typeof make>[0]

/** Makes the tag and, where it is missing, its dimension; false where the tag is there already. */
async function installOne(ctx: Installing, entry: Entry, ownerId: string | null): Promise<boolean> {
  const { dimension } = entry
  await sql`insert into tag_dimensions (key, title, single, created_at)
    values (${dimension.key}, ${JSON.stringify(dimension.title)}::jsonb, ${dimension.single === true}, ${ctx.now})
    on conflict do nothing`.execute(ctx.db)
  return make(ctx, {
    key: entry.key,
    kind: 'dynamic',
    dimension: dimension.key,
    title: entry.title,
    description: entry.description ?? null,
    colour: dimension.colour,
    owner_id: ownerId,
    lapses_after: null,
    condition: entry.condition,
    created_at: ctx.now,
    updated_at: ctx.now,
  })
}

export const install = action('tag.install', {
  title: { en: 'Install tags of the library', zh: '安装预置标签' },
  input: z.object({
    keys: z.array(key).min(1).max(500).optional(),
    dimension: dimensionKey.optional(),
    all: z.literal(true).optional(),
  }),
  output: z.object({
    installed: z.int(),
    /** Installed before. */
    present: z.int(),
    /** Noted, and installed when their capability arrives. */
    waiting: z.int(),
  }),
  offeredTo: ['operator'],
  needs: 'tag.manage',
  on: 'brand',
  emits: [created],
  async run(ctx, { keys, dimension, all }) {
    const wanted = [...ENTRIES.values()].filter(
      (e) => all || (dimension !== undefined && e.dimension.key === dimension) || keys?.includes(e.key),
    )
    if (wanted.length === 0 || keys?.some((k) => !ENTRIES.has(k))) ctx.fail('object.unknown')
    const declared = declaredBy(ctx)
    const isReady = (e: Entry) => missingOf(e, declared).length === 0
    const later = wanted.filter((e) => !isReady(e))
    await sql`insert into tag_waiting (key, asked_by, asked_at)
      select key, ${ctx.actor.id}, ${ctx.now} from unnest(${later.map((e) => e.key)}::text[]) as v (key)
      on conflict do nothing`.execute(ctx.db)
    const ready = wanted.filter(isReady)
    const there = await keysIn(ctx.db, 'tags')
    let installed = 0
    for (const entry of ready.filter((e) => !there.has(e.key))) {
      if (!(await installOne(ctx, entry, ctx.actor.operatorId ?? null))) continue
      ctx.emit(created, { tag: entry.key, name: entry.title[ctx.brand.locale] })
      installed++
    }
    ctx.note({ keys, dimension, all, installed, waiting: later.length })
    return { installed, present: ready.length - installed, waiting: later.length }
  },
})

/** Stores that have been looked at since this process began: what is declared does not change while it runs. */
const looked = new WeakSet<object>()
let asking: object | null = null

/** Once after each start: installs what was asked for and can be now. */
export const arrive = timer('tag.arrive', {
  async nextAt(db) {
    if (looked.has(db)) return null
    const { rows } = await sql<{ at: Date | null }>`select min(asked_at) as at from tag_waiting`.execute(db)
    asking = db
    return rows[0]?.at ?? null
  },
  async run(ctx) {
    const declared = declaredBy(ctx)
    const asked = [...(await keysIn(ctx.db, 'tag_waiting'))]
    const ready = asked.flatMap((k) => ENTRIES.get(k) ?? []).filter((e) => missingOf(e, declared).length === 0)
    for (const entry of ready) {
      // Conditions of the library ask for nothing that anybody may not see.
      if (!(await installOne({ ...ctx, may: () => true }, entry, null))) continue
      const about = { cause: `tag:${entry.key}:arrived`, depth: 0 }
      ctx.emit(created, { tag: entry.key, name: entry.title[ctx.brand.locale] }, about)
    }
    await sql`delete from tag_waiting where key = any(${ready.map((e) => e.key)}::text[])`.execute(ctx.db)
    if (asking) looked.add(asking)
    return ready.length
  },
})
