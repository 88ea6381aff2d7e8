// Uploaded tables hold people's data outside the reach of an erasure, which promises that nothing is left after a day.
// So each goes a day after it came, and with it what was told of its rows.
import { type Kysely, sql } from 'kysely'
import { timer } from './declare.ts'
import type { ImportTables } from './tables.ts'

const KEPT_MS = 24 * 3600 * 1000

/** Sees to it that a file goes in time; a file already seen to keeps its time. */
export async function expire(db: Kysely<ImportTables>, fileId: string, now: Date): Promise<void> {
  await db
    .insertInto('import_files')
    .values({ file_id: fileId, due_at: new Date(now.getTime() + KEPT_MS) })
    .onConflict((c) => c.doNothing())
    .execute()
}

export const expiry = timer('import.file_expiry', {
  async nextAt(db) {
    const row = await db
      .selectFrom('import_files')
      .select((eb) => eb.fn.min('due_at').as('at'))
      .executeTakeFirst()
    return row?.at ?? null
  },
  async run(ctx, limit) {
    const due = await ctx.db
      .selectFrom('import_files')
      .select('file_id')
      .where('due_at', '<=', ctx.now)
      .orderBy('due_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute()
    if (due.length === 0) return 0
    const ids = due.map((f) => f.file_id)
    await sql`delete from import_errors using imports
      where import_id = imports.id and imports.file_id = any(${ids}::text[])`.execute(ctx.db)
    await ctx.db.updateTable('imports').set({ file_id: null }).where('file_id', 'in', ids).execute()
    await ctx.db.deleteFrom('import_files').where('file_id', 'in', ids).execute()
    // Last, and no error when it is gone: a repetition finds the row again and removes nothing twice.
    for (const id of ids) await ctx.files.remove(id)
    return due.length
  },
})
