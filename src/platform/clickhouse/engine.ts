import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Chdb, type Connection, loadChdb, type NativeAnswer } from './chdb.ts'
import { Gate } from './gate.ts'
import { LANES, type Lane, type LaneLimit } from './lane.ts'

export interface Statement {
  lane: Lane
  sql: string
  /** Output format unless the SQL names one. */
  format: string
  database: string | undefined
  settings: ReadonlyMap<string, string>
  /** Name → value as ClickHouse's HTTP interface takes it (TSV-escaped text of the parameter's type). */
  params: ReadonlyMap<string, string>
}

/** A failure in ClickHouse's own words: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
export class EngineError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }

  static of(code: number, type: string, text: string): EngineError {
    return new EngineError(code, `Code: ${code}. DB::Exception: ${text}. (${type})`)
  }
}

/** Statements waiting in one lane before new ones are refused (code 202): more is a fault, not a load. */
const LONGEST_QUEUE = 500
/** ClickHouse's default `max_query_size`; a SET with long parameters needs more. */
const QUERY_SIZE = 262_144
/** A killed statement ends in milliseconds; one that does not after this many keeps its slot for ever. */
const KILL_PATIENCE = 30_000

const literal = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`
const identifier = (text: string) => `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``

function asEngineError(cause: unknown): EngineError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const match = /Code: (\d+)\. /.exec(message)
  return match
    ? new EngineError(Number(match[1]), message.slice(match.index))
    : EngineError.of(1002, 'UNKNOWN_EXCEPTION', message)
}

/**
 * chDB, with what a server does around it. Every statement has a connection of its own (0.1 ms): settings and
 * parameters stick to a connection, and the addon's own binding shares one queue in the process and mixes values of
 * concurrent statements. Parameters are therefore `SET param_x` on that connection, never part of the SQL.
 *
 * Answers are whole, not streamed: opening chDB's stream runs scalar subqueries on the calling thread, so one report
 * would hold up everything (measured: 55 s).
 */
export class Engine {
  readonly #chdb: Chdb
  readonly #folder: string
  readonly #limits: Readonly<Record<Lane, LaneLimit>>
  readonly #gates: Readonly<Record<Lane, Gate>>
  /** Keeps the engine up between statements. */
  readonly #anchor: Connection
  /** Called when a killed statement does not end; only a new process frees its slot. */
  readonly #onStuck: () => void

  /** Throws when the folder is locked by another process. */
  constructor(
    folder: string,
    engineArguments: readonly string[],
    limits: Readonly<Record<Lane, LaneLimit>>,
    onStuck: () => void,
  ) {
    this.#chdb = loadChdb()
    this.#folder = folder
    this.#limits = limits
    this.#gates = Object.fromEntries(
      LANES.map((lane) => [lane, new Gate(limits[lane].slots, LONGEST_QUEUE)]),
    ) as Record<Lane, Gate>
    this.#onStuck = onStuck
    this.#anchor = this.#chdb.CreateConnection(folder, engineArguments)
  }

  /** Runs one statement in its lane; throws EngineError. When `signal` fires the statement is killed. */
  async run(statement: Statement, signal: AbortSignal): Promise<NativeAnswer> {
    const gate = this.#gates[statement.lane]
    if (!(await gate.enter(signal)))
      throw EngineError.of(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `Too many statements wait in lane ${statement.lane}`)
    try {
      return await this.#execute(statement, signal)
    } catch (error) {
      throw signal.aborted ? error : asEngineError(error)
    } finally {
      gate.leave()
    }
  }

  async #execute(statement: Statement, signal: AbortSignal): Promise<NativeAnswer> {
    const tag = randomUUID()
    const connection = this.#chdb.CreateConnection(this.#folder)
    try {
      for (const preparation of this.#preparations(statement, tag))
        await this.#chdb.QueryAsyncConnection(connection, preparation, 'Null')
      signal.throwIfAborted()
      const running = this.#chdb.QueryAsyncConnection(connection, statement.sql, statement.format)
      const settled = running.then(
        () => {},
        () => {},
      )
      const kill = () => void this.#kill(tag, settled)
      signal.addEventListener('abort', kill, { once: true })
      try {
        return await running
      } finally {
        signal.removeEventListener('abort', kill)
      }
    } finally {
      this.#chdb.CloseConnection(connection)
    }
  }

  #preparations(statement: Statement, tag: string): string[] {
    const limit = this.#limits[statement.lane]
    const settings = new Map([
      ...Object.entries(limit.settings),
      ...statement.settings,
      ['log_comment', tag] as const,
      ...(limit.readonly ? [['readonly', '2'] as const] : []),
    ])
    const set = `SET ${[
      ...[...settings].map(([name, value]) => `${name}=${literal(value)}`),
      ...[...statement.params].map(([name, value]) => `param_${name}=${literal(value)}`),
    ].join(', ')}`
    return [
      ...(statement.database ? [`USE ${identifier(statement.database)}`] : []),
      // In bytes: a character takes at most three of each UTF-16 unit.
      ...(set.length * 3 > QUERY_SIZE ? [`SET max_query_size=${set.length * 3}`] : []),
      set,
    ]
  }

  /** `SYNC` hangs for ever in chDB; `ASYNC` may come before the statement is listed, so it is said until it helps. */
  async #kill(tag: string, settled: Promise<void>): Promise<void> {
    const patience = Date.now() + KILL_PATIENCE
    let ended = false
    const end = settled.then(() => {
      ended = true
    })
    while (!ended) {
      if (Date.now() > patience) return this.#onStuck()
      const connection = this.#chdb.CreateConnection(this.#folder)
      try {
        await this.#chdb.QueryAsyncConnection(
          connection,
          `KILL QUERY WHERE Settings['log_comment'] = '${tag}' ASYNC`,
          'Null',
        )
      } catch {
        // Refused, by the engine's memory limit say: the next round tries again.
      } finally {
        this.#chdb.CloseConnection(connection)
      }
      await Promise.race([end, delay(100)])
    }
  }

  /** Only when no statement runs: closing under a running one aborts the engine. */
  close(): void {
    this.#chdb.CloseConnection(this.#anchor)
  }
}
