// What analyses answer, as the pages draw it: shapes come from the operations, so that a chart cannot tell of a number
// that is not answered.
import type { Output } from '#web/api.ts'

export interface Answers {
  trend: Output<'insight.trend'>
  funnel: Output<'insight.funnel'>
  retention: Output<'insight.retention'>
  lifecycle: Output<'insight.lifecycle'>
  stickiness: Output<'insight.stickiness'>
  heatmap: Output<'insight.heatmap'>
  distribution: Output<'insight.distribution'>
  paths: Output<'insight.paths'>
  sessions: Output<'insight.sessions'>
  attribution: Output<'insight.attribution'>
}
export type ChartKind = keyof Answers

export type TrendAnswer = Answers['trend']
export type FunnelAnswer = Answers['funnel']
export type FunnelStep = FunnelAnswer['steps'][number]
export type RetentionAnswer = Answers['retention']
export type LifecycleAnswer = Answers['lifecycle']
export type LifecycleState = LifecycleAnswer['states'][number]['state']
export type StickinessAnswer = Answers['stickiness']
export type HeatmapAnswer = Answers['heatmap']
export type DistributionAnswer = Answers['distribution']
export type PathsAnswer = Answers['paths']
export type SessionsAnswer = Answers['sessions']
export type SessionMeasure = SessionsAnswer['series'][number]['name']
export type AttributionAnswer = Answers['attribution']

/** A question as it is sent; each kind reads its own fields. */
export type InsightQuery = Readonly<Record<string, unknown>>

/** What is noted on the time line of every chart: a campaign, an incident. */
export interface Annotation {
  /** An instant. */
  at: string
  title: string
}
