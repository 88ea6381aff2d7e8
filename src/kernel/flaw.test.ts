import { expect, test } from 'vitest'
import { z } from 'zod'
import { inWords } from './flaw.ts'
import { parse } from './invoke.ts'
import { Problem, problemJson } from './problem.ts'
import type { Locale } from './text.ts'

/** What a reader is told of a value that is refused. */
function told(schema: z.ZodType, raw: unknown, locale: Locale): string[] {
  try {
    parse(schema, raw, locale)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return (problemJson(error, { en: '', zh: '' }, locale, '').errors ?? []).map((e) => e.message)
  }
  throw new Error('it was accepted')
}

const CASES: [z.ZodType, unknown, string][] = [
  [z.string(), undefined, '此项必填'],
  [z.string(), 1, '须为文本'],
  [z.number(), 'x', '须为数字'],
  [z.int(), 1.5, '须为整数'],
  [z.boolean(), 'x', '须为布尔值（true 或 false）'],
  [z.array(z.string()), {}, '须为列表'],
  [z.object({}), [], '须为对象'],
  [z.record(z.string(), z.string()), 1, '须为对象'],
  [z.null(), 1, '须为空值'],
  [z.int().min(1), 0, '不能小于 1'],
  [z.int().max(9), 10, '不能大于 9'],
  [z.int(), 2 ** 60, '不能大于 9007199254740991'],
  [z.number().gt(0), 0, '须大于 0'],
  [z.number().lt(1), 1, '须小于 1'],
  [z.string().min(1), '', '不能为空'],
  [z.string().min(8), 'x', '至少 8 个字符'],
  [z.string().max(2), 'xyz', '最多 2 个字符'],
  [z.string().length(2), 'xyz', '须为 2 个字符'],
  [z.array(z.int()).min(2), [1], '至少 2 项'],
  [z.array(z.int()).max(1), [1, 2], '最多 1 项'],
  [z.tuple([z.int()]), [1, 2], '最多 1 项'],
  [z.email(), 'x', '邮箱格式不正确'],
  [z.url(), 'x', '网址格式不正确'],
  [z.uuid(), 'x', '编号格式不正确，须为 UUID'],
  [z.iso.datetime(), 'x', '时间格式不正确，例如 2026-11-22T08:00:00Z'],
  [z.iso.date(), 'x', '日期格式不正确，例如 2026-11-22'],
  [z.base64(), '?', '格式不正确'],
  [z.string().regex(/^[0-9]$/), 'x', '格式不正确，须匹配 /^[0-9]$/'],
  [z.string().startsWith('9'), 'x', '须以“9”开头'],
  [z.enum(['1', '2']), 'x', '只能是以下之一：“1”、“2”'],
  [z.literal('1'), 'x', '只能是“1”'],
  [z.number().multipleOf(5), 3, '须为 5 的倍数'],
  [z.strictObject({}), { '1': 1 }, '未知字段：“1”'],
  [z.record(z.string().max(1), z.int()), { '22': 1 }, '字段名不符合要求'],
  [z.union([z.int(), z.boolean()]), 'x', '不符合任何一种允许的形式'],
  [z.string().refine(() => false), 'x', '不符合要求'],
  [z.string().refine(() => false, inWords('never', '永远不行')), 'x', '永远不行'],
  [z.string(), '\0', '包含空字符（NUL）'],
  [z.number(), Number.POSITIVE_INFINITY, '不是有限的数字'],
]

test.each(CASES)('what is wrong is said in Chinese, %#', (schema, raw, zh) => {
  expect(told(schema, raw, 'zh')).toEqual([zh])
})

test('and in English', () => {
  for (const [schema, raw] of CASES)
    for (const text of told(schema, raw, 'en')) expect(text).not.toMatch(/\p{Script=Han}/u)
  expect(
    told(
      z.string().refine(() => false, inWords('never', '永远不行')),
      'x',
      'en',
    ),
  ).toEqual(['never'])
})
