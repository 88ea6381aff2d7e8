import { z } from 'zod'
import { slice } from '#kernel/capability'
import { inWords } from '#kernel/flaw'
import { isObject } from './property.ts'
import { type MemberTables, migrations } from './tables.ts'

export const { event, action, query, job, timer, capability } = slice<MemberTables>()('member', {
  layer: 'people',
  title: { en: 'Members', zh: '成员' },
  rights: {
    'member.read': {
      title: { en: 'See members', zh: '查看成员' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'member.write': { title: { en: 'Edit members', zh: '编辑成员' }, roles: ['manager', 'support', 'store'] },
    'member.see_contact': {
      title: { en: 'See phone and e-mail in full', zh: '查看完整手机号和邮箱' },
      roles: ['manager', 'support'],
    },
    'member.note': {
      title: { en: 'Write notes on members', zh: '填写成员备注' },
      roles: ['manager', 'support', 'moderator', 'store'],
    },
    'member.merge': { title: { en: 'Merge members', zh: '合并成员' }, roles: ['manager'] },
    'member.assign': { title: { en: 'Assign members to staff', zh: '分配成员归属' }, roles: ['manager'] },
    'member.erase': { title: { en: 'Erase members', zh: '删除成员个人信息' }, roles: ['manager'] },
  },
  migrations,
})

/** One member as every answer names it. */
export const named = { memberId: z.uuid(), externalId: z.string().nullable() }

export const instant = z.iso.datetime()
export const isoOf = (at: Date | null): string | null => at?.toISOString() ?? null

/** What one event may weigh is enough for one member's properties, in characters of JSON. */
const MOST_SIZE = 32_000

export const propertiesInput = z
  .record(z.string().max(100), z.unknown())
  .refine(
    (p) => isObject(p) && Object.keys(p).length <= 200 && JSON.stringify(p).length <= MOST_SIZE,
    inWords('at most 200 properties and 32,000 characters', '最多 200 个属性，合计不超过 32000 个字符'),
  )
  .meta({ description: 'Properties by name; null removes one. Nested objects are merged by path.' })
