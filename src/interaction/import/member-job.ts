// Works through a file of members in batches. A batch and the count of rows that are done commit together, so that a job
// that was cut off goes on behind its last batch.
import { sql } from 'kysely'
import { z } from 'zod'
import type { CallOf } from '#kernel/capability'
import type { CallResult, JobContext, ReactorContext } from '#kernel/context'
import { Problem } from '#kernel/problem'
import type { Text } from '#kernel/text'
import { upsert } from '#people/member'
import { isPassing } from '#platform/passing'
import { job } from './declare.ts'
import { type MappedMember, mapRow } from './mapping.ts'
import { openSheet, type SheetRow } from './sheet.ts'
import type { ImportTables } from './tables.ts'

const BATCH = 500
/** Errors kept of one import; more tell nothing new and are only counted. */
const MOST_ERRORS = 10_000

type Import = ImportTables['imports']
type Upsert = CallOf<typeof upsert>
type Outcome = { created: number; updated: number; flaws: Flawed[]; rows: number }
interface Flawed {
  line: number
  field: string
  message: Text
}

export const work = job('import.work', {
  payload: z.object({ id: z.uuid() }),
  async run(ctx, { id }) {
    const row = await ctx.db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row?.file_id || (row.state !== 'waiting' && row.state !== 'running')) return
    try {
      await workThrough(ctx, row, row.file_id)
    } catch (error) {
      // The file's fault, which no repetition mends.
      if (!(error instanceof Problem) || isPassing(error)) throw error
      await end(ctx, id, 'failed', error.code)
    }
  },
})

async function workThrough(ctx: JobContext<ImportTables>, row: Import, fileId: string) {
  const sheet = openSheet(await ctx.files.read(fileId))
  let total = 0
  for await (const { line } of sheet.rows()) if (line > 1) total++
  await ctx.db
    .updateTable('imports')
    .set({ state: 'running', total })
    .where('id', '=', row.id)
    .where('state', 'in', ['waiting', 'running'])
    .execute()
  const first = new Map<string, number>()
  let { done } = row
  let position = 0
  let batch: SheetRow[] = []
  const flush = async () => {
    const going = await perform(ctx, row, batch, first, done)
    done += batch.length
    batch = []
    return going && !ctx.signal.aborted
  }
  for await (const next of sheet.rows()) {
    if (next.line === 1) {
      if ('error' in next) throw new Problem('import.header_unreadable', 400)
      continue
    }
    if (position++ < row.done) {
      if ('cells' in next) note(first, row, next, ctx.brand.zone)
      continue
    }
    batch.push(next)
    if (batch.length >= BATCH && !(await flush())) return
  }
  if (batch.length > 0 && !(await flush())) return
  await end(ctx, row.id, 'done', null)
}

/** Remembers what an earlier part of the job has seen. */
function note(first: Map<string, number>, row: Import, next: { line: number; cells: readonly string[] }, zone: string) {
  const mapped = mapRow(next.cells, row.mapping ?? [], zone)
  if ('member' in mapped && !first.has(keyOf(mapped.member))) first.set(keyOf(mapped.member), next.line)
}

/** Does one batch; false when somebody stopped the import or another worker has it. */
async function perform(
  ctx: JobContext<ImportTables>,
  row: Import,
  batch: readonly SheetRow[],
  first: Map<string, number>,
  done: number,
): Promise<boolean> {
  const { lines, flaws } = read(batch, row, first, ctx.brand.zone)
  const going = async (tx: ReactorContext<ImportTables>) => {
    const now = await tx.db
      .selectFrom('imports')
      .select(['state', 'done'])
      .where('id', '=', row.id)
      .forUpdate()
      .executeTakeFirst()
    return now?.state === 'running' && now.done === done
  }
  if (!row.dry_run)
    return ctx.transaction(async (tx) => {
      if (!(await going(tx))) return false
      await store(tx, row.id, outcomeOf(lines, await upsertAll(tx, row, lines), flaws, batch.length))
      return true
    })
  const results = await rehearse(ctx, (tx) => upsertAll(tx, row, lines))
  return ctx.transaction(async (tx) => {
    if (!(await going(tx))) return false
    await store(tx, row.id, outcomeOf(lines, results, flaws, batch.length))
    return true
  })
}

interface Line {
  line: number
  member: MappedMember
}

