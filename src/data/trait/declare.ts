// The slice's head and its event; operations are in the other parts.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { migrations, type TraitTables } from './tables.ts'

export const { event, action, query, listener, job, timer, capability } = slice<TraitTables>()('trait', {
  layer: 'data',
  title: { en: 'Traits', zh: '计算属性' },
  rights: {
    'trait.read': {
      title: { en: 'See traits and their values', zh: '查看计算属性及取值' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'trait.manage': { title: { en: 'Define traits', zh: '定义计算属性' }, roles: ['manager', 'analyst'] },
  },
  migrations,
})

const scalar = z.union([z.string(), z.number(), z.boolean()])
export const valueShape = z.union([scalar, z.record(z.string(), z.union([z.string(), z.number()]))]).nullable()

/** A value that has changed. Conditions read it as the property `trait.<key>`, a score also as the score `<key>`. */
export const changed = event('trait.changed', {
  title: { en: 'Trait changed', zh: '计算属性变化' },
  class: 'system',
  data: z.object({
    key: z.string().max(50).meta({ en: 'Trait', zh: '计算属性' }),
    value: valueShape.meta({ en: 'Value', zh: '新值' }),
    before: valueShape.meta({ en: 'Before', zh: '原值' }),
    score: z.literal(true).optional(),
    /** Because everybody was measured by a new definition, not because of the member. */
    definition: z.literal(true).optional(),
  }),
  facts: ({ data: { key, value, before, score } }) => [
    ...partsOf(key, value, before).map(([path, part]) => ({ key: `property:trait.${path}`, value: part })),
    ...(score ? [{ key: `score:${key}`, value }] : []),
  ],
})

type Told = z.output<typeof valueShape>

/** A value of several parts is one property for each of them; parts that are no more are ended. */
function partsOf(key: string, value: Told, before: Told): [string, unknown][] {
  const parts = [before, value].filter((v) => typeof v === 'object' && v !== null)
  if (parts.length === 0) return [[key, value]]
  const now = typeof value === 'object' && value !== null ? value : {}
  const all = [...new Set(parts.flatMap((p) => Object.keys(p ?? {})))]
  const whole: [string, unknown][] = typeof value === 'object' && typeof before === 'object' ? [] : [[key, null]]
  return [...whole, ...all.map((part): [string, unknown] => [`${key}.${part}`, now[part] ?? null])]
}
