// Tables that people make: CSV in the encodings and with the separators that spreadsheet programs of East and West
// write, and XLSX. What cannot be read is a row with a reason, not an end.
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { type CsvError, parse } from 'csv-parse'
import ExcelJS from 'exceljs'
import { Problem } from '#kernel/problem'
import type { Text } from '#kernel/text'
import { plainCell } from './cell.ts'
import { unpackedSize } from './zip.ts'

/** `line` counts as a spreadsheet does: 1 is the header. */
export type SheetRow = { line: number; cells: readonly string[] } | { line: number; error: Text }

export interface Sheet {
  format: 'csv' | 'xlsx'
  /** Of a CSV. */
  encoding: string | null
  /** Reads from the start each time. */
  rows(): AsyncGenerator<SheetRow>
}

export const MOST_FILE_BYTES = 20 * 1024 * 1024
const MOST_ROWS = 200_000
export const MOST_COLUMNS = 200
/** What a cell of a spreadsheet can hold. */
const MOST_CELL_CHARS = 32_767
/** Unpacked: 200,000 rows of 20 columns are about 150 MB of XML. */
const MOST_XLSX_BYTES = 400 * 1024 * 1024

export const SHEET_FAILURES = {
  'import.file_too_large': {
    status: 413,
    title: { en: 'Files may have 20 MB, 200,000 rows and 200 columns', zh: '文件最大 20 MB、20 万行、200 列' },
  },
  'import.file_unreadable': {
    status: 400,
    title: { en: 'This is neither a CSV nor an XLSX file', zh: '文件既不是 CSV 也不是 XLSX' },
  },
} as const

const tooLarge = () => new Problem('import.file_too_large', 413)

/** Opens the bytes of a file; a Problem when they are too many or of no kind we know. */
export function openSheet(bytes: Uint8Array): Sheet {
  if (bytes.length > MOST_FILE_BYTES) throw tooLarge()
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) {
    const size = unpackedSize(bytes)
    if (size === null) throw new Problem('import.file_unreadable', 400)
    if (size > MOST_XLSX_BYTES) throw tooLarge()
    return { format: 'xlsx', encoding: null, rows: () => bounded(xlsxRows(bytes)) }
  }
  const { text, encoding } = decodeText(bytes)
  return { format: 'csv', encoding, rows: () => bounded(csvRows(text)) }
}

async function* bounded(rows: AsyncIterable<SheetRow>): AsyncGenerator<SheetRow> {
  for await (const row of rows) {
    if (row.line > MOST_ROWS + 1) throw tooLarge()
    if ('cells' in row && row.cells.length > MOST_COLUMNS) throw tooLarge()
    yield checked(row)
  }
}

function checked(row: SheetRow): SheetRow {
  if ('error' in row) return row
  const { line, cells } = row
  if (cells.every((c) => c.trim() === '')) return { line, error: { en: 'The row is empty', zh: '空行' } }
  if (cells.some((c) => c.includes('\0')))
    return { line, error: { en: 'The row holds NUL characters', zh: '该行包含 NUL 字符' } }
  if (cells.some((c) => c.includes('\uFFFD')))
    return { line, error: { en: 'Some characters cannot be read', zh: '部分字符无法识别，请检查文件编码' } }
  if (cells.some((c) => c.length > MOST_CELL_CHARS))
    return { line, error: { en: 'A cell is too long', zh: '单元格内容过长' } }
  return row
}

/** UTF-8 and UTF-16 by their marks, UTF-8 where it is valid, else GB 18030, which holds GBK: what Excel in Chinese writes. */
function decodeText(bytes: Uint8Array): { text: string; encoding: string } {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  if (marked) return { text: new TextDecoder(marked).decode(bytes), encoding: marked }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    return { text: new TextDecoder('gb18030').decode(bytes), encoding: 'gb18030' }
  }
}

const SEPARATORS = [',', '\t', ';'] as const

/** The separator the first line has most of. */
function separatorOf(text: string): string {
  const end = text.search(/[\r\n]/)
  const header = text.slice(0, end < 0 ? 10_000 : end).replace(/"[^"]*"/g, '')
  const count = (s: string) => header.split(s).length
  return SEPARATORS.reduce((best, s) => (count(s) > count(best) ? s : best))
}

const REASONS: Readonly<Record<string, Text>> = {
  CSV_QUOTE_NOT_CLOSED: {
    en: 'A quotation mark is never closed; nothing after it can be read',
    zh: '引号没有闭合，其后的内容无法读取',
  },
  CSV_MAX_RECORD_SIZE: { en: 'The row is too long', zh: '该行内容过长' },
}
const MALFORMED: Text = { en: 'The row cannot be read', zh: '该行无法读取' }

/** Characters parsed between two turns of the loop: a few milliseconds, so that neighbours are served. */
const SLICE = 64 * 1024

async function* csvRows(text: string): AsyncGenerator<SheetRow> {
  let line = 0
  let ready: SheetRow[] = []
  let broken: Error | undefined
  const parser = parse({
    delimiter: separatorOf(text),
    relax_column_count: true,
    // A quotation mark in the wrong place is a letter; refusing it would lose all rows behind it.
    relax_quotes: true,
    skip_records_with_error: true,
    max_record_size: MOST_COLUMNS * MOST_CELL_CHARS,
    on_record: (cells: string[]) => {
      ready.push({ line: ++line, cells: cells.map(plainCell) })
      return null
    },
    on_skip: (error: CsvError | undefined) => {
      ready.push({ line: ++line, error: REASONS[error?.code ?? ''] ?? MALFORMED })
      return undefined
    },
  })
  parser.on('error', (error) => {
    broken = error
  })
  parser.resume()
  const take = () => {
    const rows = ready
    ready = []
    return rows
  }
  for (let i = 0; i < text.length && !broken; i += SLICE) {
    parser.write(text.slice(i, i + SLICE))
    await turn()
    yield* take()
  }
  if (!broken) {
    parser.end()
    await new Promise<void>((done) => {
      parser.on('close', done)
    })
  }
  yield* take()
  if (broken) yield { line: line + 1, error: REASONS[(broken as CsvError).code ?? ''] ?? MALFORMED }
}

async function* xlsxRows(bytes: Uint8Array): AsyncGenerator<SheetRow> {
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(Readable.from([Buffer.from(bytes)]), {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'ignore',
  })
  try {
    for await (const worksheet of reader) {
      for await (const row of worksheet) {
        const values = Array.isArray(row.values) ? row.values.slice(1) : []
        yield { line: row.number, cells: Array.from(values, cellText) }
      }
      // Only the first sheet: others are notes and pivots.
      return
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('import.file_unreadable', 400)
  }
}

function cellText(value: ExcelJS.CellValue | undefined): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '')
  if (typeof value !== 'object') return String(value)
  if ('richText' in value) return value.richText.map((part) => part.text).join('')
  if ('text' in value) return cellText(value.text)
  if ('result' in value) return cellText(value.result)
  return ''
}
