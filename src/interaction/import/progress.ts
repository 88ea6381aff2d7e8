// What an import from outside tells about itself, so that the console shows it, anybody can stop it, and the next run
// goes on where it was.
import { sql } from 'kysely'
import { z } from 'zod'
import { newId } from '#kernel/ids'
import { action } from './declare.ts'
import { IMPORT_STATES } from './tables.ts'

const part = z.string().min(1).max(100)
const marks = z.record(part, z.int()).refine((m) => Object.keys(m).length <= 50)

export const begin = action('import.begin', {
  title: { en: 'Begin an import', zh: '开始导入' },
  input: z.object({
    /** The archive, wherever it lies: `stackexchange:travel`. */
    source: z.string().trim().min(1).max(200),
    name: z.string().trim().min(1).max(200),
  }),
  output: z.object({ id: z.uuid(), marks }),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  async run(ctx, { source, name }) {
    const id = newId()
    await ctx.db
      .insertInto('imports')
      .values({
        id,
        kind: 'archive',
        name,
        state: 'running',
        file_id: null,
        mapping: null,
        dry_run: false,
        total: null,
        done: 0,
        created: 0,
        updated: 0,
        failed: 0,
        fraction: 0,
        reason: null,
        created_by: ctx.actor.id,
        created_at: ctx.now,
        changed_at: ctx.now,
      })
      .execute()
    const rows = await ctx.db.selectFrom('import_marks').select(['part', 'mark']).where('source', '=', source).execute()
    return { id, marks: Object.fromEntries(rows.map((r) => [r.part, r.mark])) }
  },
})

export const advance = action('import.advance', {
  title: { en: 'Tell how far an import is', zh: '更新导入进度' },
  input: z.object({
    id: z.uuid(),
    source: z.string().trim().min(1).max(200),
    marks: marks.default({}),
    done: z.int().min(0).optional(),
    failed: z.int().min(0).optional(),
    fraction: z.number().min(0).max(1).optional(),
    state: z.enum(['running', 'done', 'failed']).default('running'),
    reason: z.string().max(500).optional(),
  }),
  /** `cancelled` when somebody wants it to stop. */
  output: z.object({ state: z.enum(IMPORT_STATES) }),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  async run(ctx, { id, source, marks, state, reason, ...given }) {
    const numbers = Object.fromEntries(Object.entries(given).filter(([, n]) => n !== undefined))
    const row = await ctx.db
      .updateTable('imports')
      .set({ ...numbers, changed_at: ctx.now, reason: reason ?? null })
      .set({ state: sql`case when state = 'cancelled' then state else ${state} end` })
      .where('id', '=', id)
      .where('kind', '=', 'archive')
      .returning('state')
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    const parts = Object.entries(marks)
    if (parts.length > 0)
      await ctx.db
        .insertInto('import_marks')
        .values(parts.map(([part, mark]) => ({ source, part, mark })))
        .onConflict((c) =>
          c.columns(['source', 'part']).doUpdateSet({ mark: sql`greatest(import_marks.mark, excluded.mark)` }),
        )
        .execute()
    return { state: row.state }
  },
})
