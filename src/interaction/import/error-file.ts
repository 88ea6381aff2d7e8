// The rows that failed, as they were, each with its reasons: to be mended and imported again.
import { stringify } from 'csv-stringify/sync'
import type { Locale } from '#kernel/text'
import { safeCell } from './cell.ts'
import type { Sheet } from './sheet.ts'

export interface RowError {
  line: number
  field: string
  message: string
}

const COLUMNS = { line: { en: 'Row', zh: '行号' }, errors: { en: 'Errors', zh: '错误原因' } } as const
/** Headings of the two columns, which are no data when the file comes back. */
export const ERROR_HEADINGS: readonly string[] = Object.values(COLUMNS).flatMap((c) => [c.en, c.zh])

/** Lines of a CSV file with a mark that tells Excel its encoding. Rows that could not be read have only their reasons. */
export async function* errorFile(sheet: Sheet, errors: readonly RowError[], locale: Locale): AsyncGenerator<string> {
  const byLine = new Map<number, string[]>()
  for (const { line, field, message } of errors) {
    const reasons = byLine.get(line) ?? []
    reasons.push(field === '' ? message : `${field}: ${message}`)
    byLine.set(line, reasons)
  }
  let width = 0
  for await (const row of sheet.rows()) {
    const cells = 'cells' in row ? row.cells : []
    if (row.line === 1) {
      width = cells.length
      yield `\uFEFF${csvLine([COLUMNS.line[locale], COLUMNS.errors[locale], ...cells])}`
      continue
    }
    const reasons = byLine.get(row.line)
    if (!reasons) continue
    yield csvLine([String(row.line), reasons.join('; '), ...Array.from({ length: width }, (_, i) => cells[i] ?? '')])
  }
}

const csvLine = (cells: readonly string[]): string => stringify([cells.map(safeCell)])
