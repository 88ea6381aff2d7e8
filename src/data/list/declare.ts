// The slice's head, its events, and the shapes its operations share.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { MOST_ID_LENGTH } from '#people/member'
import { type ListTables, migrations } from './tables.ts'

export const { event, action, query, listener, reactor, job, capability } = slice<ListTables>()('list', {
  layer: 'data',
  title: { en: 'Static lists', zh: '静态名单' },
  rights: {
    'list.read': {
      title: { en: 'See static lists', zh: '查看静态名单' },
      roles: ['manager', 'content', 'support', 'analyst', 'store'],
    },
    'list.manage': { title: { en: 'Change static lists', zh: '维护静态名单' }, roles: ['manager', 'analyst'] },
  },
  migrations,
})

/** One upload; a body of 100,000 ids of 36 characters is just below the 4 MB a request may have. */
export const MOST_IDS = 100_000

export const id = z.uuid()
export const name = z.string().trim().min(1).max(100)
export const when = z.iso.datetime()
export const externalIds = z
  .array(z.string().trim().min(1).max(MOST_ID_LENGTH))
  .max(MOST_IDS)
  .meta({ en: 'External ids', zh: '外部 ID' })
export const memberIds = z
  .array(id)
  .max(MOST_IDS)
  .meta({ en: 'Members', zh: '成员', description: 'For members without an external id' })
export const source = z
  .string()
  .trim()
  .max(200)
  .meta({ en: 'Where they come from', zh: '来源', description: 'A label, such as the name of the file' })
const listId = id.meta({ en: 'List', zh: '名单' })

export const created = event('list.created', {
  title: { en: 'List created', zh: '名单已创建' },
  class: 'system',
  data: z.object({ listId, name }),
})
export const renamed = event('list.renamed', {
  title: { en: 'List renamed', zh: '名单已重命名' },
  class: 'system',
  data: z.object({ listId, name }),
})
export const deleted = event('list.deleted', {
  title: { en: 'List deleted', zh: '名单已删除' },
  class: 'system',
  data: z.object({ listId, name }),
})
export const added = event('list.added', {
  title: { en: 'Put on a list', zh: '加入名单' },
  class: 'system',
  data: z.object({ listId }),
  facts: ({ data }) => [{ key: `list:${data.listId}`, value: true }],
})
export const removed = event('list.removed', {
  title: { en: 'Taken off a list', zh: '移出名单' },
  class: 'system',
  data: z.object({ listId }),
  facts: ({ data }) => [{ key: `list:${data.listId}`, value: null }],
})
/** A member that was merged or separated is on the lists its own entries are on, whatever was told before. */
export const settled = event('list.settled', {
  title: { en: 'On a list or not, after a merge', zh: '合并后的名单归属' },
  class: 'system',
  data: z.object({ listId, listed: z.boolean() }),
  facts: ({ data }) => [{ key: `list:${data.listId}`, value: data.listed ? true : null }],
})
