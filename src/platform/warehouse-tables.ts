// The warehouse: events as they happened, facts as they held, who is who. Every row of batch n goes in under the
// insert token n, so a batch repeated after a crash stores nothing twice (the window of 10,000 blocks is hours).
// `events` is ordered by member so that live conditions read members, not the table; 1,024 rows a granule because
// a member has tens of events, not tens of thousands.
import type { WarehouseMigrations } from '#kernel/capability'

export const warehouseTables: WarehouseMigrations = {
  '2026-11-22T0900_road': [
    `CREATE TABLE IF NOT EXISTS events (
      member UInt32,
      timestamp DateTime64(3, 'UTC'),
      seq UInt64,
      id UUID,
      source LowCardinality(String),
      messageId String,
      name LowCardinality(String),
      class Enum8('client' = 1, 'capability' = 2, 'system' = 3),
      memberId UUID,
      communityId UUID,
      actor String,
      receivedAt DateTime64(3, 'UTC'),
      properties String CODEC(ZSTD(1)),
      context String CODEC(ZSTD(1)),
      cause String CODEC(ZSTD(1)),
      depth UInt8,
      bot Bool,
      batch UInt64,
      INDEX by_batch batch TYPE minmax GRANULARITY 1,
      INDEX by_time timestamp TYPE minmax GRANULARITY 4
    ) ENGINE = MergeTree ORDER BY (member, timestamp, seq)
    SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000`,
    `CREATE TABLE IF NOT EXISTS facts (
      member UInt32,
      key LowCardinality(String),
      value String,
      kind Enum8('none' = 0, 'text' = 1, 'number' = 2, 'bool' = 3, 'list' = 4, 'object' = 5),
      validFrom DateTime64(3, 'UTC'),
      seq UInt64
    ) ENGINE = MergeTree ORDER BY (key, member, validFrom, seq)
    SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000`,
    `CREATE TABLE IF NOT EXISTS members (
      number UInt32,
      memberId UUID,
      at DateTime64(3, 'UTC')
    ) ENGINE = MergeTree ORDER BY number
    SETTINGS non_replicated_deduplication_window = 10000`,
    `CREATE TABLE IF NOT EXISTS aliases (
      number UInt64,
      root UInt64,
      seq UInt64
    ) ENGINE = ReplacingMergeTree(seq) ORDER BY number
    SETTINGS non_replicated_deduplication_window = 10000`,
    // In memory as a plain array by number: 500,000 aliases over 20 M rows cost nothing measurable.
    `CREATE DICTIONARY IF NOT EXISTS alias (number UInt64, root UInt64) PRIMARY KEY number
    SOURCE(CLICKHOUSE(QUERY 'SELECT number, argMax(root, seq) AS root FROM {database}.aliases GROUP BY number'))
    LIFETIME(0) LAYOUT(FLAT(INITIAL_ARRAY_SIZE 1024 MAX_ARRAY_SIZE 200000000))`,
  ],
  // A question about a property reads small pieces of this column all over the table: with ZSTD that took three times
  // the CPU (1.5 s instead of 0.5 s for 270,000 of 10 million events), for a tenth of the table's size.
  '2026-11-22T1830_light_properties': ['ALTER TABLE events MODIFY COLUMN properties String CODEC(LZ4)'],
  // By which the writer sees whether a batch that may have been sent is there (docs/decisions/010).
  '2026-11-23T0730_batch_everywhere': ['facts', 'members', 'aliases'].map(
    (table) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS batch UInt64`,
  ),
}
