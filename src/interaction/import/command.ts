// `banyan import …`: archives and tables from the command line. Works alike on a running and on a stopped instance.
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Locale } from '#kernel/text'
import type { Instance } from './call.ts'
import { errorFile, type RowError } from './error-file.ts'
import type { EventItem, Item, Marks, MemberItem } from './item.ts'
import type { ColumnMapping } from './mapping.ts'
import { type Progress, runImport } from './runner.ts'
import { openSheet } from './sheet.ts'
import { type BadRow, openArchive } from './stackexchange/archive.ts'
import { findTables } from './stackexchange/table.ts'

export interface CommandIo {
  instance: Instance
  /** A line for people. */
  say(line: string): void
  /** A line that replaces the one before it. */
  update(line: string): void
  locale: Locale
  signal?: AbortSignal
}

const USAGE = `banyan import stackexchange <folder> [--site <name>] [--name <community name>]
  Members, posts, comments, accepted answers, votes and badges of a Stack Exchange data dump (CSV, CSV.gz, XML).
banyan import members <file.csv|file.xlsx> [--map <heading>=<field>]... [--dry-run] [--errors <out.csv>]
  Fields: externalId, name, email, phone, gender, birthday, avatar, locale, timezone, createdAt, property:<key>`

const STOPPED = { en: 'Stopped. Run it again to go on.', zh: '导入已停止，再次运行将继续。' }

/** Bad rows told one by one; of more, the number says enough. */
const MOST_SHOWN = 20

class Usage extends Error {}

/** Runs `banyan import <what> …`; answers the exit code. Called wrongly, it says how and answers 2. */
export async function importCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const [what, ...rest] = args
  try {
    if (what === 'stackexchange') return await importStackexchange(rest, io)
    if (what === 'members') return await importMembersFile(rest, io)
    throw new Usage()
  } catch (error) {
    const misused = error instanceof Usage || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
    if (io.signal?.aborted) {
      io.say(STOPPED[io.locale])
      return 1
    }
    if (!misused) throw error
    io.say(USAGE)
    return 2
  }
}

/** Returns when everything of the archive can be seen; 1 when something was refused or it was stopped. */
async function importStackexchange(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { site: { type: 'string' }, name: { type: 'string' } },
  })
  const [folder] = positionals
  if (!folder || positionals.length > 1) throw new Usage()
  const files = await findTables(folder)
  const site = siteOf(values.site ?? basename(resolve(folder)))
  const source = `stackexchange:${site}`
  const name = values.name ?? site
  const { call } = io.instance
  await call('community.create', { key: source, name, type: 'interest', admission: 'open' })
  const { id, marks } = (await call('import.begin', { source, name })) as { id: string; marks: Marks }
  const bad: BadRow[] = []
  const archive = openArchive(files, site, (row) => bad.push(row))
  const advance = async (more: object) => {
    const answer = (await call('import.advance', { id, source, ...more })) as { state: string }
    return answer.state !== 'cancelled'
  }
  const started = performance.now()
  const { finished, progress } = await runImport({
    items: archive.items(marks),
    fraction: archive.fraction,
    send: (batch) => send(io.instance, source, batch),
    checkpoint: (marks, { done, refused, fraction }) =>
      advance({ marks, done, failed: refused + bad.length, fraction }),
    progress: (p) => io.update(progressLine(p, io.locale)),
    ...(io.signal ? { signal: io.signal } : {}),
  }).catch(async (error: unknown) => {
    // The first failure is the one to show, whatever comes of telling it.
    await advance({ state: 'failed', reason: String((error as Error).message).slice(0, 500) }).catch(() => {})
    throw error
  })
  if (!finished) {
    io.say(STOPPED[io.locale])
    return 1
  }
  io.update(io.locale === 'zh' ? '等待数据全部可见…' : 'Waiting until everything can be seen …')
  while (!(await io.instance.visible())) await pause(200, undefined, io.signal ? { signal: io.signal } : {})
  await advance({ state: 'done', fraction: 1 })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const { done } = progress
  const refused = progress.refused + bad.length
  for (const { table, id, reason } of bad.slice(0, MOST_SHOWN)) io.say(`${table} ${id}: ${reason}`)
  if (bad.length > MOST_SHOWN) io.say('…')
  io.say(
    io.locale === 'zh'
      ? `导入完成：${done} 条，${refused} 条被拒绝，用时 ${seconds} 秒。`
      : `Imported ${done} items, ${refused} refused, in ${seconds} s.`,
  )
  return refused > 0 ? 1 : 0
}

