// Numbers about what people did, each with the people behind it. Every question is bounded, honours the caller's scope
// and stops when the caller goes away.
import { buildActivity } from './activity/build.ts'
import { answered, ask, cellOf } from './ask.ts'
import { attribution } from './attribution.ts'
import { declared } from './declare.ts'
import { distribution } from './distribution.ts'
import { funnel } from './funnel.ts'
import { heatmap } from './heatmap.ts'
import type { AnyKind } from './kind.ts'
import { lensConcentration } from './lens/concentration.ts'
import { lensDepth } from './lens/depth.ts'
import { lensGraph } from './lens/graph.ts'
import { lensGravity } from './lens/gravity.ts'
import { lensHealth } from './lens/health.ts'
import { lensResponse } from './lens/response.ts'
import { lensValue } from './lens/value.ts'
import { lifecycle } from './lifecycle.ts'
import { kindsOf } from './meaning.ts'
import { paths } from './paths.ts'
import { retention } from './retention.ts'
import { sessions } from './sessions.ts'
import { stickiness } from './stickiness.ts'
import { trend } from './trend.ts'

export { answered, trend }

const kinds = [
  trend,
  retention,
  lifecycle,
  stickiness,
  funnel,
  heatmap,
  distribution,
  paths,
  sessions,
  attribution,
  lensDepth,
  lensResponse,
  lensValue,
  lensConcentration,
  lensGraph,
  lensGravity,
  lensHealth,
] as const

export const insight = declared.capability({
  queries: [
    kindsOf(kinds as unknown as readonly AnyKind[]),
    ask(trend),
    ask(retention),
    ask(lifecycle),
    ask(stickiness),
    ask(funnel),
    ask(heatmap),
    ask(distribution),
    ask(paths),
    ask(sessions),
    ask(attribution),
    ask(lensDepth),
    ask(lensResponse),
    ask(lensValue),
    ask(lensConcentration),
    ask(lensGraph),
    ask(lensGravity),
    ask(lensHealth),
  ] as const,
  jobs: [buildActivity],
  cell: cellOf(kinds as unknown as readonly AnyKind[]),
})
