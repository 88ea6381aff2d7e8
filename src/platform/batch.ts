// Sealed batches: what the sequencer decided about rows a..b, committed in PostgreSQL before the warehouse sees it.
// The body holds the very rows that go to the warehouse, so that after a crash the same bytes go again under the same
// token, and reactors that lag read what was decided then. Kept three days behind the slowest reader.
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { sql } from 'kysely'
import type { Happened, Migrations } from '#kernel/capability'
import type { Db } from '#kernel/host'
import type { ClaimedRow, Position } from './journal.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export const batchMigrations: Migrations = {
  '2026-11-22T0804_batches': async (db) => {
    await sql`create table batches (
      n bigint primary key,
      at timestamptz not null,
      sealed_at timestamptz not null default clock_timestamp(),
      last_xid xid8 not null,
      last_seq bigint not null,
      accepted integer not null,
      stored integer not null,
      duplicate integer not null,
      rejected integer not null,
      names text[] not null,
      body bytea
    )`.execute(db)
    // One row: how far each hop has come. Totals outlive the batches they were counted from.
    await sql`create table pipe (
      id boolean primary key default true check (id),
      sealed bigint not null default 0,
      projected bigint not null default 0,
      last_xid xid8 not null default '0',
      last_seq bigint not null default 0,
      accepted bigint not null default 0,
      stored bigint not null default 0,
      duplicate bigint not null default 0,
      rejected bigint not null default 0,
      projected_rows bigint not null default 0,
      erased bigint not null default 0,
      expired bigint not null default 0,
      projected_at timestamptz
    )`.execute(db)
    await sql`insert into pipe default values`.execute(db)
    await sql`create table reactor_progress (
      reactor text not null, shard smallint not null, batch bigint not null, primary key (reactor, shard))`.execute(db)
  },
  // Asked twenty times a second for as long as a process lives: a function keeps its plan, and planning over the days of
  // the journal was nine tenths of it. The order makes the planner take the index; a mere `exists` read the day.
  '2026-11-23T0610_quiet': (db) =>
    sql`create function road_is_quiet() returns boolean stable language plpgsql as $$
      begin
        return (select sealed = projected and (
          select seq from journal where (xid, seq) > ((select last_xid from pipe), (select last_seq from pipe))
          order by xid, seq limit 1) is null from pipe);
      end $$`.execute(db),
}

/** The rows of one batch as they go to the warehouse, in its row format (JSONCompactEachRow). */
export interface Body {
  events: string
  facts: string
  members: string
  aliases: string
}

export interface Batch {
  n: number
  at: Date
  last: Position
  counts: { accepted: number; stored: number; duplicate: number; rejected: number }
  names: readonly string[]
}

const PARTS = ['events', 'facts', 'members', 'aliases'] as const

/** The lengths of the parts, a line break, the parts. Level 1: it is read once or twice within a second. */
export function pack(body: Body): Promise<Buffer> {
  const parts = PARTS.map((part) => Buffer.from(body[part]))
  const head = Buffer.from(`${parts.map((p) => p.length).join(' ')}\n`)
  return compress(Buffer.concat([head, ...parts]), { params: { 100: 1 } })
}

async function unpack(packed: Buffer): Promise<Body> {
  const all = await decompress(packed)
  const end = all.indexOf('\n')
  let from = end + 1
  const texts = all
    .subarray(0, end)
    .toString()
    .split(' ')
    .map((length) => {
      const text = all.subarray(from, from + Number(length)).toString()
      from += Number(length)
      return text
    })
  return { events: texts[0] ?? '', facts: texts[1] ?? '', members: texts[2] ?? '', aliases: texts[3] ?? '' }
}

export async function insertBatch(tx: Db, batch: Batch, packed: Buffer): Promise<void> {
  const { n, at, last, counts } = batch
  await sql`insert into batches (n, at, last_xid, last_seq, accepted, stored, duplicate, rejected, names, body)
    values (${n}, ${at}, ${last.xid}::xid8, ${last.seq}, ${counts.accepted}, ${counts.stored}, ${counts.duplicate},
      ${counts.rejected}, ${[...batch.names]}::text[], ${packed})`.execute(tx)
  await sql`update pipe set sealed = ${n}, last_xid = ${last.xid}::xid8, last_seq = ${last.seq},
    accepted = accepted + ${counts.accepted}, stored = stored + ${counts.stored},
    duplicate = duplicate + ${counts.duplicate}, rejected = rejected + ${counts.rejected}`.execute(tx)
}

export interface Pipe {
  sealed: number
  projected: number
  last: Position
  accepted: number
  stored: number
  duplicate: number
  rejected: number
  projectedRows: number
  /** Rows taken out of the warehouse again: by erasure, and by retention rules. */
  erased: number
  expired: number
}

