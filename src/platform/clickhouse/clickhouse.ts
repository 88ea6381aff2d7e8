import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { Table } from '#kernel/context'
import { Problem } from '#kernel/problem'
import type { Log } from '../log.ts'
import { ANALYSIS_MEMORY, ANALYSIS_SLOTS, LANE_HEADER, LANE_SECONDS, type Lane, MAX_ROWS_BYTES } from './lane.ts'
import { type Address, superviseChild } from './supervisor.ts'

export type { Lane } from './lane.ts'

export type Settings = Readonly<Record<string, string | number>>

/** Values of `{name:Type}` in the SQL: string, number, bigint, boolean, Date, null, arrays and records of them. */
export type Params = Readonly<Record<string, unknown>>

export interface QueryOptions {
  /** Default `interactive`. Only `writer` and `background` may write. */
  lane?: Lane
  /** Ends the query in the engine, not only the wait for it. */
  signal?: AbortSignal
  settings?: Settings
}

export interface InsertOptions {
  /** The same token stores the same rows once, if the table has `non_replicated_deduplication_window` (or replicates). */
  token?: string
  /** With a token: what makes sure of a repetition. */
  proof?: Proof
  columns?: readonly string[]
  /** `JSONCompactEachRow` (arrays, with `columns`) costs a third less to write and read than `JSONEachRow`. */
  format?: 'JSONEachRow' | 'JSONCompactEachRow'
  signal?: AbortSignal
  settings?: Settings
}

/**
 * ClickHouse notes a token some 100 µs before it stores the rows; killed in between it takes the repetition for a
 * duplicate, and the rows are lost. So after a repetition it is asked whether any of the rows is there.
 */
export interface Proof {
  /** A column of whole numbers, and what it is in all of these rows and in no others. */
  column: string
  value: number
  /** Also the first attempt may be a repetition: of one by a process that died, or of one that failed. */
  again: boolean
}

export interface Clickhouse {
  readonly database: string
  readonly embedded: boolean
  /** The embedded engine's process; undefined while it restarts, and with a server of its own. */
  readonly pid: number | undefined
  /** False while the embedded engine restarts. A server is asked with `ping`. */
  readonly alive: boolean
  readonly restarts: number
  /**
   * Rows of a SELECT as objects. 64-bit integers are numbers (use toString() above 2^53), times RFC 3339 UTC. Repeated
   * while ClickHouse restarts. Throws ClickHouseError, or Problem service.unavailable after 15 s without ClickHouse.
   */
  query<T>(sql: string, params?: Params, options?: QueryOptions): Promise<T[]>
  /** The answer to a SELECT in a database without a single table (made at first use); nothing can be changed from it. */
  table(sql: string, params: Params, options: { signal: AbortSignal; settings: Settings }): Promise<Table>
  /** What a SELECT is made of, a line a node; it is parsed and neither run nor looked up. */
  parsed(sql: string, signal: AbortSignal): Promise<string[]>
  /**
   * One block of rows, one a line (at most 1,048,576 rows; 256 MB, else Problem input.too_large). Stored when it
   * resolves. Repeated while ClickHouse restarts only with a token: without one a repetition could store rows twice.
   */
  insert(table: string, rows: Rows, options?: InsertOptions): Promise<void>
  /** DDL and other statements without an answer; default lane `writer`. Not repeated once sent. */
  command(sql: string, params?: Params, options?: QueryOptions): Promise<void>
  /** The stock client, for what the verbs do not offer. Valid until the engine restarts: do not keep it. */
  client(lane: Lane): Promise<ClickHouseClient>
  ping(): Promise<boolean>
  stop(): Promise<void>
}

export type Rows = string | Uint8Array | AsyncIterable<string | Uint8Array>

/** A restart takes 0.3 s, one behind a dying predecessor a few seconds; a caller's own time-out is longer. */
const PATIENCE = 15_000
const RETRY_PAUSE = 100
/** Each is used up only by a process that dies within the same tenth of a millisecond. */
const MOST_TOKENS = 8

/** So that an embedded engine and a server, of whatever version and profile, mean the same. */
const COMMON_SETTINGS: Settings = {
  output_format_json_quote_64bit_integers: 0,
  date_time_output_format: 'iso',
  date_time_input_format: 'best_effort',
  session_timezone: 'UTC',
}
const INSERT_SETTINGS: Settings = {
  // Stored when answered, and the token stands for exactly this block.
  async_insert: 0,
  insert_deduplicate: 1,
  // One block, cut the same way each time; also faster (10,000 rows on 2 cores: 55 ms against 82).
  input_format_parallel_parsing: 0,
  // A column that does not exist is a fault, not to be dropped in silence.
  input_format_skip_unknown_fields: 0,
}

