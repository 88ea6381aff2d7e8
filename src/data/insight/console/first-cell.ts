// Whose names stand beside the chart before anybody has picked a number.
import type { Answers, ChartKind, InsightQuery } from '../../../console/insight/answer.ts'
import type { ChartWords } from '../../../console/insight/chart-words.ts'

/** A number's key, and what the number is of. */
export interface Chosen {
  cell: string
  label: string
}

type First<A> = (answer: A, query: InsightQuery, words: ChartWords) => Chosen | null

const whole = (cell: string | undefined, { t }: ChartWords): Chosen | null =>
  cell ? { cell, label: t({ en: 'Everybody counted here', zh: '本次分析涉及的全部成员' }) } : null

/** Everybody an answer is about; where it has no such number, those of its newest period. */
const FIRST: { readonly [K in ChartKind]: First<Answers[K]> } = {
  trend: (a, _, words) => whole(a.series.find((s) => !s.formula)?.totalCell, words),
  funnel(a, _, { t }) {
    const cell = a.steps[0]?.cell
    return cell ? { cell, label: t({ en: 'Entered the funnel', zh: '进入漏斗的成员' }) } : null
  },
  retention(a, query, { t, bucket }) {
    const row = a.rows.findLast((r) => r.size > 0)
    const [cell] = row?.cells ?? []
    if (!row || !cell) return null
    const cohort = bucket(row.cohort, query.period ?? 'month')
    return { cell, label: t({ en: `Newest cohort: ${cohort}`, zh: `最近一期：${cohort}` }) }
  },
  lifecycle(a, query, { t, bucket }) {
    const at = a.active.findLastIndex((n) => n !== null && n > 0)
    const cell = a.activeCells[at]
    const period = bucket(a.buckets[at] ?? '', query.period ?? 'day')
    return cell ? { cell, label: t({ en: `Active: ${period}`, zh: `活跃成员：${period}` }) } : null
  },
  stickiness(a, _, { t, bucket }) {
    const day = a.days.findLast((d) => d.mau > 0)
    if (!day) return null
    const date = bucket(day.day, 'day')
    return {
      cell: day.mauCell,
      label: t({ en: `Active in the 30 days to ${date}`, zh: `截至 ${date} 的 30 天活跃成员` }),
    }
  },
  heatmap: (a, _, words) => whole(a.totalCell, words),
  paths: (a, _, words) => whole(a.totalCell, words),
  distribution: (a, _, words) => whole(a.membersCell, words),
  sessions: (a, _, words) => whole(a.totalCell, words),
  attribution: (a, _, words) => whole(a.totalCell, words),
}

export function firstCell(kind: ChartKind, answer: unknown, query: InsightQuery, words: ChartWords): Chosen | null {
  const find = FIRST[kind] as First<unknown>
  return find(answer, query, words)
}
