// Which column of a table is what of a member: suggested from the header, said by the operator, applied row by row.
import { z } from 'zod'
import type { Text } from '#kernel/text'
import { startOfDay } from '#kernel/time'
import { isSharedId } from '#people/member'
import { ERROR_HEADINGS } from './error-file.ts'
import { MOST_COLUMNS } from './sheet.ts'

/** The reserved fields of a member that a column can fill. */
const FIELDS = ['name', 'email', 'phone', 'avatar', 'birthday', 'gender', 'locale', 'timezone'] as const
const VALUE_TYPES = ['text', 'number', 'boolean', 'date'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

/** `externalId`, `createdAt`, a field, or `property:<key>`. */
const target = z.union([
  z.enum(['externalId', 'createdAt', ...FIELDS]),
  z.string().regex(/^property:[^.\s](.{0,98}[^.\s])?$/u, { message: 'property:<key>, ≤ 100' }),
])
type Target = z.output<typeof target>

export const columnMapping = z.object({
  /** Counted from 0. */
  column: z
    .int()
    .min(0)
    .max(MOST_COLUMNS - 1),
  to: target,
  type: z.enum(VALUE_TYPES).default('text'),
})
export type ColumnMapping = z.output<typeof columnMapping>

/** How people head such columns, in small letters and without blanks, dashes and underscores. */
const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  externalId: [
    ...['id', 'externalid', 'userid', 'uid', 'memberid', 'customerid', 'memberno', 'customerno'],
    ...[
      '会员id',
      '会员编号',
      '会员号',
      '用户id',
      '用户编号',
      '客户id',
      '客户编号',
      '成员id',
      '编号',
      '卡号',
      '会员卡号',
    ],
  ],
  email: ['email', 'mail', 'emailaddress', '邮箱', '电子邮箱', '邮件', '电子邮件', '邮箱地址'],
  phone: [
    ...['phone', 'mobile', 'tel', 'telephone', 'cellphone', 'phonenumber', 'mobilenumber'],
    ...['手机', '手机号', '手机号码', '电话', '电话号码', '联系电话', '联系方式'],
  ],
  name: [
    ...['name', 'fullname', 'displayname', 'nickname', 'membername', 'customername'],
    ...['姓名', '昵称', '名字', '名称', '会员姓名', '客户姓名', '用户名', '称呼'],
  ],
  gender: ['gender', 'sex', '性别'],
  birthday: ['birthday', 'birthdate', 'dateofbirth', 'dob', '生日', '出生日期', '出生年月日'],
  avatar: ['avatar', 'photo', 'picture', '头像'],
  locale: ['locale', 'language', '语言'],
  timezone: ['timezone', '时区'],
  createdAt: [
    ...['createdat', 'registeredat', 'registered', 'signupdate', 'joinedat', 'joindate', 'membersince'],
    ...['注册时间', '注册日期', '入会时间', '入会日期', '加入时间', '创建时间'],
  ],
}
const BY_HEADING = new Map(Object.entries(HEADINGS).flatMap(([to, names]) => names.map((n) => [n, to] as const)))

const plain = (heading: string) => heading.toLowerCase().replace(/[\s_-]/g, '')

/** A mapping to begin with: known headings fill fields, others are properties under their own names. */
export function suggestMapping(header: readonly string[], samples: readonly (readonly string[])[]): ColumnMapping[] {
  const taken = new Set<string>()
  const mapping = header.flatMap((heading, column): ColumnMapping[] => {
    const known = BY_HEADING.get(plain(heading))
    const values = samples.map((row) => row[column] ?? '').filter((v) => v !== '')
    const key = heading
      .trim()
      .replace(/^\.+|\.+$/g, '')
      .slice(0, 100)
    const to = known && !taken.has(known) ? known : `property:${key}`
    if (key === '' || taken.has(to) || ERROR_HEADINGS.includes(heading)) return []
    taken.add(to)
    const type = known === to ? 'text' : detectType(values)
    return [{ column, to: to as Target, type }]
  })
  return mapping
}

const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/
const DATE = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/
const TIME = /^(.+?)[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, y: true, '1': true, 是: true, 真: true },
  ...{ false: false, no: false, n: false, '0': false, 否: false, 假: false },
}

/** What all values are. Numbers that would lose digits (long ids, leading zeros) stay text. */
export function detectType(values: readonly string[]): ValueType {
  if (values.length === 0) return 'text'
  if (values.every((v) => NUMBER.test(v) && Number.isSafeInteger(Math.trunc(Number(v))))) return 'number'
  if (values.every((v) => /^(true|false|yes|no|是|否)$/i.test(v))) return 'boolean'
  if (values.every((v) => readDate(v, 'UTC') !== null)) return 'date'
  return 'text'
}

