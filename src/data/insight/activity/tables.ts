import { type Kysely, sql } from 'kysely'
import type { WarehouseMigrations } from '#kernel/capability'

export interface ActivityTables {
  /** How far the bitmaps of a zone have come. */
  insight_activity: { zone: string; batch: number; built_at: Date; latest: Date }
}

export const migrations = {
  '2026-11-22T1400_insight_activity': (db: Kysely<never>) =>
    sql`create table insight_activity (
      zone text primary key,
      -- Events up to this batch are in the bitmaps; some later ones may be, which changes nothing.
      batch bigint not null,
      built_at timestamptz not null
    )`.execute(db),
  // Nothing in the bitmaps is later. Those that are there are built once more, which changes nothing.
  '2026-11-22T2230_activity_latest': async (db: Kysely<never>) => {
    await sql`delete from insight_activity`.execute(db)
    await sql`alter table insight_activity add latest timestamptz not null`.execute(db)
  },
}

// Rows are some tens of kilobytes and a question reads a hundred of them: large granules would be read for nothing.
export const warehouse: WarehouseMigrations = {
  '2026-11-22T1400_activity': [
    `CREATE TABLE IF NOT EXISTS activity (
      zone LowCardinality(String),
      system Bool,
      name String COMMENT 'empty: any name',
      day Date,
      last SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
      members AggregateFunction(groupBitmap, UInt32)
    ) ENGINE = AggregatingMergeTree ORDER BY (zone, system, name, day) SETTINGS index_granularity = 64`,
  ],
}
