import ExcelJS from 'exceljs'
import { expect, test } from 'vitest'
import { xlsxOf } from './xlsx-file.ts'

test('a spreadsheet program reads back what was written, and runs none of it', async () => {
  const rows = [
    ['步骤', 'A & B <i>', '=1+1'],
    ['入群\u0000 🌳', 12, null],
    ['平均', 0.125, -3],
  ]
  const book = new ExcelJS.Workbook()
  await book.xlsx.load(xlsxOf(rows, '漏斗: 一/二[3]').buffer as never)
  const sheet = book.worksheets[0]
  expect(sheet?.name).toBe('漏斗  一 二 3 ')
  const read: unknown[][] = []
  sheet?.eachRow((row) => read.push([1, 2, 3].map((i) => row.getCell(i).value)))
  expect(read).toEqual([
    ['步骤', 'A & B <i>', '=1+1'],
    ['入群 🌳', 12, null],
    ['平均', 0.125, -3],
  ])
})
