// The hash chain over committed audit rows. Chaining inside each action's transaction measured 1,000 rows/s, because
// every writer waits for the one before; one chainer behind the commits numbers thousands at once.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#kernel/host'
import type { Log } from './log.ts'

/** A number of our own for the advisory lock that makes the chainer one. */
const LOCK = 724_412
const BATCH = 1000
/** Rows checked in one statement, which takes well under a second. */
const PAGE = 20_000
/** Committed rows are to be chained within 1 s. */
const PAUSE_MS = 400
/** Stands before the first row. */
const ORIGIN = '0'.repeat(64)

/** A row as it goes into the hash: `jsonb` writes one form whatever the session's settings are. */
const rowText = sql`jsonb_build_array(a.id, a.at at time zone 'UTC', a.actor, a.operation, a.member_id, a.community_id,
  a.cause, a.digest)::text`

const hashOf = (n: number, prev: string, row: string) =>
  createHash('sha256').update(`${n}\n${prev}\n${row}`).digest('hex')

/** The same in SQL: a million rows are checked where they are. */
const hashInStore = sql`encode(sha256(convert_to(concat(c.n, E'\\n', c.prev, E'\\n', ${rowText}), 'UTF8')), 'hex')`
const digestInStore = sql`encode(sha256(convert_to(concat(d.salt, E'\\n', d.address, E'\\n', d.change), 'UTF8')), 'hex')`

export interface Head {
  n: number
  hash: string
}

/** The end of the chain. Kept elsewhere (backups), it proves later that no tail was cut and nothing rewritten. */
export async function auditHead(db: Db): Promise<Head> {
  const { rows } = await sql<Head>`select n, hash from audit_chain order by n desc limit 1`.execute(db)
  return rows[0] ? { n: Number(rows[0].n), hash: rows[0].hash } : { n: 0, hash: ORIGIN }
}

