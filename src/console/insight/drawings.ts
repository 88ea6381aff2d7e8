import type { Answers, ChartKind } from './answer.ts'
import { attributionDrawing } from './attribution-view.tsx'
import { distributionDrawing } from './distribution-view.tsx'
import type { Drawing } from './drawing.ts'
import { funnelDrawing } from './funnel-view.tsx'
import { heatmapDrawing } from './heatmap-view.tsx'
import { lifecycleDrawing } from './lifecycle-view.tsx'
import { pathsDrawing } from './paths-view.tsx'
import { retentionDrawing } from './retention-view.tsx'
import { sessionsDrawing } from './sessions-view.tsx'
import { stickinessDrawing } from './stickiness-view.tsx'
import { trendDrawing } from './trend-view.tsx'

const DRAWINGS: { readonly [K in ChartKind]: Drawing<Answers[K]> } = {
  trend: trendDrawing,
  funnel: funnelDrawing,
  retention: retentionDrawing,
  lifecycle: lifecycleDrawing,
  stickiness: stickinessDrawing,
  heatmap: heatmapDrawing,
  distribution: distributionDrawing,
  paths: pathsDrawing,
  sessions: sessionsDrawing,
  attribution: attributionDrawing,
}

/** How a kind is drawn; undefined for kinds that have a page of their own. */
export const drawingOf = (kind: string): Drawing<unknown> | undefined =>
  DRAWINGS[kind as ChartKind] as Drawing<unknown> | undefined
