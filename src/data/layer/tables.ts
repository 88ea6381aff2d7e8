import { type Kysely, sql } from 'kysely'
import type { Layer } from './scheme.ts'

export interface LayerTables {
  layer_schemes: {
    id: string
    /** The preset it was installed from. */
    preset: string | null
    name_en: string
    name_zh: string
    about_en: string
    about_zh: string
    layers: Layer[]
    created_at: Date
    updated_at: Date
  }
}

export const migrations = {
  async '2026-11-22T1400_layer_schemes'(db: Kysely<never>) {
    await sql`create table layer_schemes (
      id uuid primary key,
      preset text,
      name_en text not null,
      name_zh text not null,
      about_en text not null,
      about_zh text not null,
      layers jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
    await sql`create unique index layer_schemes_preset on layer_schemes (preset) where preset is not null`.execute(db)
    await sql`create unique index layer_schemes_name_en on layer_schemes (lower(name_en))`.execute(db)
    await sql`create unique index layer_schemes_name_zh on layer_schemes (lower(name_zh))`.execute(db)
  },
}
