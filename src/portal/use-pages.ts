import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query'
import { call, type Input, type Item, type OperationName, type Output, type ProblemAnswer } from '#web/api.ts'

type ListName = {
  [N in OperationName]: Output<N> extends { items: readonly unknown[]; nextCursor: string | null } ? N : never
}[OperationName]
type Page<N extends ListName> = Omit<Output<N>, 'items'> & { items: readonly Item<N>[]; nextCursor: string | null }

/** A list read page by page, as far as the member has asked for. */
export function usePages<N extends ListName>(name: N, input: Input<N>) {
  return useInfiniteQuery<Page<N>, ProblemAnswer, InfiniteData<Page<N>>, readonly unknown[], string | null>({
    queryKey: [name, input, 'pages'],
    queryFn: async ({ pageParam, signal }) => {
      const wanted = pageParam ? { ...input, cursor: pageParam } : input
      const page: unknown = await call(name, wanted as Input<N>, { signal })
      return page as Page<N>
    },
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
  })
}
