import { type Kysely, sql } from 'kysely'
import type { MetricDefinition } from '#data/segment'
import type { Text } from '#kernel/text'

/** How a value reads: `money` in the minor unit of the brand's currency, `percent` a share of 1, `duration` seconds. */
export const FORMATS = ['number', 'money', 'percent', 'duration'] as const
export type Format = (typeof FORMATS)[number]

export interface MetricTables {
  metrics: {
    key: string
    name: Text
    description: Text
    definition: MetricDefinition
    format: Format
    /** What one of it is called (“times”, “次”); null where the format says it. */
    unit: Text | null
    /** The operator who answers for what it means. */
    owner_id: string | null
    /** The preset it was made from. */
    preset: string | null
    /** Grows with every change. */
    version: number
    created_at: Date
    updated_at: Date
  }
  /** Every version as it was saved. */
  metric_versions: {
    key: string
    version: number
    at: Date
    actor: string
    /** The metric as it stands from then on; null where it was deleted. */
    saved: Saved | null
  }
}

export interface Saved {
  name: Text
  description: Text
  definition: MetricDefinition
  format: Format
  unit: Text | null
  ownerId: string | null
}

export const migrations = {
  async '2026-11-22T1900_metrics'(db: Kysely<never>) {
    await sql`create table metrics (
      key text primary key,
      name jsonb not null,
      description jsonb not null,
      definition jsonb not null,
      format text not null check (format in (${sql.raw(FORMATS.map((f) => `'${f}'`).join(', '))})),
      unit jsonb,
      owner_id uuid,
      preset text,
      version integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
    await sql`create table metric_versions (
      key text not null,
      version integer not null,
      at timestamptz not null,
      actor text not null,
      saved jsonb,
      primary key (key, version)
    )`.execute(db)
  },
}
