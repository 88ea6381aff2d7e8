import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Engine, EngineError, type Statement } from './engine.ts'
import { LANE_HEADER, LANES, type Lane, MAX_ROWS_BYTES } from './lane.ts'

const MAX_SQL_BYTES = 16 * 1024 * 1024
/** Parameters in the address: ClickHouse takes 1 MB (`http_max_uri_size`), Node 16 KB unless told. */
const MAX_HEADER_BYTES = 1024 * 1024

/** Names in the address that are the HTTP interface's own, not settings of the engine. */
const NOT_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'role',
  'quota_key',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'compress',
  'decompress',
  'stacktrace',
  'buffer_size',
  'wait_end_of_query',
  'client_protocol_version',
])

/** Rows come in the body: `INSERT … FORMAT JSONEachRow`. */
const ROWS_FOLLOW = /^\s*INSERT\s[\s\S]*?(\sFORMAT\s+(\w+))\s*;?\s*$/i
const ROWS_INLINE = /^\s*INSERT\s+INTO\s+[^']*?\sFORMAT\s+\w+\s+[^\s;]/i
const READS = /^(?:\s|\(|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:SELECT|WITH|SHOW|DESC|DESCRIBE|EXISTS|EXPLAIN)\b/i

const COMPRESSION: Readonly<Record<string, string>> = { gzip: 'gzip', deflate: 'deflate', br: 'br', zstd: 'zstd' }

interface Front {
  readonly engine: Engine
  readonly token: string
}

/**
 * As much of ClickHouse's HTTP interface as its clients use, on a server that is not yet listening. The current folder
 * must be one for bodies of rows: they are read by relative path, so that no character of a folder's name is a pattern.
 */
export function createFront(front: Front): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: 60_000 }, (request, response) => {
    void serve(front, request, response)
  })
  // A long statement keeps its connection silent; the lane's limit ends it, not the socket's.
  server.requestTimeout = 0
  return server
}

async function serve(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  try {
    const address = new URL(request.url ?? '/', 'http://localhost')
    if (address.pathname === '/ping') {
      response.end('Ok.\n')
      return
    }
    if (!isAuthorized(request, address.searchParams, front.token))
      throw EngineError.of(516, 'AUTHENTICATION_FAILED', 'default: Authentication failed: password is incorrect')
    await answer(front.engine, request, response, address.searchParams, gone.signal)
  } catch (error) {
    if (gone.signal.aborted) return
    refuse(response, error)
  }
}

async function answer(
  engine: Engine,
  request: IncomingMessage,
  response: ServerResponse,
  search: URLSearchParams,
  signal: AbortSignal,
): Promise<void> {
  const inAddress = search.get('query')
  const rows = inAddress === null ? null : ROWS_FOLLOW.exec(inAddress)
  let outcome: { bytes: Uint8Array; rowsRead: number; elapsed: number }
  let format = search.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated'
  if (inAddress !== null && rows?.[1] && request.method === 'POST') {
    const statement = statementOf(request, search, new Map(), inAddress, format)
    outcome = await insertBody(engine, request, statement, rows[1], signal)
  } else {
    const parts = await textOf(request)
    const sql = [inAddress, parts.get('query')].filter(Boolean).join('\n')
    if (!sql.trim()) throw EngineError.of(62, 'SYNTAX_ERROR', 'Empty query')
    // chDB takes a blank line as the end of inline rows and runs what follows as SQL.
    if (ROWS_INLINE.test(sql))
      throw EngineError.of(48, 'NOT_IMPLEMENTED', 'Rows belong in the body, the INSERT in the address (query=)')
    outcome = await engine.run(statementOf(request, search, parts, sql, format), signal)
    format = /\sFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1] ?? format
  }
  const written = rows ? { written_rows: String(outcome.rowsRead) } : { result_rows: String(outcome.rowsRead) }
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': outcome.bytes.length,
    'X-ClickHouse-Format': format,
    'X-ClickHouse-Query-Id': search.get('query_id') ?? randomUUID(),
    'X-ClickHouse-Summary': JSON.stringify({ ...written, elapsed_ns: String(Math.round(outcome.elapsed * 1e9)) }),
  })
  response.end(outcome.bytes)
}

