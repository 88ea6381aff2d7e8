import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ProblemAnswer } from '#web/api.ts'
import type { Column, ListPage, ListQuery, ListSpec } from './list-spec.ts'

/** A local list reads this many rows at most; longer ones must be searched by the server. */
const LOCAL_MAX = 1000
const BLANK: ListQuery = { search: '', filters: {}, sort: '', direction: 'desc', cursor: undefined, limit: 200 }

async function loadAll<R>(spec: ListSpec<R>, signal: AbortSignal): Promise<ListPage<R>> {
  const items: R[] = []
  let cursor: string | undefined
  do {
    const page = await spec.load({ ...BLANK, cursor }, signal)
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor && items.length < LOCAL_MAX)
  return { items, nextCursor: null }
}

export function useRows<R>(spec: ListSpec<R>, query: ListQuery) {
  const answer = useQuery<ListPage<R>, ProblemAnswer>({
    queryKey: spec.local ? spec.queryKey : [...spec.queryKey, query],
    queryFn: ({ signal }) => (spec.local ? loadAll(spec, signal) : spec.load(query, signal)),
    placeholderData: keepPreviousData,
    ...(spec.refetchMs ? { refetchInterval: spec.refetchMs } : {}),
  })
  const whole = answer.data !== undefined && answer.data.nextCursor === null && query.cursor === undefined
  const rows = useMemo(() => arrange(answer.data?.items ?? [], spec, query, whole), [answer.data, spec, query, whole])
  return { ...answer, rows, whole }
}

function arrange<R>(items: readonly R[], spec: ListSpec<R>, query: ListQuery, whole: boolean): readonly R[] {
  let rows = items
  if (spec.local) {
    const words = query.search.toLowerCase().split(/\s+/).filter(Boolean)
    rows = rows.filter((row) => {
      const text = spec.columns
        .map((c) => c.text(row))
        .join(' ')
        .toLowerCase()
      return (
        words.every((word) => text.includes(word)) &&
        (spec.filters ?? []).every((f) => !query.filters[f.key] || (f.holds?.(row, query.filters[f.key] ?? '') ?? true))
      )
    })
  }
  const column = whole ? spec.columns.find((c) => !c.sort && c.key === query.sort) : undefined
  return column ? sortRows(rows, column, query.direction) : rows
}

const collator = new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true })

/** Chinese by pinyin, numbers by size. */
function sortRows<R>(rows: readonly R[], column: Column<R>, direction: 'asc' | 'desc'): readonly R[] {
  const value = column.value ?? column.text
  const sign = direction === 'asc' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)]
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)))
  })
}
