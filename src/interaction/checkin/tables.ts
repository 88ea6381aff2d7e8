import { type Kysely, sql } from 'kysely'

export interface CheckinTables {
  /** `cause`: of the call that made it, so that its repeat is told apart from a second check-in. */
  checkins: { member_id: string; day: string; streak: number; cause: string; at: Date }
}

export const migrations = {
  async '2026-11-22T0940_checkins'(db: Kysely<never>) {
    await sql`
      create table checkins (
        member_id uuid not null,
        day date not null,
        streak integer not null check (streak > 0),
        cause text not null,
        at timestamptz not null,
        primary key (member_id, day)
      )`.execute(db)
  },
}
