import type { Answers, ChartKind } from '../../../console/insight/answer.ts'

/** The key of everybody an answer is about, where it has one: whose names stand beside the chart. */
export function wholeCell(kind: ChartKind, answer: unknown): string | null {
  const of: { readonly [K in ChartKind]?: (answer: Answers[K]) => string | undefined } = {
    trend: (a) => a.series.find((s) => !s.formula)?.totalCell,
    funnel: (a) => a.steps[0]?.cell,
    heatmap: (a) => a.totalCell,
    paths: (a) => a.totalCell,
    distribution: (a) => a.membersCell,
    sessions: (a) => a.totalCell,
    attribution: (a) => a.totalCell,
  }
  const find = of[kind] as ((answer: unknown) => string | undefined) | undefined
  return find?.(answer) ?? null
}
