// The proof that the books are right, and the rebuilding of everything that only repeats what the books say.
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Db } from '#kernel/host'

export interface Proof {
  members: number
  transfers: number
  ok: boolean
  /** The first of what is wrong, a line each. */
  problems: string[]
}

/** More lines of one kind tell nothing new. */
const MOST_PROBLEMS = 20

/** Each check lists what breaks it, as text. */
const CHECKS: Readonly<Record<string, string>> = {
  'debits and credits of the transfer differ': `
    select transfer_id::text || ' by ' || sum(amount) as line from points_entries group by transfer_id
    having sum(amount) <> 0`,
  'the transfer has no entries but moved points': `
    select t.id::text as line from points_transfers t
    where t.points <> 0 and not exists (select from points_entries e where e.transfer_id = t.id)`,
  'the balance is not the sum of the entries of member': `
    select coalesce(b.member_id, e.member_id)::text as line
    from points_balances b full join (
      select member_id, coalesce(sum(amount) filter (where account = 'member'), 0) as available,
        coalesce(sum(amount) filter (where account = 'held'), 0) as held,
        coalesce(-sum(amount) filter (where account = 'owed'), 0) as owed
      from points_entries where member_id is not null group by member_id
    ) e on e.member_id = b.member_id
    where (coalesce(b.available, 0), coalesce(b.held, 0), coalesce(b.owed, 0))
      <> (coalesce(e.available, 0), coalesce(e.held, 0), coalesce(e.owed, 0))`,
  'the lots do not hold what is available to member': `
    select coalesce(b.member_id, l.member_id)::text as line
    from points_balances b full join
      (select member_id, sum(remaining) as remaining from points_lots group by member_id) l on l.member_id = b.member_id
    where coalesce(b.available, 0) <> coalesce(l.remaining, 0)`,
  'the lot is not what was earned less what was drawn': `
    select l.id::text as line
    from points_lots l left join (
      select d.lot_id, sum(d.amount) as drawn, coalesce(-sum(d.amount) filter (where t.kind = 'expire'), 0) as expired
      from points_draws d join points_transfers t on t.id = d.transfer_id group by d.lot_id
    ) d on d.lot_id = l.id
    where l.remaining <> l.earned + coalesce(d.drawn, 0) or l.expired <> coalesce(d.expired, 0)`,
  'the holds are not what is held of member': `
    select coalesce(b.member_id, h.member_id)::text as line
    from points_balances b full join
      (select member_id, sum(amount) as held from points_holds where state = 'held' group by member_id) h
      on h.member_id = b.member_id
    where coalesce(b.held, 0) <> coalesce(h.held, 0)`,
  'points lie unused beside a debt of member': `
    select member_id::text as line from points_balances where owed > 0 and available > 0`,
}

/** Checks every book against every other in one snapshot: `banyan verify points`. */
export async function verifyPoints(db: Db): Promise<Proof> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const problems: string[] = []
      for (const [what, find] of Object.entries(CHECKS)) {
        const { rows } = await sql<{ line: string }>`${sql.raw(find)} limit ${MOST_PROBLEMS}`.execute(tx)
        problems.push(...rows.map((r) => `${what}: ${r.line}`))
      }
      return { ...(await count(tx)), ok: problems.length === 0, problems }
    })
}

async function count(tx: QueryExecutorProvider): Promise<{ members: number; transfers: number }> {
  const { rows } = await sql<{ members: number; transfers: number }>`
    select (select count(*) from points_balances) as members, (select count(*) from points_transfers) as transfers`.execute(
    tx,
  )
  return rows[0] ?? { members: 0, transfers: 0 }
}

/** Makes balances from entries and lots from draws again; answers how many were wrong. Writers wait meanwhile. */
export async function rebuildBalances(db: Db): Promise<{ balances: number; lots: number }> {
  return db.transaction().execute(async (tx) => {
    await sql`lock table points_balances in share row exclusive mode`.execute(tx)
    const lots = await sql`
      update points_lots l set remaining = l.earned + r.drawn, expired = r.expired
      from (
        select o.id, coalesce(sum(d.amount), 0)::bigint as drawn,
          coalesce(-sum(d.amount) filter (where t.kind = 'expire'), 0)::bigint as expired
        from points_lots o left join points_draws d on d.lot_id = o.id left join points_transfers t on t.id = d.transfer_id
        group by o.id
      ) r
      where r.id = l.id and (l.remaining, l.expired) <> (l.earned + r.drawn, r.expired)`.execute(tx)
    await sql`insert into points_balances (member_id)
      select distinct member_id from points_entries where member_id is not null on conflict do nothing`.execute(tx)
    const balances = await sql`
      update points_balances b set available = r.available, held = r.held, owed = r.owed
      from (
        select o.member_id, coalesce(sum(e.amount) filter (where e.account = 'member'), 0)::bigint as available,
          coalesce(sum(e.amount) filter (where e.account = 'held'), 0)::bigint as held,
          coalesce(-sum(e.amount) filter (where e.account = 'owed'), 0)::bigint as owed
        from points_balances o left join points_entries e on e.member_id = o.member_id
        group by o.member_id
      ) r
      where r.member_id = b.member_id and (b.available, b.held, b.owed) <> (r.available, r.held, r.owed)`.execute(tx)
    return { balances: Number(balances.numAffectedRows ?? 0), lots: Number(lots.numAffectedRows ?? 0) }
  })
}
