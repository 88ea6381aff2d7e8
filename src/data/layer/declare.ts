// The slice's head, its events, and what its operations share; operations are in manage.ts, read.ts, history.ts and
// member.ts.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import type { Context } from '#kernel/context'
import { type LayerTables, migrations } from './tables.ts'

export const { event, action, query, capability } = slice<LayerTables>()('layer', {
  layer: 'data',
  title: { en: 'Layers', zh: '分层' },
  rights: {
    'layer.read': {
      title: { en: 'See layers and their members', zh: '查看分层及其成员' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'layer.manage': {
      title: { en: 'Create and change layer schemes', zh: '创建和修改分层方案' },
      roles: ['manager', 'analyst'],
    },
  },
  migrations,
})

export type LayerQuery = Context<LayerTables, never>

const schemeId = z.uuid().meta({ en: 'Layer scheme', zh: '分层方案' })
const name = z.object({ en: z.string(), zh: z.string() }).meta({ en: 'Name', zh: '名称' })

export const created = event('layer.created', {
  title: { en: 'Layer scheme created', zh: '分层方案已创建' },
  class: 'system',
  data: z.object({ schemeId, name }),
})
export const updated = event('layer.updated', {
  title: { en: 'Layer scheme changed', zh: '分层方案已修改' },
  class: 'system',
  data: z.object({ schemeId, name }),
})
export const deleted = event('layer.deleted', {
  title: { en: 'Layer scheme deleted', zh: '分层方案已删除' },
  class: 'system',
  data: z.object({ schemeId, name }),
})