const siteOf = (text: string): string => {
  const site = text
    .toLowerCase()
    .replace(/^stackexchange-/, '')
    .replace(/\.stackexchange(\.com)?$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
  if (site === '') throw new Usage()
  return site
}

/** Sends one batch, all of one kind; answers how many items were refused. */
async function send({ call }: Instance, communityKey: string, batch: readonly Item[]): Promise<{ refused: number }> {
  const members = batch.filter((i): i is MemberItem => i.kind === 'member')
  const events = batch.filter((i): i is EventItem => i.kind === 'event')
  const answer =
    members.length > 0
      ? await call('import.members', {
          communityKey,
          items: members.map(({ externalId, createdAt, properties }) => ({ externalId, createdAt, properties })),
        })
      : await call('import.events', {
          items: events.map(({ kind: _, part: __, mark: ___, ...item }) => ({ ...item, communityKey })),
        })
  return { refused: (answer as { refused: unknown[] }).refused.length }
}

function progressLine({ done, rate, fraction, remaining }: Progress, locale: Locale): string {
  const percent = `${(fraction * 100).toFixed(1)}%`
  if (locale === 'zh')
    return `${percent}  已导入 ${done} 条  ${rate} 条/秒${remaining === null ? '' : `  剩余约 ${remaining} 秒`}`
  return `${percent}  ${done} items  ${rate}/s${remaining === null ? '' : `  about ${remaining} s left`}`
}

interface Shown {
  state: string
  total: number | null
  done: number
  created: number
  updated: number
  failed: number
  reason: string | null
}

/** Imports members from a table; 1 when rows failed. */
async function importMembersFile(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      map: { type: 'string', multiple: true, default: [] },
      'dry-run': { type: 'boolean', default: false },
      errors: { type: 'string' },
    },
  })
  const [path] = positionals
  if (!path || positionals.length > 1) throw new Usage()
  const { call, upload, visible } = io.instance
  const bytes = await readFile(path)
  const fileId = await upload(basename(path), bytes)
  const preview = (await call('import.preview', { fileId })) as {
    columns: { column: number; heading: string; type: ColumnMapping['type'] }[]
    mapping: ColumnMapping[]
  }
  const mapping = remap(preview.mapping, preview.columns, values.map)
  for (const { column, to } of mapping) io.say(`${preview.columns[column]?.heading ?? column} → ${to}`)
  const started = { fileId, name: basename(path).slice(0, 200), mapping, dryRun: values['dry-run'] }
  const { id } = (await call('import.start', started)) as { id: string }
  let now = (await call('import.get', { id })) as Shown
  while (now.state === 'waiting' || now.state === 'running') {
    io.update(`${now.done} / ${now.total ?? '…'}`)
    await pause(300, undefined, io.signal ? { signal: io.signal } : {})
    now = (await call('import.get', { id })) as Shown
  }
  if (!values['dry-run']) while (!(await visible())) await pause(200)
  const { created, updated, failed, reason } = now
  const dry = values['dry-run']
  io.say(
    io.locale === 'zh'
      ? `${dry ? '试运行：将' : '已'}新建 ${created}，更新 ${updated}，失败 ${failed}${reason ? `（${reason}）` : ''}`
      : `${dry ? 'Dry run: ' : ''}${created} created, ${updated} updated, ${failed} failed${reason ? ` (${reason})` : ''}`,
  )
  if (failed > 0) await writeErrors(io, id, bytes, values.errors)
  return now.state === 'done' && failed === 0 ? 0 : 1
}

function remap(
  suggested: readonly ColumnMapping[],
  columns: readonly { column: number; heading: string; type: ColumnMapping['type'] }[],
  said: readonly string[],
): ColumnMapping[] {
  const mapping = new Map(suggested.map((m) => [m.column, m]))
  for (const pair of said) {
    const at = pair.lastIndexOf('=')
    const heading = pair.slice(0, at)
    const column = columns.find((c) => c.heading === heading)
    if (at < 1 || !column)
      throw new Error(`--map ${pair}: the file has the columns ${columns.map((c) => c.heading).join(', ')}`)
    const to = pair.slice(at + 1)
    mapping.delete(column.column)
    if (to === '') continue
    for (const m of mapping.values()) if (m.to === to) mapping.delete(m.column)
    mapping.set(column.column, {
      column: column.column,
      to: to as ColumnMapping['to'],
      type: to.startsWith('property:') ? column.type : 'text',
    })
  }
  return [...mapping.values()].sort((a, b) => a.column - b.column)
}

/** Prints the first errors, or writes all failed rows with their reasons into a file. */
async function writeErrors({ instance, say, locale }: CommandIo, id: string, bytes: Uint8Array, path?: string) {
  const errors: RowError[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = (await instance.call('import.row_errors', { id, limit: 200, ...(cursor ? { cursor } : {}) })) as {
      items: RowError[]
      nextCursor: string | null
    }
    errors.push(...page.items)
    cursor = path ? page.nextCursor : null
  }
  if (!path) {
    for (const { line, field, message } of errors.slice(0, 20)) say(`${line}: ${field ? `${field}: ` : ''}${message}`)
    return
  }
  const out = createWriteStream(path)
  for await (const line of errorFile(openSheet(bytes), errors, locale)) out.write(line)
  await new Promise<void>((done, failed) => {
    out.on('error', failed)
    out.end(done)
  })
  say(path)
}
