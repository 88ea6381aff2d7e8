// Stores as definitions know them: kept under their id, and whatever names one is judged anew when it moves.
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Store } from './clause/near.ts'
import { type Keeping, refillDependents } from './define.ts'
import { storesOf } from './link.ts'

/**
 * Keeps where a store is from now on; everything live that names it is judged anew where it has moved. Whoever changes
 * stores holds `lockDefinitions`.
 */
export async function keepStore(ctx: Keeping, id: string, { name, point: [lat, lng] }: Store): Promise<void> {
  const before = (await storesOf(ctx.db, [id])).get(id)
  await sql`insert into segment_stores (id, name, lat, lng) values (${id}, ${name}, ${lat}, ${lng})
    on conflict (id) do update set name = excluded.name, lat = excluded.lat, lng = excluded.lng`.execute(ctx.db)
  if (!before || (before.point[0] === lat && before.point[1] === lng)) return
  await refillDependents(ctx, { id: null, tag: null, store: id })
}

/** Forgets a store; whether something uses it is for its owner to ask first. */
export async function dropStore(db: QueryExecutorProvider, id: string): Promise<void> {
  await sql`delete from segment_stores where id = ${id}`.execute(db)
}
