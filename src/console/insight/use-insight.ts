import { useQuery } from '@tanstack/react-query'
import { type ProblemAnswer, request } from '#web/api.ts'
import type { InsightQuery } from './answer.ts'

/** What stays open follows what happens this often: an answer that is still true is kept by the server and costs nothing. */
export const LIVE_MS = 60_000

/**
 * Asks `insight.<kind>`; a question that is replaced or left is stopped, on the server, too. A live one is asked again
 * while somebody looks: not behind other windows, and at once when they come back.
 */
export function useInsight<A>(kind: string, query: InsightQuery | null, { live = false }: { live?: boolean } = {}) {
  return useQuery<A & { asOf: string }, ProblemAnswer>({
    queryKey: [`insight.${kind}`, query],
    queryFn: async ({ signal }) => {
      const answer = await request(`/api/insight.${kind}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(query),
        signal,
      })
      return (await answer.json()) as A & { asOf: string }
    },
    enabled: query !== null,
    ...(live ? { refetchInterval: LIVE_MS, refetchOnWindowFocus: true } : {}),
  })
}