function read(batch: readonly SheetRow[], row: Import, first: Map<string, number>, zone: string) {
  const lines: Line[] = []
  const flaws: Flawed[] = []
  for (const next of batch) {
    if ('error' in next) {
      flaws.push({ line: next.line, field: '', message: next.error })
      continue
    }
    const mapped = mapRow(next.cells, row.mapping ?? [], zone)
    if ('flaws' in mapped) {
      flaws.push(...mapped.flaws.map((f) => ({ line: next.line, ...f })))
      continue
    }
    const key = keyOf(mapped.member)
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, next.line)
      lines.push({ line: next.line, member: mapped.member })
    } else {
      const message = { en: `The same member as in row ${before}`, zh: `与第 ${before} 行是同一成员` }
      flaws.push({ line: next.line, field: '', message })
    }
  }
  return { lines, flaws }
}

/** What a row names its member by: its id, else the address or the number. */
function namesOf({ externalId, properties: { email, phone } }: MappedMember) {
  if (externalId !== '') return { externalId }
  return {
    identities:
      typeof email === 'string'
        ? [{ kind: 'email', value: email.toLowerCase() }]
        : [{ kind: 'phone', value: String(phone) }],
  }
}
const keyOf = (member: MappedMember) => JSON.stringify(namesOf(member))

/**
 * Properties count from now on, since a file says what is true today; where it tells since when somebody is a member,
 * a first call makes them at that time.
 */
async function upsertAll(tx: ReactorContext<ImportTables>, row: Import, lines: readonly Line[]) {
  const call = ({ line, member }: Line, part: string, properties: MappedMember['properties']): Upsert => ({
    cause: `import:${row.id}:${line}${part}`,
    input: { ...namesOf(member), properties },
  })
  const dated = lines.flatMap((l) => (l.member.createdAt ? [{ ...call(l, ':since', {}), at: l.member.createdAt }] : []))
  const made = await tx.callMany(upsert, dated)
  const results = await tx.callMany(
    upsert,
    lines.map((l) => call(l, '', l.member.properties)),
  )
  let next = 0
  return results.map((result, i) => {
    const before = lines[i]?.member.createdAt ? made[next++] : undefined
    return before?.ok && before.output.created && result.ok
      ? { ...result, output: { ...result.output, created: true } }
      : result
  })
}

class Rehearsed extends Error {}

/** Does it and takes it back. */
async function rehearse<R>(ctx: JobContext<ImportTables>, body: (tx: ReactorContext<ImportTables>) => Promise<R>) {
  let result: R | undefined
  try {
    await ctx.transaction(async (tx) => {
      result = await body(tx)
      throw new Rehearsed()
    })
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error
  }
  return result as R
}

function outcomeOf(
  lines: readonly Line[],
  results: readonly CallResult<typeof upsert>[],
  flaws: readonly Flawed[],
  rows: number,
): Outcome {
  const outcome: Outcome = { created: 0, updated: 0, flaws: [...flaws], rows }
  results.forEach((result, i) => {
    if (!result.ok) {
      const message = { en: result.message, zh: result.message }
      outcome.flaws.push({ line: lines[i]?.line ?? 0, field: '', message })
    } else if (result.output.created) outcome.created++
    else outcome.updated++
  })
  return outcome
}

async function store(tx: ReactorContext<ImportTables>, id: string, { created, updated, flaws, rows }: Outcome) {
  const failed = new Set(flaws.map((f) => f.line)).size
  await sql`update imports set done = done + ${rows}, created = created + ${created}, updated = updated + ${updated},
    failed = failed + ${failed}, fraction = (done + ${rows})::real / greatest(total, 1), changed_at = ${tx.now}
    where id = ${id}`.execute(tx.db)
  if (flaws.length === 0) return
  const { n } = await tx.db
    .selectFrom('import_errors')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('import_id', '=', id)
    .executeTakeFirstOrThrow()
  const kept = flaws.slice(0, Math.max(0, MOST_ERRORS - n))
  await sql`insert into import_errors (import_id, line, field, message_en, message_zh)
    select ${id}::uuid, * from unnest(${kept.map((f) => f.line)}::integer[], ${kept.map((f) => f.field)}::text[],
      ${kept.map((f) => f.message.en)}::text[], ${kept.map((f) => f.message.zh)}::text[])`.execute(tx.db)
}

async function end(ctx: JobContext<ImportTables>, id: string, state: 'done' | 'failed', reason: string | null) {
  await ctx.db
    .updateTable('imports')
    .set({ state, reason, changed_at: ctx.now })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .execute()
}
