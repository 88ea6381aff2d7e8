// What the warehouse answers: values of many traits for many members from one reading of their events.
import type { Warehouse } from '#kernel/context'
import type { Definition } from './definition.ts'
import { CODE, type Plan, planMeasure } from './measure.ts'
import { planRfm, segmentOf, type Thresholds } from './rfm.ts'
import { planScore } from './score.ts'
import { createSheet, membersSql, NEVER, type Sheet, type Who } from './sheet.ts'
import type { Value } from './tables.ts'

/** A trait as it is measured; of RFM with the borders that hold. */
export interface Measurable {
  id: string
  definition: Definition
  thresholds: Thresholds | null
}

export interface Judged {
  value: Value | null
  /** Milliseconds; null: time alone changes nothing. */
  next: number | null
}

export function planOf({ definition: { measure, score, rfm }, thresholds }: Measurable, sheet: Sheet): Plan {
  if (measure) return planMeasure(measure, sheet)
  if (score) return planScore(score, sheet)
  if (rfm) return planRfm(rfm, thresholds ?? { recency: [], frequency: [], money: [] }, sheet)
  throw new Error('a trait without a definition')
}

/** A coded value as it is kept and told. */
export function decode(coded: string): Value | null {
  const text = coded.slice(1)
  switch (coded[0]) {
    case CODE.text:
      return text
    case CODE.number:
      return Number(text) === 0 ? 0 : Number(text)
    case CODE.bool:
      return text === 'true'
    case CODE.instant:
      return new Date(Number(text)).toISOString()
    case CODE.rfm: {
      const [r = 0, f = 0, m = 0] = [...text].map(Number)
      return { f, m, r, score: r * 100 + f * 10 + m, segment: segmentOf(r, f, m) }
    }
    default:
      return null
  }
}

/** The number of a value, by which members are ordered and spread. */
export function numberOf(value: Value | null): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'object' || value === null) return null
  return typeof value.score === 'number' ? value.score : null
}

const nothing: Judged = { value: null, next: null }

interface Answers {
  /** What a trait is for a root number; nothing where no event speaks of it. */
  of(trait: Measurable, number: number): Judged
}

/** Measures all of these traits for all of `who`, each member at its instant, with one query. */
export async function judge(
  warehouse: Warehouse,
  traits: readonly Measurable[],
  who: Who,
  { zone, lane }: { zone: string; lane: 'live' | 'interactive' | 'background' },
): Promise<Answers> {
  const place = new Map(traits.map((t, i) => [t.id, i]))
  if (traits.length === 0 || (who.kind === 'some' && who.numbers.length === 0)) return { of: () => nothing }
  const sheet = createSheet(zone)
  const plans = traits.map((t) => planOf(t, sheet))
  const columns = [`[${plans.map((p) => p.value).join(', ')}] AS v`, `[${plans.map((p) => p.next).join(', ')}] AS n`]
  // Few members are read sooner than threads are started.
  const threads = who.kind === 'some' ? ' SETTINGS max_threads = 1' : ''
  const rows = await warehouse.query<{ root: number; v: string[]; n: (number | string)[] }>(
    membersSql(sheet, who, columns) + threads,
    sheet.params,
    { lane },
  )
  const found = new Map(rows.map((r) => [Number(r.root), r]))
  return {
    of(trait, number) {
      const row = found.get(number)
      const i = place.get(trait.id)
      if (!row || i === undefined) return nothing
      const next = Number(row.n[i])
      return { value: decode(row.v[i] ?? ''), next: next < NEVER ? next : null }
    },
  }
}
