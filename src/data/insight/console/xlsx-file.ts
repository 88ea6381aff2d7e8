// A sheet of numbers and texts as a spreadsheet file, written in the browser: the few parts the format cannot do
// without, in an archive without compression. Texts are inline strings, which no program runs as formulas.
export type Row = readonly (string | number | null)[]

const TYPES = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
const RELATIONS = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
const BOOK_RELATIONS = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'

/** Characters that XML 1.0 cannot hold, and those with a meaning. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/** A name that a sheet may have. */
const sheetName = (text: string): string => text.replaceAll(/[\\/?*[\]:]/g, ' ').slice(0, 31) || 'Sheet'

/** A, B … Z, AA …: columns from 0. */
const columnName = (i: number): string =>
  (i < 26 ? '' : columnName(Math.floor(i / 26) - 1)) + String.fromCharCode(65 + (i % 26))

export function xlsxOf(rows: readonly Row[], title: string): Uint8Array<ArrayBuffer> {
  const cell = (value: Row[number], column: number, row: number) => {
    const at = `${columnName(column)}${row + 1}`
    if (value === null) return ''
    return typeof value === 'number'
      ? `<c r="${at}"><v>${value}</v></c>`
      : `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`
  }
  const data = rows
    .map((row, i) => `<row r="${i + 1}">${row.map((value, column) => cell(value, column, i)).join('')}</row>`)
    .join('')
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
  return archive([
    ['[Content_Types].xml', TYPES],
    ['_rels/.rels', RELATIONS],
    [
      'xl/workbook.xml',
      `${head}<workbook xmlns="${MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="${escaped(sheetName(title))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    ['xl/_rels/workbook.xml.rels', BOOK_RELATIONS],
    ['xl/worksheets/sheet1.xml', `${head}<worksheet xmlns="${MAIN}"><sheetData>${data}</sheetData></worksheet>`],
  ])
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})
function checksum(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = (TABLE[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

/** Numbers one after the other, each of so many bytes, the least byte first. */
function packed(...fields: readonly (readonly [number, 2 | 4])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((n, [, size]) => n + size, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += size
  }
  return bytes
}

/** The first day that the format's calendar knows: what is in the file has no date of its own. */
const DAY = 0x21

function archive(files: readonly (readonly [name: string, text: string])[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  const index: Uint8Array[] = []
  let offset = 0
  for (const [name, text] of files) {
    const [path, body] = [encoder.encode(name), encoder.encode(text)]
    // Version, flags (names in UTF-8), no compression, time, date, checksum, both sizes, lengths of name and extras.
    const about = [
      [20, 2],
      [0x800, 2],
      [0, 2],
      [0, 2],
      [DAY, 2],
      [checksum(body), 4],
      [body.length, 4],
      [body.length, 4],
      [path.length, 2],
      [0, 2],
    ] as const
    parts.push(packed([0x04034b50, 4], ...about), path, body)
    index.push(packed([0x02014b50, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), path)
    offset += 30 + path.length + body.length
  }
  const size = index.reduce((n, part) => n + part.length, 0)
  const end = packed(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [size, 4],
    [offset, 4],
    [0, 2],
  )
  const all = [...parts, ...index, end]
  const bytes = new Uint8Array(all.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of all) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
