import ExcelJS from 'exceljs'
import { expect, test } from 'vitest'
import { csvRows, readTable, UnreadableTable } from './read-table.ts'

test('CSV: separators, quotes, line ends, empty cells, a mark never closed', () => {
  expect(csvRows('id,name\r\na,"x, ""y"""\r\n\r\nb,\n')).toEqual([['id', 'name'], ['a', 'x, "y"'], [''], ['b', '']])
  expect(csvRows('id;a,b\n1;2')).toEqual([['id;a', 'b'], ['1;2']])
  expect(csvRows('id;a;b\n1;2;3')).toEqual([
    ['id', 'a', 'b'],
    ['1', '2', '3'],
  ])
  expect(csvRows('id\tname\n1\t"no end\nmore')).toEqual([
    ['id', 'name'],
    ['1', 'no end\nmore'],
  ])
  expect(csvRows("id\n'+8613\n'x")).toEqual([['id'], ['+8613'], ["'x"]])
  expect(csvRows('')).toEqual([['']])
})

test('encodings: marks, GB 18030 where it is no UTF-8', async () => {
  const gbk = new Uint8Array([0xbb, 0xe1, 0xd4, 0xb1, 0x0a, 0x61])
  expect(await readTable(new Blob([gbk]))).toEqual([['会员'], ['a']])
  expect(await readTable(new Blob(['\uFEFF会员\na\n\n']))).toEqual([['会员'], ['a']])
  expect(await readTable(new Blob([new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0, 0x62, 0])]))).toEqual([['a'], ['b']])
})

test('XLSX: texts, numbers, results of formulas, gaps, and what is none is told', async () => {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet('一')
  sheet.addRow(['编号', '姓名', null, '备注'])
  sheet.addRow(['m<1>', { richText: [{ text: '冯' }, { text: '望舒' }] }, null, { formula: '1+1', result: 2 }])
  sheet.addRow([13912345678, '', null, "a & 'b'"])
  book.addWorksheet('二').addRow(['not read'])
  const bytes = new Uint8Array((await book.xlsx.writeBuffer()) as ArrayBuffer)
  expect(await readTable(new Blob([bytes]))).toEqual([
    ['编号', '姓名', '', '备注'],
    ['m<1>', '冯望舒', '', '2'],
    ['13912345678', '', '', "a & 'b'"],
  ])
  await expect(readTable(new Blob(['PK not a file at all, but long enough to look']))).rejects.toThrow(UnreadableTable)
})
