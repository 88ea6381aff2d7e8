import type { ChartKind } from '../../../../console/insight/answer.ts'
import { attributionForm } from './attribution-form.tsx'
import { distributionForm } from './distribution-form.tsx'
import { funnelForm } from './funnel-form.tsx'
import { heatmapForm } from './heatmap-form.tsx'
import { lifecycleForm } from './lifecycle-form.tsx'
import { pathsForm } from './paths-form.tsx'
import type { QueryForm } from './query-form.ts'
import { retentionForm } from './retention-form.tsx'
import { sessionsForm } from './sessions-form.tsx'
import { stickinessForm } from './stickiness-form.tsx'
import { trendForm } from './trend-form.tsx'

export const QUERY_FORMS: Readonly<Record<ChartKind, QueryForm>> = {
  trend: trendForm,
  funnel: funnelForm,
  retention: retentionForm,
  lifecycle: lifecycleForm,
  stickiness: stickinessForm,
  paths: pathsForm,
  heatmap: heatmapForm,
  distribution: distributionForm,
  sessions: sessionsForm,
  attribution: attributionForm,
}
