// What could not go on, kept where an operator sees it, can mend it and let it go again.
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db, DeadLetter } from '#kernel/host'

export const deadLetterMigrations: Migrations = {
  '2026-11-22T0805_dead_letters': async (db) => {
    await sql`create table dead_letters (
      id uuid primary key,
      kind text not null check (kind in ('rejected', 'parked', 'loop', 'refused', 'job')),
      origin text not null,
      reason text not null,
      member_id uuid,
      item text not null,
      at timestamptz not null,
      state text not null default 'open' check (state in ('open', 'replayed', 'dropped')),
      replayed_at timestamptz
    )`.execute(db)
    await sql`create index dead_letters_open on dead_letters (state, kind, id)`.execute(db)
    await sql`create index dead_letters_member on dead_letters (member_id) where member_id is not null`.execute(db)
  },
}

export type Letter = DeadLetter & { id: string; at: Date }

/** The id makes it once per cause: a batch that is sealed or a reactor that fails again adds nothing. */
export async function insertDeadLetters(tx: Db, letters: readonly Letter[]): Promise<void> {
  if (letters.length === 0) return
  const column = <V>(pick: (letter: Letter) => V): V[] => letters.map(pick)
  await sql`insert into dead_letters (id, kind, origin, reason, member_id, item, at)
    select * from unnest(${column((l) => l.id)}::uuid[], ${column((l) => l.kind)}::text[],
      ${column((l) => l.origin)}::text[], ${column((l) => l.reason)}::text[], ${column((l) => l.memberId)}::uuid[],
      ${column((l) => JSON.stringify(l.item))}::text[], ${column((l) => l.at)}::timestamptz[])
    on conflict (id) do nothing`.execute(tx)
}
