import { expect, test } from 'vitest'
import { type ColumnMapping, detectType, mapRow, readDate, suggestMapping } from './mapping.ts'

const ZONE = 'Asia/Shanghai'
const map = (cells: readonly string[], ...to: (string | [string, ColumnMapping['type']])[]) =>
  mapRow(
    cells,
    to.map((t, column) => ({
      column,
      to: (typeof t === 'string' ? t : t[0]) as never,
      type: typeof t === 'string' ? 'text' : t[1],
    })),
    ZONE,
  )

test('headings in both languages are known, others become properties of the type of their values', () => {
  const header = ['会员编号', 'E-mail', '手机号', '姓名', '积分', '是否VIP', '最近到店', '备注', '注册时间', '', '行号']
  const samples = [['u1', 'a@b.c', '138', '张三', '1200', '是', '2024-01-02', '007', '2020-01-01', 'x', '3']]
  expect(suggestMapping(header, samples).map((m) => `${m.to}:${m.type}`)).toEqual([
    ...['externalId:text', 'email:text', 'phone:text', 'name:text', 'property:积分:number', 'property:是否VIP:boolean'],
    ...['property:最近到店:date', 'property:备注:text', 'createdAt:text'],
  ])
  expect(suggestMapping(['id', 'ID'], []).map((m) => m.to)).toEqual(['externalId', 'property:ID'])
})

test('numbers that would lose digits stay text', () => {
  expect(detectType(['1', '2.5', '-3'])).toBe('number')
  for (const text of ['007', '9007199254740993', '1e5', '1,200', '+1', 'NaN'])
    expect(detectType(['1', text])).toBe('text')
})

test('dates as people write them; days that do not exist are none', () => {
  for (const text of ['2024-02-29', '2024/2/29', '2024.2.29', '2024年2月29日'])
    expect(readDate(text, ZONE)).toEqual({ day: '2024-02-29' })
  expect(readDate('2024-02-29 08:30', ZONE)).toEqual({ at: new Date('2024-02-29T00:30:00Z') })
  expect(readDate('2024-02-29T08:30:00Z', ZONE)).toEqual({ at: new Date('2024-02-29T08:30:00Z') })
  for (const text of ['2023-02-29', '2024-13-01', '29/02/2024', '2024-02-29 25:00', 'soon'])
    expect(readDate(text, ZONE)).toBeNull()
})

test('a row is a member, or all that is wrong with it', () => {
  expect(
    map(
      [' u1 ', 'Mei@Example.com', '12', '是'],
      'externalId',
      'email',
      ['property:n', 'number'],
      ['property:vip', 'boolean'],
    ),
  ).toEqual({
    member: { externalId: 'u1', properties: { email: 'Mei@Example.com', n: 12, vip: true }, createdAt: null },
  })
  const wrong = map(
    ['x'.repeat(201), 'nobody', 'many', '1889-01-01'],
    'externalId',
    'email',
    ['property:n', 'number'],
    'createdAt',
  )
  expect((wrong as { flaws: { field: string }[] }).flaws.map((f) => f.field)).toEqual([
    'externalId',
    'email',
    'property:n',
    'createdAt',
  ])
  expect(map(['', 'x'], 'externalId', 'name')).toMatchObject({
    flaws: [{ message: { zh: '缺少成员标识、邮箱或手机号' } }],
  })
  for (const id of ['guest', 'NULL', '0'])
    expect(map([id], 'externalId'), id).toMatchObject({
      flaws: [
        { field: 'externalId', message: { en: expect.stringContaining(id), zh: expect.stringContaining('占位') } },
      ],
    })
  expect(map(['a@b.c'], 'email')).toMatchObject({ member: { externalId: '', properties: { email: 'a@b.c' } } })
})

test('texts of hostile rows are kept letter by letter', () => {
  for (const text of ["' OR '1'='1", '1; SELECT pg_sleep(10)--', '=1+1', '{{7*7}}', '__proto__', '<script>'])
    expect(map(['u1', text], 'externalId', 'property:note')).toMatchObject({ member: { properties: { note: text } } })
})
