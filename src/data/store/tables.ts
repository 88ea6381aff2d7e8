import { type Kysely, sql } from 'kysely'

export interface StoreTables {
  stores: {
    id: string
    name: string
    lat: number
    lng: number
    address: string
    created_at: Date
    updated_at: Date
  }
}

export const migrations = {
  async '2026-11-22T2000_stores'(db: Kysely<never>) {
    await sql`create table stores (
      id uuid primary key,
      name text not null unique,
      lat double precision not null,
      lng double precision not null,
      address text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
  },
}
