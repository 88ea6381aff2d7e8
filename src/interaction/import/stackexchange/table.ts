// Rows of one table of a Stack Exchange data dump: CSV, gzipped CSV, or the official XML (`<row Id="1" …/>`), plain or
// gzipped. Read as a stream: a table may be larger than memory.
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { SaxesParser } from 'saxes'

const TABLES = ['Users', 'Posts', 'Comments', 'Votes', 'Badges'] as const
export type TableName = (typeof TABLES)[number]

/** A row by its column names; what a row does not have is absent. */
export type Row = Readonly<Record<string, string | undefined>>

export interface TableFile {
  table: TableName
  path: string
  bytes: number
}

/** More in one row is no row of a dump: post bodies end at 30,000 characters, profiles at 5,000. */
const MOST_ROW_CHARS = 4 * 1024 * 1024

/** The table files of a folder in the order in which they depend on each other; throws when there are no users. */
export async function findTables(folder: string): Promise<TableFile[]> {
  const names = await readdir(folder)
  const files: TableFile[] = []
  for (const table of TABLES) {
    const pattern = new RegExp(`^${table}\\.(csv|xml)(\\.gz)?$`, 'i')
    const found = names.filter((name) => pattern.test(name))
    if (found.length > 1) throw new Error(`${table} is there more than once: ${found.join(', ')}`)
    const [name] = found
    if (name) files.push({ table, path: join(folder, name), bytes: (await stat(join(folder, name))).size })
  }
  if (!files.some((f) => f.table === 'Users'))
    throw new Error(`no Users.csv, Users.csv.gz or Users.xml in ${folder} (unpack .7z archives first)`)
  return files
}

export interface TableReader {
  rows: AsyncGenerator<Row>
  /** Of the file, so far. */
  bytesRead(): number
}

export function readTable({ path }: TableFile): TableReader {
  // Small pieces: what is read ahead counts as done in the progress that people see.
  const raw = createReadStream(path, { highWaterMark: 16 * 1024 })
  return { rows: rowsOf(path, raw), bytesRead: () => raw.bytesRead }
}

async function* rowsOf(path: string, raw: Readable): AsyncGenerator<Row> {
  const stream = /\.gz$/i.test(path) ? raw.pipe(createGunzip({ chunkSize: 64 * 1024 })) : raw
  if (stream !== raw) raw.on('error', (error) => stream.destroy(error))
  try {
    yield* /\.xml(\.gz)?$/i.test(path) ? xmlRows(stream) : csvRows(stream)
  } finally {
    raw.destroy()
    stream.destroy()
  }
}

async function* csvRows(stream: Readable): AsyncGenerator<Row> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_ROW_CHARS,
  })
  stream.on('error', (error) => parser.destroy(error))
  stream.pipe(parser)
  let header: string[] | undefined
  for await (const record of parser as AsyncIterable<string[]>) {
    if (!header) {
      header = record.map((name) => name.trim())
      continue
    }
    const row: Record<string, string | undefined> = {}
    for (let i = 0; i < header.length; i++) if (record[i]) row[header[i] as string] = record[i]
    yield row
  }
}

async function* xmlRows(stream: Readable): AsyncGenerator<Row> {
  const parser = new SaxesParser()
  let rows: Row[] = []
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', (tag) => {
    if (tag.name === 'row') rows.push(tag.attributes as Row)
  })
  stream.setEncoding('utf8')
  let since = 0
  for await (const chunk of stream as AsyncIterable<string>) {
    parser.write(chunk)
    since = rows.length > 0 ? 0 : since + chunk.length
    if (since > MOST_ROW_CHARS) throw new Error('no row ends here: this is no table of a data dump')
    const ready = rows
    rows = []
    yield* ready
  }
  parser.close()
  yield* rows
}
