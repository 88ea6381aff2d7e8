// The slice's head and what its operations share.
import { z } from 'zod'
import { metricDefinition, metricKey } from '#data/segment'
import { slice } from '#kernel/capability'
import { FORMATS, type MetricTables, migrations } from './tables.ts'

export const { action, query, capability } = slice<MetricTables>()('metric', {
  layer: 'data',
  title: { en: 'Metrics', zh: '指标' },
  rights: {
    'metric.read': {
      title: { en: 'See metrics and their values', zh: '查看指标及数值' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'metric.manage': { title: { en: 'Define metrics', zh: '定义指标' }, roles: ['manager', 'analyst'] },
  },
  migrations,
})

export const key = metricKey.meta({ en: 'Key', zh: '标识' })
const words = (most: number, least = 0) => z.string().trim().min(least).max(most)

/** What a metric is made of. */
export const fields = {
  name: z.object({ en: words(100, 1), zh: words(100, 1) }).meta({ en: 'Name', zh: '名称' }),
  description: z.object({ en: words(500), zh: words(500) }).meta({ en: 'Description', zh: '说明' }),
  definition: metricDefinition.meta({ en: 'What counts', zh: '统计口径' }),
  format: z.enum(FORMATS).meta({ en: 'Format', zh: '格式' }),
  unit: z
    .object({ en: words(30, 1), zh: words(30, 1) })
    .nullable()
    .meta({ en: 'Unit', zh: '单位' }),
  ownerId: z.uuid().nullable().meta({ en: 'Owner', zh: '负责人' }),
}

const text = z.object({ en: z.string(), zh: z.string() })
/** The same as it is told. */
export const shown = z.object({
  key: z.string(),
  name: text,
  description: text,
  definition: z.record(z.string(), z.unknown()),
  /** The definition as a sentence. */
  sentence: text,
  format: z.enum(FORMATS),
  unit: text.nullable(),
  ownerId: z.uuid().nullable(),
  preset: z.string().nullable(),
  version: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
