// Members of a segment, or of a condition such as a cell of an analysis, as a file. Who is in it is fixed when the file is asked for, inside the scope of who asks, and
// masked by their rights; the file goes a day later, because it holds people's data out of an erasure's reach.
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { stringify } from 'csv-stringify/sync'
import ExcelJS from 'exceljs'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { Actor, Context, JobContext } from '#kernel/context'
import type { Route, RouteEnv } from '#kernel/contribution'
import { inWords } from '#kernel/flaw'
import { Problem } from '#kernel/problem'
import type { Locale, Text } from '#kernel/text'
import { maskDeep, profiles } from '#people/member'
import type { ServerHost } from '#platform/host'
import { columns, propertiesOf, seesContact } from './columns.ts'
import { checked, holders } from './compare.ts'
import { type Condition, condition } from './condition.ts'
import { contactHidden } from './contact.ts'
import { action, job } from './declare.ts'
import { safeCell } from './safe-cell.ts'
import type { SegmentTables } from './tables.ts'
import { begin, beginWith, end, type Work } from './work.ts'

const KEPT_MS = 24 * 3600 * 1000
/** Members read at once. */
const BATCH = 2_000
/** A sheet of a spreadsheet program ends there, headings included. */
const MOST_ROWS = 1_048_575
/** A million members with fifty columns. */
const MOST_BYTES = 2 * 1024 * 1024 * 1024

const OWN = ['memberId', 'externalId', 'name', 'enteredAt'] as const
const HEADINGS: Record<(typeof OWN)[number], Text> = {
  memberId: { en: 'Member id', zh: '成员编号' },
  externalId: { en: 'External id', zh: '外部 ID' },
  name: { en: 'Name', zh: '姓名' },
  enteredAt: { en: 'Entered', zh: '进入时间' },
}

type Asking = Context<SegmentTables, never>

interface Task {
  format: 'csv' | 'xlsx'
  own: readonly (typeof OWN)[number][]
  columns: readonly string[]
  name: string
  locale: Locale
  seesContact: boolean
}

export const exportMembers = action('segment.export', {
  title: { en: 'Export the members of a segment', zh: '导出分群成员' },
  input: z
    .object({
      /** A segment, or a condition: a cell of an analysis, a preview. */
      id: z.uuid().optional(),
      definition: condition.optional(),
      name: z.string().trim().min(1).max(100).optional().meta({ en: 'Name of the file', zh: '文件名' }),
      format: z.enum(['csv', 'xlsx']).default('csv'),
      own: z
        .array(z.enum(OWN))
        .max(OWN.length)
        .default([...OWN])
        .meta({ en: 'Fields', zh: '字段' }),
      columns: columns.default([]),
    })
    .refine(
      (i) => (i.id === undefined) !== (i.definition === undefined),
      inWords('id or definition, one of them', 'id 与 definition 须二选一'),
    ),
  output: z.object({ workId: z.uuid(), total: z.int() }),
  offeredTo: ['operator'],
  needs: 'segment.export',
  on: 'brand',
  withinScope: true,
  fails: {
    ...contactHidden,
    'segment.export_too_long': {
      status: 409,
      title: { en: 'A spreadsheet holds 1,048,575 rows; export a part', zh: '表格最多 1048575 行，请缩小范围后导出' },
    },
  },
  async run(ctx, { id, definition, name, format, own, columns: paths }) {
    const segment = id === undefined ? undefined : await nameOf(ctx, id)
    const task: Task = {
      format,
      own: id === undefined ? own.filter((key) => key !== 'enteredAt') : own,
      columns: [...new Set(paths)],
      name: name ?? segment ?? MEMBERS[ctx.locale],
      locale: ctx.locale,
      seesContact: seesContact(ctx),
    }
    const kept = { segment_id: id ?? null, kind: 'export', task: { ...task }, keptMs: KEPT_MS } as const
    const work = definition ? await beginWith(ctx, kept, await idsOf(ctx, definition)) : await begin(ctx, kept)
    if (format === 'xlsx' && work.total > MOST_ROWS) return ctx.fail('segment.export_too_long')
    await ctx.enqueue(write, { workId: work.id })
    ctx.note({ workId: work.id, segment: id ?? definition, format, own, columns: task.columns, members: work.total })
    return { workId: work.id, total: work.total }
  },
})

const MEMBERS: Text = { en: 'Members', zh: '成员' }

async function nameOf(ctx: Pick<Asking, 'db'> & { fail(code: 'object.unknown'): never }, id: string): Promise<string> {
  const segment = await ctx.db
    .selectFrom('segments')
    .select('name')
    .where('id', '=', id)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  return segment?.name ?? ctx.fail('object.unknown')
}

async function idsOf(
  ctx: Asking & { fail(code: 'segment.export_too_long'): never },
  definition: Condition,
): Promise<string[]> {
  const found = await holders(ctx, await checked(ctx, definition), ctx.now, { after: 0, limit: MOST_ROWS + 1 })
  return found.length > MOST_ROWS ? ctx.fail('segment.export_too_long') : found.map((m) => m.memberId)
}

class Stopped extends Error {}

