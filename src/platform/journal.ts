// The journal: every accepted item, committed before anyone is told 200, in the order of receipt. Two verbs (append,
// claim) are all that the rest knows of it, so that an existing log can take its place above some 50,000 events/s.
//
// Order is (xid, seq) below the snapshot's xmin: by sequence alone a lower number may commit after a higher one was
// read, and be lost. The price is that no writing transaction may stay open; health shows the oldest one.
import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db, Emitted } from '#kernel/host'

const CLASSES = ['client', 'capability', 'system'] as const
type EventClass = (typeof CLASSES)[number]

/** A journal row. Bodies are text: PostgreSQL need not parse, index or normalise what it only keeps. */
export interface JournalRow {
  id: string
  source: string
  /** 128 bits that stand for (source, messageId); null cannot be deduplicated. */
  key: string | null
  messageId: string
  name: string
  class: EventClass
  memberId: string | null
  userId: string | null
  anonymousId: string | null
  communityId: string | null
  actor: string
  at: Date
  receivedAt: Date
  cause: string
  depth: number
  bot: boolean
  properties: string
  context: string
  /** Why it was rejected; such rows go to the dead letters. */
  reason: string | null
}

export interface ClaimedRow extends JournalRow {
  seq: number
  xid: string
}

const COLUMNS = `id, source, key, message_id, name, class, member_id, user_id, anonymous_id, community_id, actor,
  at, received_at, cause, depth, bot, properties, context, reason`

export const journalMigrations: Migrations = {
  '2026-11-22T0802_journal': async (db) => {
    await sql`create sequence journal_seq`.execute(db)
    await sql`create table journal (
      accepted_on date not null default (clock_timestamp() at time zone 'UTC')::date,
      xid xid8 not null default pg_current_xact_id(),
      seq bigint not null default nextval('journal_seq'),
      id uuid not null,
      source text not null,
      key uuid,
      message_id text not null,
      name text not null,
      class smallint not null,
      member_id uuid,
      user_id text,
      anonymous_id text,
      community_id uuid,
      actor text not null,
      at bigint not null,
      received_at bigint not null,
      cause text not null,
      depth smallint not null,
      bot boolean not null,
      properties text not null,
      context text not null,
      reason text
    ) partition by range (accepted_on)`.execute(db)
    await sql`create index journal_order on journal (xid, seq)`.execute(db)
    await sql`create table journal_rest partition of journal default`.execute(db)
    // What was accepted, counted in the transaction that accepts it: the far side of the conservation check.
    // (A trigger with a transition table would do it unseen, but turns COPY into single inserts.)
    await sql`create table journal_counts (accepted bigint not null)`.execute(db)
  },
}

