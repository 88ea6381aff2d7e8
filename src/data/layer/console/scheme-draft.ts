// A scheme while it is being written: layers with gaps, and the last one for everybody else.
import type { Input } from '#web/api.ts'
import type { Text } from '#web/text.ts'
import { type Draft, gaps, tidy } from '../../segment/console/draft.ts'
import { COLOUR_NAMES, type Colour, type Layer } from './look.ts'

type LayersInput = Input<'layer.create'>['layers']
export type Action = Layer['actions'][number]

export interface LayerDraft {
  /** Its identity on the page; a saved layer's key. */
  id: string
  key: string | undefined
  name: Text
  /** null for the last layer. */
  condition: Draft | null
  expected: number | null
  expectedRevenue: number | null
  colour: Colour
  actions: readonly Action[]
}

export interface SchemeDraft {
  name: Text
  about: Text
  layers: readonly LayerDraft[]
}

const NOTHING: Text = { en: '', zh: '' }
const BLANK: Draft = { all: [{ event: '', within: '30d', count: { op: 'gte', value: 1 } }] }

/** The first colour no layer has yet. */
const freeColour = (layers: readonly LayerDraft[]): Colour =>
  COLOUR_NAMES.find((c) => c !== 'grey' && !layers.some((l) => l.colour === c)) ?? 'grey'

const newLayer = (layers: readonly LayerDraft[]): LayerDraft => ({
  id: crypto.randomUUID(),
  key: undefined,
  name: NOTHING,
  condition: BLANK,
  expected: null,
  expectedRevenue: null,
  colour: freeColour(layers),
  actions: [],
})

export function blankScheme(): SchemeDraft {
  const other: LayerDraft = {
    ...newLayer([]),
    key: 'other',
    name: { en: 'Other', zh: '其他' },
    condition: null,
    colour: 'grey',
  }
  return { name: NOTHING, about: NOTHING, layers: [newLayer([]), other] }
}

interface Given {
  name: Text
  about: Text
  layers: readonly (Omit<LayerDraft, 'id' | 'key' | 'condition'> & { key: string; condition: unknown })[]
}

export const draftOf = (scheme: Given): SchemeDraft => ({
  name: scheme.name,
  about: scheme.about,
  layers: scheme.layers.map((l) => ({ ...l, id: l.key, condition: l.condition as Draft | null })),
})

/** A scheme of one's own that begins as a ready-made one. */
export const ownOf = (preset: Given): SchemeDraft => ({
  ...draftOf(preset),
  name: { en: `${preset.name.en} (own)`, zh: `${preset.name.zh}（自定义）` },
})

/** A further layer goes before the last one, which is everybody else. */
export const withLayer = (draft: SchemeDraft): SchemeDraft => ({
  ...draft,
  layers: draft.layers.toSpliced(-1, 0, newLayer(draft.layers)),
})

export const moved = (draft: SchemeDraft, i: number, by: 1 | -1): SchemeDraft => {
  const layer = draft.layers[i]
  return layer ? { ...draft, layers: draft.layers.toSpliced(i, 1).toSpliced(i + by, 0, layer) } : draft
}

/** One language stands for both until the other is written. */
const filled = ({ en, zh }: Text): Text => ({ en: en.trim() || zh.trim(), zh: zh.trim() || en.trim() })
const hasText = ({ en, zh }: Text) => en.trim() !== '' || zh.trim() !== ''

/** The layers as the server takes them; null while something is missing. */
export function layersOf({ layers }: SchemeDraft): LayersInput | null {
  const done: LayersInput = []
  for (const { key, name, condition, expected, expectedRevenue, colour, actions } of layers) {
    const asked = condition && gaps(condition) === 0 ? tidy(condition) : null
    if (!hasText(name) || (condition !== null && asked === null)) return null
    done.push({
      ...(key === undefined ? {} : { key }),
      name: filled(name),
      condition: asked,
      expected,
      expectedRevenue,
      colour,
      actions: actions
        .filter((a) => hasText(a.title))
        .map(({ title, message }) => ({
          title: filled(title),
          message:
            message && hasText(message.title) && hasText(message.body)
              ? { title: filled(message.title), body: filled(message.body) }
              : null,
        })),
    })
  }
  return done
}

/** Name, purpose and layers as the server takes them; null while something is missing. */
export function inputOf(draft: SchemeDraft): Input<'layer.create'> | null {
  const layers = layersOf(draft)
  return layers && hasText(draft.name) ? { name: filled(draft.name), about: filled(draft.about), layers } : null
}

/** What is expected of all layers together, 0 to 1. */
export const expectedOf = ({ layers }: SchemeDraft): number => layers.reduce((sum, l) => sum + (l.expected ?? 0), 0)
