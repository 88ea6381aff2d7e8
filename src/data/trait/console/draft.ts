// A trait while it is being written.
import type { Input } from '#web/api.ts'
import { type EventNames, type FilterDraft, namesOf, type Path, pathText } from '../../segment/console/draft.ts'
import { missingOf } from '../../segment/console/missing.ts'
import { FNS, type Fn } from '../fn.ts'

export type Definition = Input<'trait.create'>['definition']
export type Kind = 'measure' | 'score' | 'rfm'

export interface SourceDraft {
  event: EventNames
  where: readonly FilterDraft[]
  communityId?: string
  within?: string
}
export interface MeasureDraft extends SourceDraft {
  fn: Fn
  of?: Path
}
export interface ComponentDraft {
  key: string
  title: string
  measure: MeasureDraft
  scale: { from: number; to: number; log?: boolean }
  weight: number
}
export interface DefinitionDraft {
  measure?: MeasureDraft
  score?: { components: readonly ComponentDraft[] }
  rfm?: SourceDraft & { amount: Path }
}

export const blankMeasure: MeasureDraft = { event: '', where: [], within: '30d', fn: 'count' }
export const blankOf: Record<Kind, DefinitionDraft> = {
  measure: { measure: blankMeasure },
  score: { score: { components: [blankComponent([])] } },
  rfm: { rfm: { event: 'order.paid', where: [], amount: 'amount' } },
}

export function blankComponent(others: readonly ComponentDraft[]): ComponentDraft {
  const taken = new Set(others.map((c) => c.key))
  let n = others.length + 1
  while (taken.has(`part${n}`)) n++
  return { key: `part${n}`, title: '', measure: blankMeasure, scale: { from: 0, to: 10 }, weight: 50 }
}

export const kindOf = (d: DefinitionDraft): Kind => (d.score ? 'score' : d.rfm ? 'rfm' : 'measure')

/** The measure with another function: its field stays where there is one. */
export function withFn({ of, ...m }: MeasureDraft, fn: Fn): MeasureDraft {
  if (FNS[fn].of === 'none') return { ...m, fn }
  return { ...m, fn, ...(of === undefined ? (FNS[fn].of === 'needed' ? { of: '' } : {}) : { of }) }
}

const isWhole = (s: SourceDraft) =>
  namesOf(s.event).length > 0 && missingOf({ event: s.event, where: s.where }).length === 0

const isMeasured = (m: MeasureDraft) => isWhole(m) && (FNS[m.fn].of !== 'needed' || pathText(m.of) !== '')

/** As the server takes it; null while something is missing. */
export function finished(draft: DefinitionDraft): Definition | null {
  const { measure, score, rfm } = draft
  const isReady =
    (measure === undefined || isMeasured(measure)) &&
    (rfm === undefined || (isWhole(rfm) && pathText(rfm.amount) !== '')) &&
    (score === undefined ||
      (score.components.every((c) => isMeasured(c.measure) && c.title.trim() !== '' && c.scale.from !== c.scale.to) &&
        score.components.some((c) => c.weight > 0)))
  return isReady ? (draft as Definition) : null
}
