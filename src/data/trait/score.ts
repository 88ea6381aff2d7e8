// A score: each component's measure on a scale of 0 to 100, weighed. What was never measured gives no points; who has
// none of it has no score.
import type { Component, Score } from './definition.ts'
import { codedNumber, type Plan, planMeasure } from './measure.ts'
import type { Sheet } from './sheet.ts'

/** Points of one component: 0–100, never NULL (`least` and `greatest` pass over NULL, so it is asked for first). */
function pointsSql({ scale }: Component, number: string, { bind }: Sheet): string {
  const [from, to] = [bind('Float64', scale.from), bind('Float64', scale.to)]
  const x = `assumeNotNull(${number})`
  const share = scale.log
    ? `(log1p(greatest(${x}, 0)) - log1p(${from})) / (log1p(${to}) - log1p(${from}))`
    : `(${x} - ${from}) / (${to} - ${from})`
  return `if(isNull(${number}), 0, greatest(least(${share} * 100, 100), 0))`
}

export interface ScorePlan extends Plan {
  components: readonly { plan: Plan; points: string }[]
}

/** The weighed mean of the points, to one decimal. */
export function planScore({ components }: Score, sheet: Sheet): ScorePlan {
  const parts = components.map((component) => {
    const plan = planMeasure(component.measure, sheet)
    return { component, plan, points: sheet.cell(pointsSql(component, plan.number, sheet)) }
  })
  const sum = components.reduce((total, c) => total + c.weight, 0)
  const weighed = parts.map((p) => `${sheet.bind('Float64', p.component.weight / sum)} * ${p.points}`).join(' + ')
  const some = parts.map((p) => `isNotNull(${p.plan.number})`).join(' OR ')
  const number = sheet.cell(`if(${some}, round(${weighed}, 1), NULL)`)
  return {
    components: parts,
    number,
    value: codedNumber(number),
    next: `least(${parts.map((p) => p.plan.next).join(', ')})`,
    counts: parts.map((p) => p.plan.counts).join(' OR '),
  }
}
