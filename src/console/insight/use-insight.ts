import { useQuery } from '@tanstack/react-query'
import { type ProblemAnswer, request } from '#web/api.ts'
import type { InsightQuery } from './answer.ts'

/** Asks `insight.<kind>`; a question that is replaced or left is stopped, on the server, too. */
export function useInsight<A>(kind: string, query: InsightQuery | null) {
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
  })
}
