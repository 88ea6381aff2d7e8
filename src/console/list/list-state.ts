import { useMemo, useRef } from 'react'
import { useUrlState } from '../url-state.ts'
import { type ListQuery, PAGE_SIZES } from './list-spec.ts'

const FILTER = 'f.'
/** What a saved view keeps: everything but where one has paged to. */
const kept = (key: string) => key === 'q' || key === 'sort' || key.startsWith(FILTER)

export interface ListState {
  query: ListQuery
  page: number
  view: Readonly<Record<string, string>>
  setSearch(text: string): void
  setFilter(key: string, value: string | null): void
  setSort(sort: string | null, direction: 'asc' | 'desc'): void
  setLimit(limit: number): void
  next(cursor: string): void
  previous(): void
  applyView(view: Readonly<Record<string, string>>): void
  clear(): void
}

const START = { cursor: null, page: null }

/** Search, filters, order and place of a list, all in the address. */
export function useListState(): ListState {
  const [url, set] = useUrlState()
  // Where earlier pages began; a deep link to page 3 knows none and goes back to the first.
  const trail = useRef(new Map<number, string>())
  trail.current.set(Number(url.page ?? 1) || 1, url.cursor ?? '')
  return useMemo(() => {
    const filters = Object.fromEntries(
      Object.entries(url).flatMap(([key, value]) =>
        key.startsWith(FILTER) ? [[key.slice(FILTER.length), value]] : [],
      ),
    )
    const [sort = '', direction] = (url.sort ?? '').split(':')
    const limit = PAGE_SIZES.find((size) => String(size) === url.size) ?? PAGE_SIZES[1]
    const view = Object.fromEntries(Object.entries(url).filter(([key]) => kept(key)))
    const blank = Object.fromEntries(Object.keys(view).map((key) => [key, null]))
    return {
      query: {
        search: url.q ?? '',
        filters,
        sort,
        direction: direction === 'asc' ? 'asc' : 'desc',
        cursor: url.cursor || undefined,
        limit,
      },
      page: Number(url.page ?? 1) || 1,
      view,
      setSearch: (text) => set({ q: text, ...START }),
      setFilter: (key, value) => set({ [FILTER + key]: value, ...START }),
      setSort: (key, dir) => set({ sort: key && `${key}:${dir}`, ...START }),
      setLimit: (size) => set({ size: String(size), ...START }),
      next: (cursor) => set({ cursor, page: String((Number(url.page ?? 1) || 1) + 1) }, true),
      previous: () => {
        const to = (Number(url.page ?? 1) || 1) - 1
        const cursor = trail.current.get(to)
        set(cursor ? { cursor, page: String(to) } : START, true)
      },
      applyView: (saved) => set({ ...blank, ...START, ...saved }, true),
      clear: () => set({ ...blank, ...START }),
    }
  }, [url, set])
}