/**
 * The body goes to a file and the INSERT reads it: rows inline in the SQL end at the first blank line, what follows is
 * run as SQL, and binary formats break; the file is also faster (10,000 rows: 55 ms against 90).
 */
async function insertBody(
  engine: Engine,
  request: IncomingMessage,
  statement: Statement,
  formatClause: string,
  signal: AbortSignal,
) {
  const file = `${randomUUID()}.rows`
  const encoding = header(request, 'content-encoding')
  const compression = encoding ? COMPRESSION[encoding] : 'none'
  if (!compression) throw EngineError.of(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown encoding ${encoding}`)
  try {
    await pipeline(bounded(request, MAX_ROWS_BYTES), createWriteStream(file, { mode: 0o600 }), { signal })
    const at = statement.sql.lastIndexOf(formatClause)
    const sql = `${statement.sql.slice(0, at)} FROM INFILE '${file}' COMPRESSION '${compression}'${formatClause}`
    return await engine.run({ ...statement, sql }, signal)
  } finally {
    await unlink(file).catch(() => {})
  }
}

async function* bounded(request: IncomingMessage, most: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw EngineError.of(307, 'TOO_MANY_BYTES', `The body is larger than ${most} bytes`)
    yield chunk
  }
}

/** The body's parts: `query` and, of a form (how clients send long parameters), `param_*`. */
async function textOf(request: IncomingMessage): Promise<Map<string, string>> {
  if (header(request, 'content-encoding'))
    throw EngineError.of(89, 'UNKNOWN_COMPRESSION_METHOD', 'SQL is taken uncompressed only')
  const type = header(request, 'content-type') ?? ''
  if (!type.startsWith('multipart/form-data')) {
    const chunks: Buffer[] = []
    for await (const chunk of bounded(request, MAX_SQL_BYTES)) chunks.push(chunk)
    return new Map([['query', Buffer.concat(chunks).toString('utf8')]])
  }
  const body = Readable.toWeb(Readable.from(bounded(request, MAX_SQL_BYTES))) as ReadableStream
  const form = await new Response(body, { headers: { 'content-type': type } }).formData()
  const parts = new Map<string, string>()
  for (const [name, value] of form) {
    if (typeof value !== 'string') throw EngineError.of(48, 'NOT_IMPLEMENTED', 'External tables are not taken')
    parts.set(name, value)
  }
  return parts
}

function statementOf(
  request: IncomingMessage,
  search: URLSearchParams,
  parts: ReadonlyMap<string, string>,
  sql: string,
  format: string,
): Statement {
  const settings = new Map<string, string>()
  const params = new Map<string, string>()
  for (const [name, value] of [...search, ...parts]) {
    if (NOT_SETTINGS.has(name)) continue
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw EngineError.of(115, 'UNKNOWN_SETTING', `Unknown setting ${name}`)
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
    else settings.set(name, value)
  }
  const database = search.get('database') ?? header(request, 'x-clickhouse-database')
  return { lane: laneOf(request, sql), sql, format, database, settings, params }
}

function laneOf(request: IncomingMessage, sql: string): Lane {
  const named = header(request, LANE_HEADER)
  if (named === undefined) return READS.test(sql) ? 'interactive' : 'writer'
  const lane = LANES.find((one) => one === named)
  if (!lane) throw EngineError.of(36, 'BAD_ARGUMENTS', `No lane ${named}`)
  return lane
}

function isAuthorized(request: IncomingMessage, search: URLSearchParams, token: string): boolean {
  const [scheme, value = ''] = (header(request, 'authorization') ?? '').split(' ', 2)
  const given =
    scheme === 'Basic'
      ? Buffer.from(value, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, '')
      : scheme === 'Bearer'
        ? value
        : (header(request, 'x-clickhouse-key') ?? search.get('password') ?? '')
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

const STATUS: Readonly<Record<number, number>> = { 516: 403, 307: 413, 202: 503, 60: 404, 81: 404, 62: 400, 456: 400 }

function refuse(response: ServerResponse, error: unknown): void {
  const failure =
    error instanceof EngineError ? error : EngineError.of(1002, 'UNKNOWN_EXCEPTION', `Not served: ${String(error)}`)
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(STATUS[failure.code] ?? 500, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': failure.code,
    // What is left of a refused body is not read.
    Connection: 'close',
  })
  response.end(failure.message)
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
