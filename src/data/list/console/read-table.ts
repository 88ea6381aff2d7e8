// Reads a table in the browser: the file itself never leaves it, only the ids of the chosen column do. CSV as spreadsheet
// programs of East and West write it, and the first sheet of an XLSX.

/** Bytes of a file, and of its parts once unpacked. */
const MOST_BYTES = 50 * 1024 * 1024
const MOST_UNPACKED = 400 * 1024 * 1024
const SEPARATORS = [',', '\t', ';'] as const

export class UnreadableTable extends Error {}

/** Rows of cells, as they stand; the first may be headings. */
export async function readTable(file: Blob): Promise<string[][]> {
  if (file.size > MOST_BYTES) throw new UnreadableTable('too large')
  const bytes = new Uint8Array(await file.arrayBuffer())
  const rows = bytes[0] === 0x50 && bytes[1] === 0x4b ? await sheetRows(bytes) : csvRows(decoded(bytes))
  return rows.filter((row) => row.some((cell) => cell.trim() !== ''))
}

/** UTF-8 and UTF-16 by their marks, UTF-8 where it is valid, else GB 18030: what Excel in Chinese writes. */
function decoded(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** The apostrophe that made a formula text is no part of it. */
const plain = (text: string) => (/^'[=+\-@＝＋－＠]/.test(text) ? text.slice(1) : text)

export function csvRows(text: string): string[][] {
  const end = text.search(/[\r\n]/)
  const header = text.slice(0, end < 0 ? 10_000 : end).replace(/"[^"]*"/g, '')
  const count = (s: string) => header.split(s).length
  const separator = SEPARATORS.reduce((best, s) => (count(s) > count(best) ? s : best))
  const rows: string[][] = []
  let row: string[] = []
  // A quoted cell, whose closing mark may be missing at the end of the file, or one up to the next separator.
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)(?:"|$)[^${separator}\\r\\n]*|([^${separator}\\r\\n]*))(${separator}|\\r\\n|\\r|\\n|$)`,
    'y',
  )
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    row.push(plain(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"')))
    if (match[3] === separator) continue
    rows.push(row)
    row = []
    if (cell.lastIndex >= text.length) break
  }
  return rows
}

async function sheetRows(bytes: Uint8Array): Promise<string[][]> {
  const parts = partsOf(bytes)
  const read = async (name: string) => {
    const part = parts.get(name)
    return part ? inflated(part) : ''
  }
  const book = await read('xl/workbook.xml')
  const rels = await read('xl/_rels/workbook.xml.rels')
  const first = /<sheet\b[^>]*\br:id="([^"]+)"/.exec(book)?.[1]
  const target = [...rels.matchAll(/<Relationship\b[^>]*>/g)]
    .map(([tag]) => tag)
    .find((tag) => tag.includes(`Id="${first}"`))
  const path = /Target="\/?(?:xl\/)?([^"]+)"/.exec(target ?? '')?.[1] ?? 'worksheets/sheet1.xml'
  const sheet = await read(`xl/${path}`)
  if (sheet === '') throw new UnreadableTable('no sheet')
  const shared = [...(await read('xl/sharedStrings.xml')).matchAll(/<si\b[^>]*>([\s\S]*?)<\/si>/g)].map(([, si]) =>
    textsOf(si ?? ''),
  )
  return [...sheet.matchAll(/<row\b[^>]*?(?:\/>|>([\s\S]*?)<\/row>)/g)].map(([, inner]) => {
    const row: string[] = []
    for (const [, attributes = '', content = ''] of (inner ?? '').matchAll(/<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
      const at = columnOf(/\br="([A-Z]+)/.exec(attributes)?.[1], row.length)
      while (row.length < at) row.push('')
      const type = /\bt="(\w+)"/.exec(attributes)?.[1]
      const value = /<v\b[^>]*>([\s\S]*?)<\/v>/.exec(content)?.[1] ?? ''
      row.push(
        plain(
          type === 's' ? (shared[Number(value)] ?? '') : type === 'inlineStr' ? textsOf(content) : unescaped(value),
        ),
      )
    }
    return row
  })
}

const textsOf = (xml: string): string =>
  [...xml.matchAll(/<t\b[^>]*>([\s\S]*?)<\/t>/g)].map(([, text]) => unescaped(text ?? '')).join('')

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
const unescaped = (text: string): string =>
  text.replace(/&(?:#x([\da-f]+)|#(\d+)|(lt|gt|quot|apos|amp));/gi, (_, hex, decimal, name: string | undefined) =>
    name
      ? (NAMED[name] ?? '')
      : String.fromCodePoint(Math.min(Number.parseInt(hex ?? decimal, hex ? 16 : 10), 0x10ffff)),
  )

/** `A` is 0, `AA` 26; without letters a cell follows the one before it. */
const columnOf = (letters: string | undefined, next: number): number =>
  letters ? Math.min([...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1, 16_383) : next

interface Part {
  content: Uint8Array<ArrayBuffer>
  packed: boolean
  size: number
}

/** The parts of a ZIP file by name, from the directory at its end. */
function partsOf(bytes: Uint8Array): Map<string, Part> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - 22
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--
  if (end < 0) throw new UnreadableTable('no directory')
  const parts = new Map<string, Part>()
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw new UnreadableTable('broken directory')
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => view.getUint16(at + o, true)) as [
      number,
      number,
      number,
    ]
    const start = view.getUint32(at + 42, true)
    const body = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
    parts.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)), {
      content: new Uint8Array(bytes.slice(body, body + view.getUint32(at + 20, true))),
      packed: view.getUint16(at + 10, true) === 8,
      size: view.getUint32(at + 24, true),
    })
    at += 46 + nameLength + extra + comment
  }
  return parts
}

async function inflated({ content, packed, size }: Part): Promise<string> {
  if (size > MOST_UNPACKED) throw new UnreadableTable('too large')
  if (!packed) return new TextDecoder().decode(content)
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const chunks: string[] = []
  const decoder = new TextDecoder()
  let length = 0
  for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
    length += value.length
    if (length > MOST_UNPACKED) throw new UnreadableTable('too large')
    chunks.push(decoder.decode(value, { stream: true }))
  }
  return chunks.join('') + decoder.decode()
}
