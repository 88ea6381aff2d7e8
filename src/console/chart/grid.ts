// The numbers of a chart as rows and columns: what the table shows, a screen reader reads and a file holds.
export interface GridCell {
  text: string
  value: number | string | null
  /** Who is behind it. */
  cell?: string | undefined
}

export interface Grid {
  /** Over the row heads. */
  head: string
  columns: readonly string[]
  rows: readonly { head: string; cells: readonly GridCell[] }[]
}

/** Called with the key of a number, what it is of, and the number as it is shown. */
export type OnCell = (cell: string, label: string, value: string) => void