export async function readPipe(db: Db): Promise<Pipe> {
  const { rows } = await sql<{
    sealed: number
    projected: number
    last_xid: string
    last_seq: number
    accepted: number
    stored: number
    duplicate: number
    rejected: number
    projected_rows: number
    erased: number
    expired: number
  }>`select sealed, projected, last_xid::text, last_seq, accepted, stored, duplicate, rejected, projected_rows,
      erased, expired
    from pipe`.execute(db)
  const row = rows[0]
  if (!row) throw new Error('the table pipe has lost its row')
  const { last_xid, last_seq, projected_rows, ...rest } = row
  return { ...rest, last: { xid: last_xid, seq: last_seq }, projectedRows: projected_rows }
}

/** Whether all that is committed has been projected. */
export async function isQuiet(db: Db): Promise<boolean> {
  const { rows } = await sql<{ quiet: boolean }>`select road_is_quiet() as quiet`.execute(db)
  return rows[0]?.quiet ?? false
}

export async function loadBatch(db: Db, n: number): Promise<{ names: readonly string[]; at: Date; body: Body } | null> {
  const { rows } = await sql<{ names: string[]; at: Date; body: Buffer | null }>`
    select names, at, body from batches where n = ${n}`.execute(db)
  const row = rows[0]
  return row?.body ? { names: row.names, at: row.at, body: await unpack(row.body) } : null
}

/** Rewrites a batch that has been projected without the rows that `stays` does not keep; its counts stay. */
export async function keepInBody(db: Db, n: number, stays: (row: readonly unknown[]) => boolean): Promise<void> {
  const batch = await loadBatch(db, n)
  if (!batch) return
  const { body } = batch
  const kept = (part: string) =>
    part
      .split('\n')
      .filter((line) => line !== '' && stays(JSON.parse(line) as unknown[]))
      .join('\n')
  const packed = await pack({
    ...body,
    events: kept(body.events),
    facts: kept(body.facts),
    members: kept(body.members),
  })
  await sql`update batches set body = ${packed} where n = ${n} and body is not null
    and n <= (select projected from pipe)`.execute(db)
}

export const NO_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Columns of the rows of each part, in their order. Rows are arrays: a third less to write, to keep and to read than
 * objects.
 */
export const COLUMNS = {
  events: [
    ...['member', 'timestamp', 'seq', 'id', 'source', 'messageId', 'name', 'class', 'memberId', 'communityId', 'actor'],
    ...['receivedAt', 'properties', 'context', 'cause', 'depth', 'bot', 'batch'],
  ],
  facts: ['member', 'key', 'value', 'kind', 'validFrom', 'seq', 'batch'],
  members: ['number', 'memberId', 'at', 'batch'],
  aliases: ['number', 'root', 'seq', 'batch'],
} as const

export const lineOf = (row: ClaimedRow, who: { number: number; memberId: string }, batch: number): string =>
  JSON.stringify([
    who.number,
    row.at.getTime(),
    row.seq,
    row.id,
    row.source,
    row.messageId,
    row.name,
    row.class,
    who.memberId || NO_ID,
    row.communityId ?? NO_ID,
    row.actor,
    row.receivedAt.getTime(),
    row.properties,
    row.context,
    row.cause,
    row.depth,
    row.bot,
    batch,
  ])

/** A batch's events as reactors see them; `data` is parsed when it is looked at. */
export function happenedOf(body: Body): Happened[] {
  return body.events
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => {
      const [
        ,
        timestamp,
        seq,
        id,
        source,
        ,
        name,
        kind,
        memberId,
        communityId,
        actor,
        receivedAt,
        properties,
        ,
        cause,
        depth,
      ] = JSON.parse(line) as Line
      let data: Record<string, unknown> | undefined
      return {
        id,
        name,
        class: kind,
        source,
        memberId: memberId === NO_ID ? '' : memberId,
        communityId: communityId === NO_ID ? '' : communityId,
        actor,
        timestamp: new Date(timestamp),
        receivedAt: new Date(receivedAt),
        seq: BigInt(seq),
        cause,
        depth,
        get data() {
          data ??= JSON.parse(properties) as Record<string, unknown>
          return data
        },
      }
    })
}

type Line = readonly [
  ...[member: number, timestamp: number, seq: number, id: string, source: string, messageId: string, name: string],
  ...[kind: Happened['class'], memberId: string, communityId: string, actor: string, receivedAt: number],
  ...[properties: string, context: string, cause: string, depth: number, bot: boolean, batch: number],
]