/** `2020-01-05`, `2020/1/5`, `2020年1月5日`, with a time of the zone or an offset: a day or an instant; null when none. */
export function readDate(text: string, zone: string): { day: string } | { at: Date } | null {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) {
    const at = new Date(text)
    return Number.isNaN(at.getTime()) ? null : { at }
  }
  const time = TIME.exec(text)
  const day = dayOf(time?.[1]?.trim() ?? text)
  if (!day) return null
  if (!time) return { day }
  const [hour, minute, second, ms] = [time[2], time[3], time[4] ?? '0', (time[5] ?? '0').padEnd(3, '0')].map(Number)
  const of = { hour: hour ?? 0, minute: minute ?? 0, second: second ?? 0 }
  if (of.hour > 23 || of.minute > 59 || of.second > 59) return null
  const since = ((of.hour * 60 + of.minute) * 60 + of.second) * 1000 + (ms ?? 0)
  return { at: new Date(startOfDay(day, zone).getTime() + since) }
}

function dayOf(text: string): string | null {
  const match = DATE.exec(text)
  if (!match) return null
  const day = `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}`
  return new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day ? day : null
}

export interface MappedMember {
  externalId: string
  properties: Record<string, string | number | boolean>
  createdAt: Date | null
}
export interface Flaw {
  field: string
  message: Text
}

/** What a row says of a member, or everything that is wrong with it. Empty cells say nothing. */
export function mapRow(
  cells: readonly string[],
  mapping: readonly ColumnMapping[],
  zone: string,
): { member: MappedMember } | { flaws: Flaw[] } {
  const member: MappedMember = { externalId: '', properties: {}, createdAt: null }
  const flaws: Flaw[] = []
  for (const { column, to, type } of mapping) {
    const raw = cells[column] ?? ''
    const text = raw.trim()
    if (text === '') continue
    const flaw = (en: string, zh: string) => flaws.push({ field: to, message: { en, zh } })
    if (to === 'externalId') {
      if (text.length > 200) flaw('The id has more than 200 characters', '标识超过 200 个字符')
      else if (isSharedId(text))
        flaw(
          `“${shown(text)}” stands for nobody in particular; as an id it would merge strangers into one member`,
          `“${shown(text)}”是公用占位标识，不代表具体的人；用作成员标识会把不同的人合并成一个成员，已拒绝`,
        )
      else member.externalId = text
    } else if (to === 'createdAt' || to === 'birthday') {
      const date = readDate(text, zone)
      if (!date) flaw(`Not a date: ${shown(text)}`, `日期无法识别：${shown(text)}`)
      else if (to === 'birthday')
        member.properties.birthday = 'day' in date ? date.day : date.at.toISOString().slice(0, 10)
      else {
        member.createdAt = 'day' in date ? startOfDay(date.day, zone) : date.at
        if (member.createdAt.getUTCFullYear() < 1990) flaw('Before 1990', '早于 1990 年')
      }
    } else if (to === 'email' && !/^[^\s@]{1,64}@[^\s@]{1,189}$/.test(text))
      flaw(`Not an e-mail address: ${shown(text)}`, `邮箱格式不正确：${shown(text)}`)
    else {
      const value = to.startsWith('property:') ? read(raw, type, zone) : text
      if (value === null) flaw(`Not a ${type}: ${shown(text)}`, `不是有效的${TYPE_NAMES[type]}：${shown(text)}`)
      else if (typeof value === 'string' && value.length > 2000) flaw('More than 2,000 characters', '超过 2000 个字符')
      else member.properties[to.replace(/^property:/, '')] = value
    }
  }
  if (member.externalId === '' && !member.properties.email && !member.properties.phone && flaws.length === 0)
    flaws.push({ field: 'externalId', message: { en: 'Nothing says who this is', zh: '缺少成员标识、邮箱或手机号' } })
  return flaws.length > 0 ? { flaws } : { member }
}

const TYPE_NAMES: Readonly<Record<ValueType, string>> = { text: '文本', number: '数字', boolean: '是/否', date: '日期' }
const shown = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

function read(raw: string, type: ValueType, zone: string): string | number | boolean | null {
  const text = raw.trim()
  if (type === 'number') return NUMBER.test(text) ? Number(text) : null
  if (type === 'boolean') return BOOLEANS[text.toLowerCase()] ?? null
  if (type === 'text') return raw
  const date = readDate(text, zone)
  return date && ('day' in date ? date.day : date.at.toISOString())
}
