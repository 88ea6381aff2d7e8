import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query'
import { call, type Input, type Item, type OperationName, type Output, type ProblemAnswer } from '#web/api.ts'

interface Paged {
  items: readonly unknown[]
  nextCursor: string | null
}
type ListName = { [N in OperationName]: Output<N> extends Paged ? N : never }[OperationName]

/** A list read page by page, as far as the member has asked for. */
export function usePages<N extends ListName>(name: N, input: Input<N>) {
  type Page = Output<N> & Paged & { items: readonly Item<N>[] }
  return useInfiniteQuery<Page, ProblemAnswer, InfiniteData<Page>, readonly unknown[], string | null>({
    queryKey: [name, input, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call(name, (pageParam ? { ...input, cursor: pageParam } : input) as Input<N>, { signal }) as Promise<Page>,
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
  })
}
