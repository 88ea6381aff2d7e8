// The slice's head, its events, and the shapes its operations share.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { duration } from '#kernel/time'
import { COLOURS, migrations, SOURCES, type TagTables, VERIFICATIONS } from './tables.ts'

export const { event, action, query, reactor, job, timer, capability } = slice<TagTables>()('tag', {
  layer: 'data',
  title: { en: 'Tags', zh: '标签' },
  rights: {
    'tag.read': {
      title: { en: 'See tags and who has them', zh: '查看标签及打标成员' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'tag.apply': {
      title: { en: 'Put tags on members, take them off, verify them', zh: '为成员打标、去标与核验' },
      roles: ['manager', 'support', 'moderator', 'analyst', 'store'],
    },
    'tag.manage': {
      title: { en: 'Create, change, merge and delete tags', zh: '创建、修改、合并与删除标签' },
      roles: ['manager', 'analyst'],
    },
  },
  migrations,
})

/** Letters and digits of any script, so that a key may be the Chinese name itself. */
const KEY = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,99}$/u
export const key = z.string().trim().max(100).regex(KEY).meta({ en: 'Tag', zh: '标签', from: 'tag' })
export const dimensionKey = z.string().trim().max(100).regex(KEY).meta({ en: 'Dimension', zh: '维度' })

const words = z.string().trim().min(1).max(100)
/** One text counts for both languages. */
export const titleInput = z.union([words, z.object({ en: words, zh: words })]).meta({ en: 'Name', zh: '名称' })
const line = z.string().trim().max(500)
export const descriptionInput = z
  .union([line, z.object({ en: line, zh: line })])
  .meta({ en: 'Description', zh: '说明' })
export const text = z.object({ en: z.string(), zh: z.string() })

export const colour = z.enum(COLOURS).meta({ en: 'Colour', zh: '颜色' })
export const ownerId = z.uuid().meta({ en: 'Owner', zh: '负责人', from: 'operator' })
export const lapsesAfter = duration.meta({ en: 'Lasts for', zh: '有效期' })
export const source = z.enum(SOURCES)
export const verification = z.enum(VERIFICATIONS).meta({ en: 'Verification', zh: '核验结果' })
export const when = z.iso.datetime()
export const id = z.uuid()

/** What a member is told to have by name as well, so that a timeline reads without a look-up. */
const about = { tag: key, name: z.string().max(100).meta({ en: 'Name', zh: '名称' }) }

export const created = event('tag.created', {
  title: { en: 'Tag created', zh: '标签已创建' },
  class: 'system',
  data: z.object(about),
})
export const updated = event('tag.updated', {
  title: { en: 'Tag changed', zh: '标签已修改' },
  class: 'system',
  data: z.object({ ...about, changed: z.array(z.string().max(50)).max(20) }),
})
export const deleted = event('tag.deleted', {
  title: { en: 'Tag deleted', zh: '标签已删除' },
  class: 'system',
  data: z.object(about),
})
export const merged = event('tag.merged', {
  title: { en: 'Tags merged', zh: '标签已合并' },
  class: 'system',
  data: z.object({ ...about, into: key }),
})
/** `merge`: said again because members were merged or taken apart, so that what was told last holds. */
export const applied = event('tag.applied', {
  title: { en: 'Tag applied', zh: '打上标签' },
  class: 'system',
  data: z.object({ ...about, source: z.enum([...SOURCES, 'merge']).meta({ en: 'Source', zh: '来源' }) }),
  facts: ({ data }) => [{ key: `tag:${data.tag}`, value: true }],
})
export const removed = event('tag.removed', {
  title: { en: 'Tag removed', zh: '移除标签' },
  class: 'system',
  data: z.object({
    ...about,
    reason: z.enum(['removed', 'lapsed', 'replaced', 'merged', 'deleted', 'undone']).meta({ en: 'Reason', zh: '原因' }),
  }),
  facts: ({ data }) => [{ key: `tag:${data.tag}`, value: null }],
})

/** Refusals that several operations share. */
export const keptByCondition = {
  'tag.dynamic': {
    status: 409,
    title: {
      en: 'A dynamic tag follows its condition; it cannot be put on or taken off by hand',
      zh: '动态标签由条件自动判定，不能手动打标或去标',
    },
  },
} as const
export const inUse = {
  'tag.in_use': { status: 409, title: { en: 'Something uses this tag', zh: '该标签正在被使用' } },
} as const
export const overlapping = {
  'tag.dimension_overlap': {
    status: 409,
    title: {
      en: 'Some members have more than one tag of this dimension',
      zh: '部分成员在该维度下有多个标签，不能设为单选维度',
    },
  },
} as const
