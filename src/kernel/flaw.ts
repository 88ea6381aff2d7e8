// What is wrong with an input, in the reader's language. zod's own Chinese mixes in English names of types and signs
// ("期望 number >=1"), so the Chinese wording is ours.
import { z } from 'zod'
import type { Text } from './text.ts'

type Issue = z.core.$ZodRawIssue

/** What a refinement says when it fails, in both languages: `.refine(check, inWords('…', '…'))`. */
export const inWords = (en: string, zh: string) => ({ message: en, params: { zh } })

/** What `clean` (json.ts) refuses. */
export const FLAWS = {
  nul: { en: 'holds a NUL character', zh: '包含空字符（NUL）' },
  number: { en: 'not a finite number', zh: '不是有限的数字' },
  depth: { en: 'nested too deeply', zh: '嵌套层级过深' },
  keys: { en: 'more than 500 keys in one object', zh: '单个对象的字段超过 500 个' },
} as const satisfies Record<string, Text>

/** zod's wording of an issue by locale, for `safeParse(raw, { error })`. */
export const wording = { en: z.locales.en().localeError, zh: inChinese }

/** The Chinese of an issue that was worded already: a refinement's own, else as it stands. */
export function chineseOf(issue: z.core.$ZodIssue): string {
  const own: unknown = issue.code === 'custom' ? issue.params?.zh : undefined
  return typeof own === 'string' ? own : issue.message
}

const TYPES: Readonly<Record<string, string>> = {
  ...{ string: '文本', number: '数字', int: '整数', bigint: '整数', boolean: '布尔值（true 或 false）', date: '日期' },
  ...{ array: '列表', tuple: '列表', object: '对象', record: '对象', null: '空值', undefined: '空值' },
}
const UNITS: Readonly<Record<string, string>> = {
  ...{ string: '个字符', array: '项', set: '项', map: '项', file: '字节' },
}
const FORMATS: Readonly<Record<string, string>> = {
  email: '邮箱格式不正确',
  url: '网址格式不正确',
  uuid: '编号格式不正确，须为 UUID',
  datetime: '时间格式不正确，例如 2026-11-22T08:00:00Z',
  date: '日期格式不正确，例如 2026-11-22',
  time: '时间格式不正确，例如 08:00:00',
  ipv4: 'IP 地址格式不正确',
  ipv6: 'IP 地址格式不正确',
}

function inChinese(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return '此项必填'
      return TYPES[issue.expected] ? `须为${TYPES[issue.expected]}` : '类型不正确'
    case 'invalid_value':
      return oneOf(issue.values)
    case 'too_small':
      return tooSmall(issue.origin, issue.minimum, issue.inclusive !== false, issue.exact === true)
    case 'too_big':
      return tooBig(issue.origin, issue.maximum, issue.inclusive !== false, issue.exact === true)
    case 'invalid_format':
      return wrongFormat(issue)
    case 'not_multiple_of':
      return `须为 ${issue.divisor} 的倍数`
    case 'unrecognized_keys':
      return `未知字段：${issue.keys.map(quoted).join('、')}`
    case 'invalid_key':
      return '字段名不符合要求'
    case 'invalid_union':
      return Array.isArray(issue.options) ? oneOf(issue.options) : '不符合任何一种允许的形式'
    default:
      return '不符合要求'
  }
}

const quoted = (value: unknown) => (typeof value === 'string' ? `“${value}”` : String(value))
const oneOf = (values: readonly unknown[]) =>
  `只能是${values.length > 1 ? '以下之一：' : ''}${values.map(quoted).join('、')}`

type Bound = number | bigint
/** A day is given in milliseconds. */
const shown = (origin: string, bound: Bound) => (origin === 'date' ? new Date(Number(bound)).toISOString() : `${bound}`)

function tooSmall(origin: string, bound: Bound, inclusive: boolean, exact: boolean): string {
  const unit = UNITS[origin]
  if (unit && exact) return `须为 ${bound} ${unit}`
  if (unit && Number(bound) === 1) return '不能为空'
  if (unit) return inclusive ? `至少 ${bound} ${unit}` : `须多于 ${bound} ${unit}`
  return inclusive ? `不能小于 ${shown(origin, bound)}` : `须大于 ${shown(origin, bound)}`
}

function tooBig(origin: string, bound: Bound, inclusive: boolean, exact: boolean): string {
  const unit = UNITS[origin]
  if (unit && exact) return `须为 ${bound} ${unit}`
  if (unit) return inclusive ? `最多 ${bound} ${unit}` : `须少于 ${bound} ${unit}`
  return inclusive ? `不能大于 ${shown(origin, bound)}` : `须小于 ${shown(origin, bound)}`
}

function wrongFormat(issue: Issue & { code: 'invalid_format' }): string {
  if (issue.format === 'regex') return `格式不正确，须匹配 ${issue.pattern}`
  if (issue.format === 'starts_with') return `须以${quoted(issue.prefix)}开头`
  if (issue.format === 'ends_with') return `须以${quoted(issue.suffix)}结尾`
  if (issue.format === 'includes') return `须包含${quoted(issue.includes)}`
  return FORMATS[issue.format] ?? '格式不正确'
}