/** The 128 bits a source's messageId is remembered by. */
export function dedupeKey(source: string, messageId: string): string {
  const hex = hash('md5', `${source}\0${messageId}`, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Rows of an action's events, on the same road and in the same form as those from outside. */
export const rowOf = (e: Emitted, receivedAt: Date): JournalRow => ({
  id: e.id,
  source: 'banyan',
  // Our own ids are 128 unique bits already.
  key: e.id,
  messageId: e.id,
  name: e.name,
  class: e.class,
  memberId: e.memberId,
  userId: null,
  anonymousId: null,
  communityId: e.communityId,
  actor: e.actor,
  at: e.at,
  receivedAt,
  cause: e.cause,
  depth: e.depth,
  bot: false,
  properties: e.properties,
  context: '{}',
  reason: null,
})

/** Appends inside the caller's transaction. */
export async function append(tx: Db, rows: readonly JournalRow[]): Promise<void> {
  if (rows.length === 0) return
  const values = JSON.stringify(
    rows.map((r) => ({
      id: r.id,
      source: r.source,
      key: r.key,
      message_id: r.messageId,
      name: r.name,
      class: CLASSES.indexOf(r.class),
      member_id: r.memberId,
      user_id: r.userId,
      anonymous_id: r.anonymousId,
      community_id: r.communityId,
      actor: r.actor,
      at: r.at.getTime(),
      received_at: r.receivedAt.getTime(),
      cause: r.cause,
      depth: r.depth,
      bot: r.bot,
      properties: r.properties,
      context: r.context,
      reason: r.reason,
    })),
  )
  // One parameter: escaping nineteen arrays on our side costs five times what reading JSON costs on the other.
  await sql`with added as (
    insert into journal (${sql.raw(COLUMNS)}) select ${sql.raw(COLUMNS)} from json_to_recordset(${values}::json) as v (
      id uuid, source text, key uuid, message_id text, name text, class smallint, member_id uuid, user_id text,
      anonymous_id text, community_id uuid, actor text, at bigint, received_at bigint, cause text, depth smallint,
      bot boolean, properties text, context text, reason text)
    returning 1) insert into journal_counts select count(*) from added`.execute(tx)
}

/** The statement and one line per row, for COPY: what ingestion uses, at twice the speed of `append`. */
export const COPY = `copy journal (${COLUMNS}) from stdin`

export const copyLine = (r: JournalRow): string =>
  `${r.id}\t${cell(r.source)}\t${r.key ?? '\\N'}\t${cell(r.messageId)}\t${cell(r.name)}\t${CLASSES.indexOf(r.class)}\t${
    r.memberId ?? '\\N'
  }\t${maybe(r.userId)}\t${maybe(r.anonymousId)}\t${r.communityId ?? '\\N'}\t${cell(r.actor)}\t${r.at.getTime()}\t${r.receivedAt.getTime()}\t${cell(
    r.cause,
  )}\t${r.depth}\t${r.bot ? 't' : 'f'}\t${cell(r.properties)}\t${cell(r.context)}\t${maybe(r.reason)}\n`

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const cell = (text: string) => (/[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (c) => ESCAPES[c] ?? c) : text)
const maybe = (text: string | null) => (text === null ? '\\N' : cell(text))

export interface Position {
  xid: string
  seq: number
}

/** The next rows in order of receipt that no open transaction can still precede. */
export async function claim(db: Db, after: Position, limit: number): Promise<ClaimedRow[]> {
  const { rows } = await sql<RawRow>`
    select seq, xid::text as position, ${sql.raw(COLUMNS)} from journal
    where (xid, seq) > (${after.xid}::xid8, ${after.seq}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by xid, seq limit ${limit}`.execute(db)
  return rows.map(claimed)
}

/** How many rows stand behind a position. */
export async function pending(db: Db, after: Position): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from journal where (xid, seq) > (${after.xid}::xid8, ${after.seq}::bigint)`.execute(db)
  return rows[0]?.n ?? 0
}

interface RawRow {
  seq: number
  /** The transaction id as text; its column keeps its own name, which the order is by. */
  position: string
  id: string
  source: string
  key: string | null
  message_id: string
  name: string
  class: number
  member_id: string | null
  user_id: string | null
  anonymous_id: string | null
  community_id: string | null
  actor: string
  /** Milliseconds: reading a number costs a tenth of reading a time. */
  at: number
  received_at: number
  cause: string
  depth: number
  bot: boolean
  properties: string
  context: string
  reason: string | null
}

const claimed = (r: RawRow): ClaimedRow => ({
  seq: r.seq,
  xid: r.position,
  id: r.id,
  source: r.source,
  key: r.key,
  messageId: r.message_id,
  name: r.name,
  class: CLASSES[r.class] ?? 'client',
  memberId: r.member_id,
  userId: r.user_id,
  anonymousId: r.anonymous_id,
  communityId: r.community_id,
  actor: r.actor,
  at: new Date(r.at),
  receivedAt: new Date(r.received_at),
  cause: r.cause,
  depth: r.depth,
  bot: r.bot,
  properties: r.properties,
  context: r.context,
  reason: r.reason,
})

/** Partitions for today and the days ahead, so that yesterday's can be dropped whole; answers what it dropped. */
export async function turnDays(db: Db, keptBehind: Position | null): Promise<string[]> {
  for (const ahead of [0, 1, 2]) {
    const { rows } = await sql<{ day: string; next: string; there: boolean }>`
      with d as (select (clock_timestamp() at time zone 'UTC')::date + ${ahead}::int as day)
      select day::text, (day + 1)::text as next,
        to_regclass('journal_' || to_char(day, 'YYYYMMDD')) is not null as there from d`.execute(db)
    const [d] = rows
    if (!d || d.there) continue
    await sql`create table if not exists ${sql.id(`journal_${d.day.replaceAll('-', '')}`)}
      partition of journal for values from (${sql.lit(d.day)}) to (${sql.lit(d.next)})`.execute(db)
  }
  return keptBehind ? dropDays(db, keptBehind) : []
}

/** Drops days older than three that lie wholly behind the cursor. */
async function dropDays(db: Db, behind: Position): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_inherits join pg_class on oid = inhrelid
    where inhparent = 'journal'::regclass and relname ~ '^journal_\\d{8}$'
      and to_date(right(relname, 8), 'YYYYMMDD') < (clock_timestamp() at time zone 'UTC')::date - 3`.execute(db)
  const dropped: string[] = []
  for (const { name } of rows) {
    const ahead = await sql`select 1 from ${sql.id(name)}
      where (xid, seq) > (${behind.xid}::xid8, ${behind.seq}::bigint) limit 1`.execute(db)
    if (ahead.rows.length > 0) continue
    await sql`drop table ${sql.id(name)}`.execute(db)
    dropped.push(name)
  }
  return dropped
}

/** Folds the count rows into one; run now and then by the sequencer. */
export async function foldCounts(db: Db): Promise<void> {
  await sql`with gone as (delete from journal_counts returning accepted)
    insert into journal_counts select sum(accepted) from gone having count(*) > 0`.execute(db)
}

/** All that was ever accepted. */
export async function acceptedEver(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number | null }>`select sum(accepted)::bigint as n from journal_counts`.execute(db)
  return rows[0]?.n ?? 0
}
