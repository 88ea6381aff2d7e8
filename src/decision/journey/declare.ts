// The slice's head and its events; the engine is in engine.ts, operations in manage.ts and runs.ts.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { type JourneyTables, migrations } from './tables.ts'

export const { event, action, query, listener, job, timer, capability } = slice<JourneyTables>()('journey', {
  layer: 'decision',
  title: { en: 'Journeys', zh: '自动化旅程' },
  rights: {
    'journey.read': {
      title: { en: 'See journeys and their runs', zh: '查看旅程及其运行' },
      roles: ['manager', 'content', 'support', 'analyst'],
    },
    'journey.manage': { title: { en: 'Edit journeys', zh: '编辑旅程' }, roles: ['manager', 'content'] },
    'journey.publish': {
      title: { en: 'Publish, pause and resume journeys', zh: '发布、暂停和恢复旅程' },
      roles: ['manager'],
    },
  },
  migrations,
})

const journeyId = z.uuid().meta({ en: 'Journey', zh: '旅程' })
const name = z.string().max(100).meta({ en: 'Name', zh: '名称' })
const runId = z.uuid().meta({ en: 'Run', zh: '运行' })

export const published = event('journey.published', {
  title: { en: 'Journey published', zh: '旅程已发布' },
  class: 'system',
  data: z.object({ journeyId, name, version: z.int() }),
})
export const entered = event('journey.entered', {
  title: { en: 'Entered a journey', zh: '进入旅程' },
  class: 'system',
  data: z.object({ journeyId, name, runId, version: z.int() }),
})
export const exited = event('journey.exited', {
  title: { en: 'Left a journey', zh: '离开旅程' },
  class: 'system',
  data: z.object({ journeyId, name, runId, reason: z.string() }),
})
export const failed = event('journey.failed', {
  title: { en: 'A journey could not go on', zh: '旅程运行失败' },
  class: 'system',
  data: z.object({ journeyId, name, runId, node: z.string(), reason: z.string() }),
})
export const events = [published, entered, exited, failed]
