import type { ReactNode } from 'react'

export interface Column<R> {
  key: string
  title: string
  render(row: R): ReactNode
  /** The same as plain text: for export, for finding and sorting in a list that is wholly loaded. */
  text(row: R): string
  /** The server's name for this order; without one it sorts only where all rows are loaded. */
  sort?: string
  /** For local sorting by size or time instead of by text. */
  value?(row: R): number | string
  align?: 'right'
  /** Hidden until chosen. */
  optional?: boolean
  width?: number
}

interface Filter<R> {
  key: string
  title: string
  options: readonly { value: string; label: string }[]
  /** How a wholly loaded list applies it; server lists send it. */
  holds?(row: R, value: string): boolean
}

export interface ListQuery {
  search: string
  filters: Readonly<Record<string, string>>
  sort: string
  direction: 'asc' | 'desc'
  cursor: string | undefined
  limit: number
}

export interface ListPage<R> {
  items: readonly R[]
  nextCursor: string | null
  total?: number
}

export interface ListSpec<R> {
  /** Keeps the saved views and columns of this list apart from others. */
  name: string
  /** What the rows are, for screen readers and the export's file name. */
  title: string
  /** Query key; begins with the operation's name, so that actions on the same noun read it again. */
  queryKey: readonly unknown[]
  load(query: ListQuery, signal: AbortSignal): Promise<ListPage<R>>
  /** All rows are loaded once, and searched, filtered and sorted here: for short lists of settings. */
  local?: boolean
  columns: readonly Column<R>[]
  rowKey(row: R): string
  /** Where a row leads. */
  to?(row: R): string
  /** Placeholder of the search field; no search without it. */
  search?: string
  filters?: readonly Filter<R>[]
  bulk?(rows: readonly R[], clear: () => void): ReactNode
  /** At the end of a row: its menu. */
  rowActions?(row: R): ReactNode
  empty: { title: string; hint?: ReactNode; action?: ReactNode }
  refetchMs?: number
}

export const PAGE_SIZES = [20, 50, 100] as const