/**
 * ClickHouse over HTTP: the server at `url`, or chDB in a child process on `<dataDir>/clickhouse`. Makes the database
 * (default: the one in the url, else `banyan`) unless it is there. Rejects when ClickHouse cannot be reached.
 */
export async function openClickhouse(options: {
  url?: string | undefined
  dataDir: string
  log: Log
  database?: string
  /** Bytes that all questions a person waits for may take together; default 1.5 GB. */
  memory?: number
}): Promise<Clickhouse> {
  const server = options.url === undefined ? undefined : new URL(options.url)
  const named = decodeURIComponent(server?.pathname.slice(1) ?? '')
  const database = options.database ?? (named || 'banyan')
  const budget = options.memory ?? ANALYSIS_MEMORY
  const queryMemory = server && Math.floor(budget / ANALYSIS_SLOTS)
  if (server) server.pathname = '/'
  const supervised = server ? undefined : await superviseChild(join(options.dataDir, 'clickhouse'), options.log, budget)
  const fixed: Address | undefined = server && { url: server.href, token: '' }

  const pools = new Map<string, { address: Address; client: ClickHouseClient }>()
  async function client(
    lane: Lane,
    deadline = performance.now() + PATIENCE,
    where = database,
  ): Promise<ClickHouseClient> {
    const address = fixed ?? (await within(deadline, supervised?.address()))
    const name = `${lane}/${where}`
    const pool = pools.get(name)
    if (pool?.address === address) return pool.client
    void pool?.client.close()
    const fresh = createLaneClient(address, lane, where, queryMemory)
    pools.set(name, { address, client: fresh })
    return fresh
  }

  async function attempt<T>(
    lane: Lane,
    repeat: 'always' | 'unless sent',
    signal: AbortSignal | undefined,
    run: (client: ClickHouseClient) => Promise<T>,
    where = database,
  ): Promise<T> {
    for (const deadline = performance.now() + PATIENCE; ; await delay(RETRY_PAUSE)) {
      const using = await client(lane, deadline, where)
      try {
        return await run(using)
      } catch (error) {
        const lost = connectionLoss(error)
        if (signal?.aborted || !lost || (lost === 'sent' && repeat === 'unless sent')) throw error
        if (performance.now() > deadline) throw unavailable()
      }
    }
  }

  let bare: Promise<void> | undefined
  const clickhouse: Clickhouse = {
    database,
    embedded: supervised !== undefined,
    get pid() {
      return supervised?.pid
    },
    get alive() {
      return supervised?.alive ?? true
    },
    get restarts() {
      return supervised?.restarts ?? 0
    },
    query: <T>(sql: string, params: Params = {}, { lane = 'interactive', signal, settings }: QueryOptions = {}) =>
      attempt(lane, 'always', signal, async (using) => {
        const result = await using.query({
          query: sql,
          format: 'JSONEachRow',
          query_params: { ...params },
          clickhouse_settings: { ...settings },
          ...(signal && { abort_signal: signal }),
        })
        return result.json<T>()
      }),
    async table(sql, params, { signal, settings }) {
      bare ??= createDatabase(fixed ?? (await within(performance.now() + PATIENCE, supervised?.address())), BARE)
      await bare.catch((error: unknown) => {
        bare = undefined
        throw error
      })
      const run = async (using: ClickHouseClient) => {
        const result = await using.query({
          query: sql,
          format: 'JSONCompact',
          query_params: { ...params },
          clickhouse_settings: { ...settings, output_format_json_quote_64bit_integers: 1, readonly: '2' },
          abort_signal: signal,
        })
        const { meta = [], data } = await result.json<unknown[]>()
        return { columns: meta, rows: data.map((row) => row.map((value, i) => plain(value, meta[i]?.type ?? ''))) }
      }
      return attempt('interactive', 'always', signal, run, BARE)
    },
    parsed: (sql, signal) =>
      attempt('interactive', 'always', signal, async (using) => {
        // The client's `query` would write its format behind the statement that is explained.
        const { stream } = await using.exec({ query: `EXPLAIN AST ${sql}`, abort_signal: signal })
        return (await text(stream)).split('\n').filter((line) => line !== '')
      }),
    async insert(table, rows, { token, proof, columns, format = 'JSONEachRow', signal, settings } = {}) {
      const body = await wholeOf(rows)
      if (body.length === 0) return
      const names = columns ? ` (${columns.map((name) => `\`${name}\``).join(', ')})` : ''
      let attempts = proof?.again ? 1 : 0
      const send = (as: string | undefined) =>
        attempt('writer', as === undefined ? 'unless sent' : 'always', signal, async (using) => {
          attempts++
          // `exec` takes a stream of bytes for these formats; the client's `insert` wants objects to encode.
          const { stream } = await using.exec({
            query: `INSERT INTO ${table}${names} FORMAT ${format}`,
            values: Readable.from([body], { objectMode: false }),
            clickhouse_settings: {
              ...INSERT_SETTINGS,
              ...(as !== undefined && { insert_deduplication_token: as }),
              ...settings,
            },
            ...(signal && { abort_signal: signal }),
          })
          await finished(stream.resume())
        })
      await send(token)
      if (token === undefined || !proof) return
      // Under another token each time: each may be cut off in the same way.
      for (let i = 1; attempts > 1 && !(await isStored(clickhouse, table, proof)); i++) {
        if (i > MOST_TOKENS) throw unavailable()
        await send(`${token}.${i}`)
      }
    },
    async command(sql, params = {}, { lane = 'writer', signal, settings } = {}) {
      await attempt(lane, 'unless sent', signal, (using) =>
        using.command({
          query: sql,
          query_params: { ...params },
          clickhouse_settings: { ...settings },
          ...(signal && { abort_signal: signal }),
        }),
      )
    },
    client: (lane) => client(lane),
    async ping() {
      if (supervised && !supervised.alive) return false
      return (await (await client('live')).ping()).success
    },
    async stop() {
      await supervised?.stop()
      await Promise.all([...pools.values()].map((pool) => pool.client.close()))
    },
  }

  try {
    await createDatabase(fixed ?? (await within(performance.now() + PATIENCE, supervised?.address())), database)
  } catch (error) {
    await clickhouse.stop()
    throw error
  }
  return clickhouse
}

/** Engines that replicate note tokens and parts together, and another replica may not have the rows yet. */
async function isStored(clickhouse: Clickhouse, table: string, { column, value }: Proof): Promise<boolean> {
  const [row] = await clickhouse.query<{ stored: boolean }>(
    `SELECT (SELECT count() FROM ${table} WHERE ${column} = {value:UInt64}) > 0 OR (
       SELECT engine NOT IN ('MergeTree', 'ReplacingMergeTree') FROM system.tables
       WHERE database = currentDatabase() AND name = {table:String}) AS stored`,
    { value, table },
    { lane: 'writer' },
  )
  return Boolean(row?.stored)
}

function createLaneClient(address: Address, lane: Lane, database: string, memory?: number): ClickHouseClient {
  return createClient({
    url: address.url,
    ...(address.token && { username: 'default', password: address.token }),
    database,
    application: 'banyan',
    http_headers: { [LANE_HEADER]: lane },
    clickhouse_settings: {
      ...COMMON_SETTINGS,
      max_execution_time: LANE_SECONDS[lane],
      // An embedded engine knows its lanes by itself.
      ...(lane === 'interactive' && memory !== undefined && { max_memory_usage: String(memory) }),
    },
    // The lane's limit ends a statement; this ends the wait in its queue.
    request_timeout: (LANE_SECONDS[lane] + 30) * 1_000,
    max_open_connections: 64,
    // Ten thousand ids do not fit an address.
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
  })
}

/** Holds nothing, ever. */
const BARE = 'banyan_bare'

/** A wide integer as a number while one holds it exactly. */
function plain(value: unknown, type: string): unknown {
  if (typeof value !== 'string' || !/^(?:Nullable\()?U?Int(?:64|128|256)\)?$/.test(type)) return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Asks first: an account on a server may lack the right to make databases. */
async function createDatabase(address: Address, database: string): Promise<void> {
  const client = createLaneClient(address, 'writer', 'default')
  try {
    const found = await client.query({
      query: 'SELECT name FROM system.databases WHERE name = {database:String}',
      query_params: { database },
      format: 'JSONEachRow',
    })
    if ((await found.json()).length > 0) return
    await client.command({
      query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}',
      query_params: { database },
    })
  } finally {
    await client.close()
  }
}

/** Whether an error is ClickHouse going away, and whether the statement may have reached it. */
function connectionLoss(error: unknown): 'sent' | 'unsent' | undefined {
  if (error instanceof ClickHouseError || !(error instanceof Error)) return undefined
  const code = 'code' in error ? error.code : undefined
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unsent'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE') return 'sent'
  return /socket hang up|aborted/.test(error.message) ? 'sent' : undefined
}

const unavailable = () => new Problem('service.unavailable', 503, { retryAfter: 5 })

async function within<T>(deadline: number, promise: Promise<T> | undefined): Promise<T> {
  const late = new AbortController()
  const timer = delay(Math.max(0, deadline - performance.now()), undefined, { signal: late.signal }).then(() => {
    throw unavailable()
  })
  try {
    return await Promise.race([promise ?? timer, timer])
  } finally {
    timer.catch(() => {})
    late.abort()
  }
}

async function wholeOf(rows: Rows): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of typeof rows === 'string' || rows instanceof Uint8Array ? [rows] : rows) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part
    size += bytes.length
    if (size > MAX_ROWS_BYTES) throw new Problem('input.too_large', 413)
    parts.push(bytes)
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}
