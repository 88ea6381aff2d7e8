// Numbers about what people did: trends, retention, funnels. Every query is bounded, honours the caller's scope and
// stops when the caller goes away.
import { declared } from './declare.ts'
import { funnel } from './funnel.ts'
import { retention } from './retention.ts'
import { trend } from './trend.ts'

export const insight = declared.capability({ queries: [trend, retention, funnel] as const })
