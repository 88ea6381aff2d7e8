// Queries of analyses wait their turn, so that a page of charts stays within what the engine may take: an embedded engine
// lets as many in, a server would let in all.
import { Problem } from '#kernel/problem'
import { Gate } from '#platform/clickhouse/gate'

/** Each may take half of what BANYAN_INSIGHT_MEMORY gives. */
const MOST_AT_ONCE = 2
/** Waiting behind more than this is longer than anybody does: some charts ask ten times for ten series. */
const MOST_WAITING = 200

/** Runs one query in its turn. Throws `insight.busy`. */
export type Turn = <R>(signal: AbortSignal, query: () => Promise<R>) => Promise<R>

export function turns(atOnce = MOST_AT_ONCE, waiting = MOST_WAITING): Turn {
  const gate = new Gate(atOnce, waiting)
  return async (signal, query) => {
    if (!(await gate.enter(signal))) throw new Problem('insight.busy', 503, { retryAfter: 60 })
    try {
      return await query()
    } finally {
      gate.leave()
    }
  }
}

export const inTurn = turns()