export const write = job('segment.export_run', {
  payload: z.object({ workId: z.uuid() }),
  async run(ctx, { workId }) {
    const work = await ctx.db.selectFrom('segment_works').selectAll().where('id', '=', workId).executeTakeFirst()
    if (!work || (work.state !== 'waiting' && work.state !== 'running')) return
    const task = work.task as unknown as Task
    const rows = rowsOf(ctx, work, task)
    try {
      const file = await ctx.files.save(task.format === 'csv' ? Readable.from(csv(rows)) : xlsx(rows), {
        name: `${task.name}.${task.format}`,
        max: MOST_BYTES,
      })
      await end(ctx, workId, { state: 'done', file_id: file.id })
      await dropIfStopped(ctx, workId, file.id)
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
    }
    ctx.signal.throwIfAborted()
  },
})

/** Stopped in the last moment: nobody asks for the file any more. */
async function dropIfStopped(ctx: JobContext<SegmentTables>, workId: string, fileId: string) {
  const now = await ctx.db.selectFrom('segment_works').select('file_id').where('id', '=', workId).executeTakeFirst()
  if (now?.file_id !== fileId) await ctx.files.remove(fileId)
}

/** Headings, then a row a member; tells how far it is, and throws when it is to stop. */
async function* rowsOf(ctx: JobContext<SegmentTables>, work: Work, task: Task): AsyncGenerator<string[]> {
  yield [...task.own.map((key) => HEADINGS[key][task.locale]), ...task.columns]
  for (let after = 0, done = 0; ; ) {
    const { rows } = await sql<{ place: number; member_id: string; entered_at: Date | null }>`
      select w.place, w.member_id, m.entered_at from segment_work_members w
      left join segment_members m on m.segment_id = ${work.segment_id} and m.member_id = w.member_id
      where w.work_id = ${work.id} and w.place > ${after} order by w.place limit ${BATCH}`.execute(ctx.db)
    if (rows.length === 0) return
    const ids = rows.map((r) => r.member_id)
    const people = await profiles(ctx.db, ids)
    const values = await propertiesOf({ ...ctx, seesContact: task.seesContact }, ids, task.columns, 'background')
    const shown = (text: string | null | undefined) =>
      text && !task.seesContact ? String(maskDeep(text)) : (text ?? '')
    for (const { member_id: memberId, entered_at } of rows) {
      const person = people.get(memberId)
      // Erased since it was asked for.
      if (!person) continue
      const own = {
        memberId,
        externalId: shown(person.externalId),
        name: shown(person.name),
        enteredAt: entered_at?.toISOString() ?? '',
      }
      const mine = values.get(memberId) ?? {}
      yield [...task.own.map((key) => own[key]), ...task.columns.map((path) => String(mine[path] ?? ''))]
    }
    after = rows.at(-1)?.place ?? after
    done += rows.length
    const { numUpdatedRows } = await ctx.db
      .updateTable('segment_works')
      .set({ state: 'running', done })
      .where('id', '=', work.id)
      .where('state', 'in', ['waiting', 'running'])
      .executeTakeFirst()
    if (numUpdatedRows === 0n || ctx.signal.aborted) throw new Stopped()
  }
}

/** With a mark that tells Excel its encoding. */
async function* csv(rows: AsyncIterable<string[]>): AsyncGenerator<string> {
  yield '\uFEFF'
  for await (const row of rows) yield stringify([row.map(safeCell)])
}

/** Cells are texts by type and never formulas; they stay harmless when somebody saves the sheet as CSV. */
function xlsx(rows: AsyncIterable<string[]>): Readable {
  const stream = new PassThrough()
  const fill = async () => {
    const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream })
    const sheet = book.addWorksheet('Members')
    for await (const row of rows) {
      sheet.addRow(row.map(safeCell)).commit()
      if (stream.writableNeedDrain) await Promise.race([once(stream, 'drain'), once(stream, 'close')])
      // Who reads has given up: too large, or stopped.
      if (stream.destroyed) return
    }
    sheet.commit()
    await book.commit()
  }
  fill().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))))
  return stream
}

/** The file of an export, for who asked for it. */
async function download(request: Request, env: RouteEnv): Promise<Response> {
  const { files, db } = env.host as ServerHost
  const id = z.uuid().safeParse(new URL(request.url).searchParams.get('id'))
  const work = id.success
    ? await (db as unknown as Kysely<SegmentTables>)
        .selectFrom('segment_works')
        .select(['file_id', 'actor'])
        .where('id', '=', id.data)
        .executeTakeFirst()
    : undefined
  if (!work?.file_id || work.actor !== (env.actor as Actor).id) throw new Problem('object.unknown', 404)
  const file = await files.open(work.file_id)
  const isCsv = file.name.endsWith('.csv')
  return new Response(Readable.toWeb(file.stream) as ReadableStream as unknown as BodyInit, {
    headers: {
      'content-type': isCsv
        ? 'text/csv; charset=utf-8'
        : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename="members.${isCsv ? 'csv' : 'xlsx'}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'cache-control': 'no-store',
    },
  })
}

export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/segment.export_file',
    title: { en: 'The file of an export', zh: '下载分群导出文件' },
    needs: 'segment.export',
    handle: download,
  },
]
