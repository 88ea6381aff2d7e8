import {
  type UseMutationOptions,
  type UseQueryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { call, type Input, type OperationName, type Output, type ProblemAnswer } from './api.ts'

/** Runs a query and keeps its answer; `null` as input means “not yet”. */
export function useCall<N extends OperationName>(
  name: N,
  input: Input<N> | null,
  options: Omit<UseQueryOptions<Output<N>, ProblemAnswer>, 'queryKey' | 'queryFn' | 'enabled'> = {},
) {
  return useQuery<Output<N>, ProblemAnswer>({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, input as Input<N>, { signal }),
    enabled: input !== null,
    ...options,
  })
}

/**
 * Runs an action; afterwards everything read from its noun (`member.*` for `member.upsert`) and from `touches`
 * is read again.
 */
export function useAct<N extends OperationName>(
  name: N,
  {
    touches = [],
    ...options
  }: Omit<UseMutationOptions<Output<N>, ProblemAnswer, Input<N>>, 'mutationFn'> & { touches?: readonly string[] } = {},
) {
  const client = useQueryClient()
  return useMutation<Output<N>, ProblemAnswer, Input<N>>({
    mutationFn: (input) => call(name, input, { idempotencyKey: crypto.randomUUID() }),
    ...options,
    onSuccess: async (...args) => {
      const nouns = [name.split('.')[0], ...touches]
      await client.invalidateQueries({ predicate: ({ queryKey }) => nouns.includes(String(queryKey[0]).split('.')[0]) })
      await options.onSuccess?.(...args)
    },
  })
}
