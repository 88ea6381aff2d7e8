import { type Kysely, sql } from 'kysely'

export interface LocationTables {
  /** One row a member that was ever asked: whether it may be known where they are, and where they were last. */
  member_locations: {
    member_id: string
    allowed: boolean
    /** When they decided. */
    at: Date
    lat: number | null
    lng: number | null
    told_at: Date | null
  }
}

export const migrations = {
  async '2026-11-22T2000_member_locations'(db: Kysely<never>) {
    await sql`create table member_locations (
      member_id uuid primary key,
      allowed boolean not null,
      at timestamptz not null,
      lat double precision,
      lng double precision,
      told_at timestamptz,
      check (allowed or lat is null),
      check ((lat is null) = (lng is null) and (lat is null) = (told_at is null))
    )`.execute(db)
  },
}
