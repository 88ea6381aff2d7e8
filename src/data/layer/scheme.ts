// A scheme: layers in the order in which they are asked, the last one for everybody else, so that each member is in
// exactly one.
import { z } from 'zod'
import { type Condition, condition } from '#data/segment'
import { inWords } from '#kernel/flaw'
import type { Text } from '#kernel/text'

/** Series colours of the charts by name, so that a layer looks right in both themes. */
export const COLOURS = ['green', 'orange', 'blue', 'pink', 'lime', 'violet', 'grey'] as const

export interface LayerAction {
  title: Text
  /** What a journey made from it would say to the member. */
  message: { title: Text; body: Text } | null
}

export interface Layer {
  /** Stays while the layer is changed; what is kept live goes by it. */
  key: string
  name: Text
  /** null: whoever no layer before it holds for. */
  condition: Condition | null
  /** Share of all members that is to be expected, 0 to 1. */
  expected: number | null
  /** Share of the revenue of twelve months that is to be expected, 0 to 1. */
  expectedRevenue: number | null
  colour: (typeof COLOURS)[number]
  actions: LayerAction[]
}

const text = (most: number) =>
  z.object({ en: z.string().trim().min(1).max(most), zh: z.string().trim().min(1).max(most) })
const share = z.number().min(0).max(1).nullable().default(null)
const action = z.object({
  title: text(60).meta({ en: 'Action', zh: '动作' }),
  message: z
    .object({ title: text(60), body: text(500) })
    .nullable()
    .default(null)
    .meta({ en: 'Message', zh: '消息' }),
})

const layer = z.object({
  key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/)
    .optional()
    .meta({ en: 'Key', zh: '标识' }),
  name: text(40).meta({ en: 'Name', zh: '名称' }),
  condition: condition.nullable().default(null).meta({ en: 'Condition', zh: '条件' }),
  expected: share.meta({ en: 'Expected share of members', zh: '预期人数占比' }),
  expectedRevenue: share.meta({ en: 'Expected share of revenue', zh: '预期营收占比' }),
  colour: z.enum(COLOURS).default('grey').meta({ en: 'Colour', zh: '颜色' }),
  actions: z.array(action).max(6).default([]).meta({ en: 'Recommended actions', zh: '推荐动作' }),
})
type Given = z.output<typeof layer>

/** More than anybody tells apart in one chart. */
const MOST_LAYERS = 12
/** Sums of shares such as 0.1 + 0.2 are off by less. */
const ROUNDING = 1e-9

const isOrdered = (list: readonly Given[]) =>
  list.some((l) => l.condition !== null) && list.slice(0, -1).every((l) => l.condition !== null)
const isDistinct = (list: readonly Given[]) => {
  const keys = list.flatMap((l) => l.key ?? [])
  return new Set(keys).size === keys.length
}
const isWhole = (field: 'expected' | 'expectedRevenue') => (list: readonly Given[]) =>
  list.reduce((sum, l) => sum + (l[field] ?? 0), 0) <= 1 + ROUNDING
/** The last layer's definition holds all conditions, so what fits it fits every layer. */
const isCompact = (list: readonly Given[]) => condition.safeParse(definitionOf(completed(list), list.length)).success

/** Layers as an operator gives them. Where the last one has a condition, one for everybody else follows by itself. */
export const layersInput = z
  .array(layer)
  .min(1)
  .max(MOST_LAYERS)
  .refine(isOrdered, inWords('only the last layer may be without a condition', '只有最后一层可以不设条件'))
  .refine(isDistinct, inWords('two layers have the same key', '分层标识不能重复'))
  .refine(isWhole('expected'), inWords('expected shares add up to more than 100 %', '预期人数占比之和超过 100%'))
  .refine(
    isWhole('expectedRevenue'),
    inWords('expected revenue adds up to more than 100 %', '预期营收占比之和超过 100%'),
  )
  .refine(isCompact, inWords('too many conditions in all, or nested too deeply', '条件总数过多或嵌套过深'))

export const nameInput = text(50).meta({ en: 'Name', zh: '名称' })
export const aboutInput = z
  .object({ en: z.string().trim().max(300), zh: z.string().trim().max(300) })
  .meta({ en: 'What it is for', zh: '用途' })

const OTHER: Omit<Layer, 'key'> = {
  name: { en: 'Other', zh: '其他' },
  condition: null,
  expected: null,
  expectedRevenue: null,
  colour: 'grey',
  actions: [],
}

/** With a key each, and a last layer for everybody else. */
export function completed(given: readonly Given[]): Layer[] {
  const taken = new Set(given.flatMap((l) => l.key ?? []))
  const fresh = (wanted: string): string => {
    for (let n = 1; ; n++) {
      const key = wanted === 'other' && n === 1 ? wanted : `${wanted}-${n}`
      if (taken.has(key)) continue
      taken.add(key)
      return key
    }
  }
  const layers = given.map((l): Layer => ({ ...l, key: l.key ?? fresh(l.condition === null ? 'other' : 'layer') }))
  return given.at(-1)?.condition === null ? layers : [...layers, { ...OTHER, key: fresh('other') }]
}

/** Whom the i-th layer holds for: its own condition and none of those before it. */
export function definitionOf(layers: readonly Layer[], i: number): Condition {
  const own = layers[i]?.condition
  const before = conditionsOf(layers.slice(0, i)).map((c): Condition => ({ not: c }))
  const parts = own ? [own, ...before] : before
  const [only] = parts
  return parts.length === 1 && only ? only : { all: parts }
}

/** Their conditions in order; the last layer has none. */
export const conditionsOf = (layers: readonly Layer[]): Condition[] => layers.flatMap((l) => l.condition ?? [])

/** What the definition of a layer is kept live under. */
export const refOf = (schemeId: string, key: string) => `${schemeId}/${key}`
