/**
 * Work that must not wait for each other. `writer`: inserts and DDL, one after the other. `live`: timelines, live
 * segments. `interactive`: what a person waits for. `background`: exports, training, back-ups.
 */
export type Lane = 'writer' | 'live' | 'interactive' | 'background'

export const LANES: readonly Lane[] = ['writer', 'live', 'interactive', 'background']

/** Names the lane in a request to the embedded front; a ClickHouse server ignores it. */
export const LANE_HEADER = 'x-banyan-lane'

/** Largest body of rows, in bytes. A block of the sequencer is some megabytes. */
export const MAX_ROWS_BYTES = 256 * 1024 * 1024

/** Longest a statement may run, in seconds; sent to a ClickHouse server too. */
export const LANE_SECONDS: Readonly<Record<Lane, number>> = {
  writer: 600, // an erasure rewrites parts
  live: 10,
  interactive: 30,
  background: 600,
}

export interface LaneLimit {
  /** Statements that run at once; the rest waits in order. */
  readonly slots: number
  /** ClickHouse settings of every statement in this lane, unless the request names its own. */
  readonly settings: Readonly<Record<string, string>>
  /** ClickHouse's `readonly` 2: settings may change, data may not. */
  readonly readonly: boolean
}

/**
 * Rewritings of what is asked clumsily. Ours is not, and they are a third of the time that reading a question takes:
 * 0.37 s to 0.26 s for that of 200 live segments.
 */
const NOT_REWRITTEN = Object.fromEntries(
  [
    'aggregators_of_group_by_keys',
    'and_compare_chain',
    'arithmetic_operations_in_aggregate_functions',
    'extract_common_expressions',
    'functions_to_subcolumns',
    'group_by_function_keys',
    'injective_functions_in_group_by',
    'injective_functions_inside_uniq',
    'multiif_to_if',
    'normalize_count_variants',
    'redundant_functions_in_order_by',
    'rewrite_aggregate_function_with_if',
    'rewrite_array_exists_to_has',
    'rewrite_sum_if_to_count_if',
    'time_filter_with_preimage',
    'uniq_to_count',
  ].map((name) => [`optimize_${name}`, '0']),
)

/** Bytes that questions a person waits for may take together, unless the configuration says otherwise. */
export const ANALYSIS_MEMORY = 1536 * 1024 * 1024
/** Such questions at once; each has its part of that. */
export const ANALYSIS_SLOTS = 2

/**
 * What each lane may take of a machine. Analysis may use every core, but few statements of it run at once, so that an
 * insert and a live query always get their share of one. `memory`: bytes for the whole engine, `analysis`: of these for
 * questions a person waits for.
 */
export function laneLimits(cpus: number, memory: number, analysis: number): Readonly<Record<Lane, LaneLimit>> {
  const settings = (lane: Lane, threads: number, share: number, resultMegabytes: number) => ({
    max_threads: String(threads),
    max_memory_usage: String(Math.floor(memory * share)),
    max_execution_time: String(LANE_SECONDS[lane]),
    // Answers are held whole before they are sent (see engine.ts): a larger one is refused.
    max_result_bytes: String(resultMegabytes * 1024 * 1024),
    result_overflow_mode: 'throw',
    ...NOT_REWRITTEN,
  })
  return {
    writer: { slots: 1, readonly: false, settings: settings('writer', cpus, 0.5, 16) },
    live: { slots: 1, readonly: true, settings: settings('live', cpus, 0.25, 64) },
    interactive: {
      slots: ANALYSIS_SLOTS,
      readonly: true,
      settings: settings('interactive', cpus, Math.min(0.3, analysis / ANALYSIS_SLOTS / memory), 64),
    },
    background: { slots: 1, readonly: false, settings: settings('background', cpus, 0.4, 256) },
  }
}