/** Numbers and chains up to 1,000 committed rows; answers how many, 0 also while another process is at it. */
export async function chain(db: Db): Promise<number> {
  const waiting = await sql`select 1 from audit_pending limit 1`.execute(db)
  if (waiting.rows.length === 0) return 0
  return db.transaction().execute(async (transaction) => {
    const tx = transaction as Db
    const lock = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as got`.execute(tx)
    if (!lock.rows[0]?.got) return 0
    const { rows } = await sql<{ id: number; row: string }>`
      with taken as (
        delete from audit_pending
        where audit_id in (select audit_id from audit_pending order by audit_id limit ${BATCH})
        returning audit_id
      ) select a.id, ${rowText} as row from taken join audit a on a.id = taken.audit_id order by a.id`.execute(tx)
    if (rows.length === 0) return 0
    let { n, hash } = await auditHead(tx)
    const links = rows.map(({ id, row }) => {
      const prev = hash
      hash = hashOf(++n, prev, row)
      return { n, id, prev, hash }
    })
    await sql`
      insert into audit_chain (n, audit_id, prev, hash)
      select * from unnest(${links.map((l) => l.n)}::bigint[], ${links.map((l) => l.id)}::bigint[],
        ${links.map((l) => l.prev)}::text[], ${links.map((l) => l.hash)}::text[])`.execute(tx)
    return rows.length
  })
}

/** Chains for as long as the process lives. Several processes may run it; one at a time works. */
export function startChainer(db: Db, log: Log): { stop(): Promise<void> } {
  let stopping = false
  let wake = () => {}
  async function loop() {
    while (!stopping) {
      const done = await chain(db).catch((error: unknown) => {
        log.error({ err: error }, 'audit rows could not be chained')
        return 0
      })
      if (done < BATCH && !stopping)
        await new Promise<void>((resolve) => {
          const timeout = setTimeout(resolve, PAUSE_MS)
          wake = () => {
            clearTimeout(timeout)
            resolve()
          }
        })
    }
  }
  const running = loop()
  return {
    async stop() {
      stopping = true
      wake()
      await running
    },
  }
}

/** What is wrong: a link or row changed, a row or link gone, a detail changed or gone, a row that was never chained, a tail cut. */
type Break = 'link' | 'row' | 'row_missing' | 'gap' | 'detail' | 'detail_missing' | 'unchained' | 'head'

export interface Verdict {
  /** Links walked. */
  rows: number
  ok: boolean
  /** Rows whose personal part was erased. */
  erased: number
  /** Committed rows that wait for the chainer. */
  pending: number
  head: Head
  brokenAt?: { reason: Break; n: number | null; auditId: number | null }
}

/**
 * Walks the whole chain (1,000,000 rows in well under a minute) and names the first row that is not as it was written.
 * `heads` are ends of the chain noted earlier and kept elsewhere.
 */
export async function verifyAudit(db: Db, heads: readonly Head[] = []): Promise<Verdict> {
  let head: Head = { n: 0, hash: ORIGIN }
  let erased = 0
  const verdict = (brokenAt?: Verdict['brokenAt'], pending = 0): Verdict => ({
    rows: head.n,
    ok: brokenAt === undefined,
    erased,
    pending,
    head,
    ...(brokenAt ? { brokenAt } : {}),
  })
  for (;;) {
    const page = await checkPage(db, head)
    if (page.reason) return verdict({ reason: page.reason, n: page.bad_n, auditId: page.bad_id })
    erased += page.erased
    if (page.last_n === null || page.last_hash === null) break
    head = { n: Number(page.last_n), hash: page.last_hash }
  }
  for (const { n, hash } of heads) {
    const { rows } = await sql`select 1 from audit_chain where n = ${n} and hash = ${hash}`.execute(db)
    if (rows.length === 0 && n > 0) return verdict({ reason: 'head', n, auditId: null })
  }
  const { rows } = await sql<{ pending: number; unchained: number | null }>`
    select (select count(*) from audit_pending)::int as pending,
      (select min(a.id) from audit a
        where not exists (select from audit_chain c where c.audit_id = a.id)
          and not exists (select from audit_pending p where p.audit_id = a.id)) as unchained`.execute(db)
  const unchained = rows[0]?.unchained ?? null
  if (unchained !== null) return verdict({ reason: 'unchained', n: null, auditId: Number(unchained) })
  return verdict(undefined, rows[0]?.pending ?? 0)
}

interface Page {
  /** Of the first link that is not as it was written. */
  reason: Break | null
  bad_n: number | null
  bad_id: number | null
  erased: number
  /** Null when the chain ends here. */
  last_n: number | null
  last_hash: string | null
}

async function checkPage(db: Db, { n, hash }: Head): Promise<Page> {
  const { rows } = await sql<Page>`
    with links as (
      select c.*, coalesce(lag(c.n) over w, ${n}::bigint) as before_n, coalesce(lag(c.hash) over w, ${hash}) as before_hash
      from (select * from audit_chain where n > ${n} order by n limit ${PAGE}) c window w as (order by c.n)
    ), checked as (
      select c.n, c.audit_id, c.hash, d.audit_id is not null and d.salt is null as erased, case
        when c.n <> c.before_n + 1 then 'gap'
        when c.prev <> c.before_hash then 'link'
        when a.id is null then 'row_missing'
        when c.hash <> ${hashInStore} then 'row'
        when d.audit_id is null then 'detail_missing'
        when d.salt is null then case when d.address is null and d.change is null then null else 'detail' end
        when a.digest <> ${digestInStore} then 'detail' end as reason
      from links c left join audit a on a.id = c.audit_id left join audit_detail d on d.audit_id = c.audit_id
    ), bad as (select n, audit_id, reason from checked where reason is not null order by n limit 1)
    select (select reason from bad) as reason, (select n from bad) as bad_n, (select audit_id from bad) as bad_id,
      (select count(*) from checked where erased)::int as erased, last.n as last_n, last.hash as last_hash
    from (values (1)) one left join (select n, hash from checked order by n desc limit 1) last on true`.execute(db)
  const [page] = rows
  if (!page) throw new Error('the chain could not be read')
  return page
}
