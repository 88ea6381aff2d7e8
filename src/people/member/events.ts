import { z } from 'zod'
import { event } from './declare.ts'

/** Paths with dots and what holds there now; null for what was removed. */
const changedProperties = z.record(z.string(), z.unknown())

/** The member of staff who looks after it from now on. */
const ownerId = z.uuid().nullable().optional()

interface Told {
  properties: Record<string, unknown>
  externalId?: string | undefined
  ownerId?: string | null | undefined
}
const facts = (data: Told) => [
  ...Object.entries(data.properties).map(([path, value]) => ({ key: `property:${path}`, value })),
  ...(data.externalId ? [{ key: 'property:externalId', value: data.externalId }] : []),
  ...(data.ownerId === undefined ? [] : [{ key: 'owner', value: data.ownerId }]),
]

export const created = event('member.created', {
  title: { en: 'Member created', zh: '成员已创建' },
  class: 'system',
  data: z.object({ externalId: z.string().optional(), properties: changedProperties, ownerId }),
  facts: ({ data }) => facts(data),
})

export const updated = event('member.updated', {
  title: { en: 'Member updated', zh: '成员资料已更新' },
  class: 'system',
  data: z.object({ externalId: z.string().optional(), properties: changedProperties, ownerId }),
  facts: ({ data }) => facts(data),
})

const pair = z.object({ keepId: z.uuid(), mergeId: z.uuid() })

export const merged = event('member.merged', {
  title: { en: 'Members merged', zh: '成员已合并' },
  class: 'system',
  data: pair,
})

export const unmerged = event('member.unmerged', {
  title: { en: 'Merge undone', zh: '已撤销合并' },
  class: 'system',
  data: pair,
})

export const erased = event('member.erased', {
  title: { en: 'Member erased', zh: '成员个人信息已删除' },
  class: 'system',
  /** With all that had been merged into it. */
  data: z.object({ memberIds: z.array(z.uuid()) }),
  facts: ({ data }) =>
    data.memberIds.flatMap((memberId) => [
      { key: 'erased', value: true, memberId },
      { key: 'owner', value: null, memberId },
    ]),
})

export const noted = event('member.noted', {
  title: { en: 'Note added', zh: '已添加备注' },
  class: 'system',
  data: z.object({ noteId: z.uuid() }),
})

/** What the calls `identify`, `group` and `alias` of the tracking API are stored as. */
export const identified = event('member.identified', {
  title: { en: 'Identified', zh: '身份识别' },
  class: 'system',
  data: z.object({ traits: z.record(z.string(), z.unknown()) }),
})

export const grouped = event('member.grouped', {
  title: { en: 'Linked to an account', zh: '已关联企业客户' },
  class: 'system',
  data: z.object({ groupId: z.string(), traits: z.record(z.string(), z.unknown()) }),
})

export const aliased = event('member.aliased', {
  title: { en: 'Another id told', zh: '新增身份标识' },
  class: 'system',
  data: z.object({ previousId: z.string() }),
})
