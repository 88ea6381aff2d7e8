// The hash chain over committed audit rows. Chaining inside each action's transaction measured 1,000 rows/s, because
// every writer waits for the one before; one chainer behind the commits numbers thousands at once.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#kernel/host'
import type { Log } from './log.ts'

/** A number of our own for the advisory lock that makes the chainer one. */
const LOCK = 724_412
const BATCH = 1000
/** Rows read at once when verifying: a few MB. */
const PAGE = 5000
/** Committed rows are to be chained within 1 s. */
const PAUSE_MS = 400
/** Stands before the first row. */
const ORIGIN = '0'.repeat(64)

interface Row {
  id: number | null
  at: string
  actor: string
  operation: string
  member_id: string | null
  community_id: string | null
  cause: string
  digest: string
}
interface Link extends Row {
  n: number
  audit_id: number
  prev: string
  hash: string
  detail: boolean
  salt: string | null
  address: string | null
  change: string | null
}

// Text of one form whatever the session's settings are: it goes into the hash.
const columns = sql`a.id, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, a.actor,
  a.operation, a.member_id::text, a.community_id::text, a.cause, a.digest`

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function hashOf(n: number, prev: string, row: Row): string {
  const { id, at, actor, operation, member_id, community_id, cause, digest } = row
  return sha256(JSON.stringify([n, prev, Number(id), at, actor, operation, member_id, community_id, cause, digest]))
}

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
  return db.transaction().execute(async (transaction) => {
    const tx = transaction as Db
    const lock = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as got`.execute(tx)
    if (!lock.rows[0]?.got) return 0
    const { rows } = await sql<Row>`
      with taken as (
        delete from audit_pending
        where audit_id in (select audit_id from audit_pending order by audit_id limit ${BATCH})
        returning audit_id
      ) select ${columns} from taken join audit a on a.id = taken.audit_id order by a.id`.execute(tx)
    if (rows.length === 0) return 0
    let { n, hash } = await auditHead(tx)
    const links = rows.map((row) => {
      const prev = hash
      hash = hashOf(++n, prev, row)
      return { n, id: row.id, prev, hash }
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
export type Break = 'link' | 'row' | 'row_missing' | 'gap' | 'detail' | 'detail_missing' | 'unchained' | 'head'

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
  const known = new Map(heads.map((h) => [h.n, h.hash]))
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
    const links = await page(db, head.n)
    for (const link of links) {
      const reason = flawOf(link, head, known)
      if (reason) return verdict({ reason, n: Number(link.n), auditId: Number(link.audit_id) })
      if (link.salt === null) erased++
      head = { n: Number(link.n), hash: link.hash }
    }
    if (links.length < PAGE) break
  }
  for (const { n } of heads) if (n > head.n) return verdict({ reason: 'head', n, auditId: null })
  const { rows } = await sql<{ pending: number; unchained: number | null }>`
    select (select count(*) from audit_pending)::int as pending,
      (select min(a.id) from audit a
        where not exists (select from audit_chain c where c.audit_id = a.id)
          and not exists (select from audit_pending p where p.audit_id = a.id)) as unchained`.execute(db)
  const unchained = rows[0]?.unchained ?? null
  if (unchained !== null) return verdict({ reason: 'unchained', n: null, auditId: Number(unchained) })
  return verdict(undefined, rows[0]?.pending ?? 0)
}

async function page(db: Db, after: number): Promise<Link[]> {
  const { rows } = await sql<Link>`
    select c.n, c.audit_id, c.prev, c.hash, ${columns},
      d.audit_id is not null as detail, d.salt, d.address, d.change::text as change
    from (select * from audit_chain where n > ${after} order by n limit ${PAGE}) c
    left join audit a on a.id = c.audit_id
    left join audit_detail d on d.audit_id = c.audit_id
    order by c.n`.execute(db)
  return rows
}

function flawOf(link: Link, head: Head, known: ReadonlyMap<number, string>): Break | null {
  const n = Number(link.n)
  if (n !== head.n + 1) return 'gap'
  if (link.prev !== head.hash) return 'link'
  if (link.id === null) return 'row_missing'
  if (link.hash !== hashOf(n, link.prev, link)) return 'row'
  const noted = known.get(n)
  if (noted !== undefined && noted !== link.hash) return 'head'
  if (!link.detail) return 'detail_missing'
  if (link.salt === null) return link.address === null && link.change === null ? null : 'detail'
  return link.digest === sha256(`${link.salt}\n${link.address}\n${link.change}`) ? null : 'detail'
}
