// The slice's head and its events; operations are in manage.ts, preview.ts and explain.ts.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { migrations, type SegmentTables } from './tables.ts'

export const { event, action, query, reactor, listener, job, timer, capability } = slice<SegmentTables>()('segment', {
  layer: 'data',
  title: { en: 'Segments', zh: '分群' },
  rights: {
    'segment.read': {
      title: { en: 'See segments and their members', zh: '查看分群及其成员' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'segment.manage': {
      title: { en: 'Create and change segments', zh: '创建和修改分群' },
      roles: ['manager', 'analyst'],
    },
    'segment.export': {
      title: { en: 'Export members of segments', zh: '导出分群成员' },
      roles: ['manager', 'analyst'],
    },
    'segment.bulk': {
      title: { en: 'Act on all members of a segment', zh: '对分群成员批量操作' },
      roles: ['manager', 'support'],
    },
  },
  migrations,
})

const segmentId = z.uuid().meta({ en: 'Segment', zh: '分群' })
const name = z.string().max(100).meta({ en: 'Name', zh: '名称' })

export const created = event('segment.created', {
  title: { en: 'Segment created', zh: '分群已创建' },
  class: 'system',
  data: z.object({ segmentId, name }),
})
export const updated = event('segment.updated', {
  title: { en: 'Segment changed', zh: '分群已修改' },
  class: 'system',
  data: z.object({ segmentId, name, version: z.int() }),
})
export const deleted = event('segment.deleted', {
  title: { en: 'Segment deleted', zh: '分群已删除' },
  class: 'system',
  data: z.object({ segmentId, name }),
})
/** `definition`: because the segment was made or changed, not because of the member. */
const transition = z.object({
  segmentId,
  name,
  definition: z.literal(true).optional(),
  /** Where it is another slice's: whose, and which of that slice's things. */
  origin: z.enum(['tag', 'layer']).optional(),
  ref: z.string().max(200).optional(),
})
export const entered = event('segment.entered', {
  title: { en: 'Entered a segment', zh: '进入分群' },
  class: 'system',
  data: transition,
})
export const left = event('segment.left', {
  title: { en: 'Left a segment', zh: '离开分群' },
  class: 'system',
  data: transition,
})

export const events = [created, updated, deleted, entered, left]
