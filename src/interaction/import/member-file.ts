// Members from a table that somebody made: look at it, say what the columns are, try it without effect, run it.

import { sql } from 'kysely'
import { z } from 'zod'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { action, NARROWED, query } from './declare.ts'
import { expire } from './file-expiry.ts'
import { columnMapping, detectType, suggestMapping } from './mapping.ts'
import { work } from './member-job.ts'
import { MOST_COLUMNS, openSheet, SHEET_FAILURES } from './sheet.ts'
import { IMPORT_STATES, type ImportTables } from './tables.ts'

const SAMPLES = 5
/** Rows that a preview looks at; types are guessed from them. */
const LOOKED_AT = 200

const file = { fileId: z.string().min(1).max(200) }
const line = z.object({ line: z.int(), field: z.string(), message: z.string() })

export const preview = query('import.preview', {
  title: { en: 'Look at a file', zh: '预览导入文件' },
  input: z.object(file),
  output: z.object({
    format: z.enum(['csv', 'xlsx']),
    encoding: z.string().nullable(),
    columns: z.array(
      z.object({
        column: z.int(),
        heading: z.string(),
        type: z.enum(['text', 'number', 'boolean', 'date']),
        samples: z.array(z.string()),
      }),
    ),
    mapping: z.array(columnMapping),
    errors: z.array(line),
  }),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  personal: true,
  fails: SHEET_FAILURES,
  async run(ctx, { fileId }) {
    const sheet = openSheet(await ctx.files.read(fileId))
    const rows: (readonly string[])[] = []
    const errors: z.input<typeof line>[] = []
    let header: readonly string[] | undefined
    for await (const row of sheet.rows()) {
      if ('error' in row) errors.push({ line: row.line, field: '', message: row.error[ctx.locale] })
      else if (row.line === 1) header = row.cells
      else rows.push(row.cells)
      if (rows.length + errors.length >= LOOKED_AT) break
    }
    const columns = (header ?? []).map((heading, column) => {
      const values = rows.map((cells) => cells[column] ?? '').filter((v) => v !== '')
      const samples = values.slice(0, SAMPLES).map((v) => v.slice(0, 200))
      return { column, heading: heading.slice(0, 200), type: detectType(values), samples }
    })
    const { format, encoding } = sheet
    return { format, encoding, columns, mapping: suggestMapping(header ?? [], rows), errors }
  },
})

export const start = action('import.start', {
  title: { en: 'Import members from a file', zh: '从文件导入成员' },
  input: z.object({
    ...file,
    name: z.string().trim().min(1).max(200),
    mapping: z.array(columnMapping).min(1).max(MOST_COLUMNS),
    dryRun: z.boolean().default(false),
  }),
  output: z.object({ id: z.uuid() }),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  fails: {
    ...NARROWED,
    'import.no_identity': {
      status: 400,
      title: {
        en: 'Say which column holds the member id, the e-mail address or the phone number',
        zh: '请指定成员标识、邮箱或手机号所在的列',
      },
    },
    'import.mapped_twice': { status: 400, title: { en: 'Two columns fill one field', zh: '多个列对应同一字段' } },
  },
  async run(ctx, { fileId, name, mapping, dryRun }) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('import.narrowed_scope')
    if (!mapping.some((m) => ['externalId', 'email', 'phone'].includes(m.to))) ctx.fail('import.no_identity')
    if (new Set(mapping.map((m) => m.to)).size < mapping.length) ctx.fail('import.mapped_twice')
    const id = newId()
    await ctx.db
      .insertInto('imports')
      .values({
        id,
        kind: 'members',
        name,
        state: 'waiting',
        file_id: fileId,
        mapping: sql`${JSON.stringify(mapping)}::jsonb`,
        dry_run: dryRun,
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
    await expire(ctx.db, fileId, ctx.now)
    await ctx.enqueue(work, { id })
    ctx.note({ id, name, dryRun })
    return { id }
  },
})

const shown = z.object({
  id: z.uuid(),
  kind: z.enum(['archive', 'members']),
  name: z.string(),
  state: z.enum(IMPORT_STATES),
  dryRun: z.boolean(),
  total: z.int().nullable(),
  done: z.int(),
  created: z.int(),
  updated: z.int(),
  failed: z.int(),
  /** 0 to 1. */
  fraction: z.number(),
  reason: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
})

const item = (r: ImportTables['imports']): z.input<typeof shown> => ({
  id: r.id,
  kind: r.kind,
  name: r.name,
  state: r.state,
  dryRun: r.dry_run,
  total: r.total,
  done: r.done,
  created: r.created,
  updated: r.updated,
  failed: r.failed,
  fraction: r.fraction,
  reason: r.reason,
  createdBy: r.created_by,
  createdAt: r.created_at.toISOString(),
  changedAt: r.changed_at.toISOString(),
})

export const list = query('import.list', {
  title: { en: 'Imports', zh: '导入记录' },
  input: z.object(pageInput),
  output: pageOf(shown),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  fails: NARROWED,
  async run(ctx, { limit, cursor }) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('import.narrowed_scope')
    const after = decodeCursor(cursor, 2)
    let find = ctx.db.selectFrom('imports').selectAll()
    if (after) find = find.where(sql<boolean>`(created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const rows = await find
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return cutPage(rows, limit, (r) => [r.created_at.toISOString(), r.id], item)
  },
})

export const get = query('import.get', {
  title: { en: 'An import', zh: '导入详情' },
  input: z.object({ id: z.uuid() }),
  output: shown,
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  fails: NARROWED,
  async run(ctx, { id }) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('import.narrowed_scope')
    const row = await ctx.db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? item(row) : ctx.fail('object.unknown')
  },
})

export const rowErrors = query('import.row_errors', {
  title: { en: 'Rows that could not be imported', zh: '导入失败的行' },
  input: z.object({ id: z.uuid(), ...pageInput }),
  output: pageOf(line),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  fails: NARROWED,
  async run(ctx, { id, limit, cursor }) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('import.narrowed_scope')
    const after = decodeCursor(cursor, 2)
    let find = ctx.db.selectFrom('import_errors').selectAll().where('import_id', '=', id)
    if (after) find = find.where(sql<boolean>`(line, field) > (${after[0]}::integer, ${after[1]}::text)`)
    const rows = await find
      .orderBy('line')
      .orderBy('field')
      .limit(limit + 1)
      .execute()
    return cutPage(
      rows,
      limit,
      (r) => [r.line, r.field],
      (r) => ({ line: r.line, field: r.field, message: ctx.locale === 'zh' ? r.message_zh : r.message_en }),
    )
  },
})

export const cancel = action('import.cancel', {
  title: { en: 'Stop an import', zh: '停止导入' },
  input: z.object({ id: z.uuid() }),
  output: z.object({ state: z.enum(IMPORT_STATES) }),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  async run(ctx, { id }) {
    await ctx.db
      .updateTable('imports')
      .set({ state: 'cancelled', changed_at: ctx.now })
      .where('id', '=', id)
      .where('state', 'in', ['waiting', 'running'])
      .execute()
    const row = await ctx.db.selectFrom('imports').select('state').where('id', '=', id).executeTakeFirst()
    return row ?? ctx.fail('object.unknown')
  },
})
