import type { Column, ListPage, ListQuery, ListSpec } from './list-spec.ts'

/** Rows fetched for one file in the browser; longer exports are a job of the server. */
export const EXPORT_MAX = 20_000

/** A cell that a spreadsheet would run as a formula is shown as text instead (CSV injection). */
const safe = (text: string) => (/^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text) ? `'${text}` : text)
const cell = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export function csvOf<R>(rows: readonly R[], columns: readonly Pick<Column<R>, 'title' | 'text'>[]): string {
  const lines = [columns.map((c) => c.title), ...rows.map((row) => columns.map((c) => c.text(row)))]
  // The byte-order mark makes Excel read Chinese as UTF-8.
  return `\uFEFF${lines.map((line) => line.map((text) => cell(safe(text))).join(',')).join('\r\n')}\r\n`
}

/** Every row that the present search and filters find, page by page; `progress` tells how many so far. */
export async function allRows<R>(
  spec: ListSpec<R>,
  query: ListQuery,
  progress: (rows: number) => void,
  signal: AbortSignal,
): Promise<readonly R[]> {
  const rows: R[] = []
  let cursor: string | undefined
  do {
    const page: ListPage<R> = await spec.load({ ...query, cursor, limit: 200 }, signal)
    rows.push(...page.items)
    cursor = page.nextCursor ?? undefined
    progress(rows.length)
  } while (cursor && rows.length < EXPORT_MAX)
  return rows
}

export function saveFile(name: string, content: BlobPart, type: string) {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
