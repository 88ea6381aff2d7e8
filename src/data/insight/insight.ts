// Numbers about what people did, each with the people behind it. Every question is bounded, honours the caller's scope
// and stops when the caller goes away.
import { ask, cellOf } from './ask.ts'
import { declared } from './declare.ts'
import { funnel } from './funnel.ts'
import { heatmap } from './heatmap.ts'
import type { AnyKind } from './kind.ts'
import { retention } from './retention.ts'
import { trend } from './trend.ts'

const kinds = [trend, retention, funnel, heatmap] as const

export const insight = declared.capability({
  queries: [ask(trend), ask(retention), ask(funnel), ask(heatmap)] as const,
  cell: cellOf(kinds as unknown as readonly AnyKind[]),
})
