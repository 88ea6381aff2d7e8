import type { z } from 'zod'
import { bucket } from './bucket.ts'
import { community } from './community.ts'
import { event } from './event.ts'
import { firstEvent } from './first-event.ts'
import { held } from './held.ts'
import { insight } from './insight.ts'
import type { ClauseKind } from './kind.ts'
import { lastEvent } from './last-event.ts'
import { list } from './list.ts'
import { metric } from './metric.ts'
import { near } from './near.ts'
import { property } from './property.ts'
import { regularly } from './regularly.ts'
import { restarted } from './restarted.ts'
import { score } from './score.ts'
import { segment } from './segment.ts'
import { sequence } from './sequence.ts'
import { stopped } from './stopped.ts'
import { subscribed } from './subscribed.ts'
import { tag } from './tag.ts'

const KINDS = [
  property,
  held,
  event,
  lastEvent,
  firstEvent,
  sequence,
  regularly,
  stopped,
  restarted,
  tag,
  segment,
  list,
  subscribed,
  community,
  score,
  near,
  metric,
  insight,
  bucket,
] as const

export type Clause = z.output<(typeof KINDS)[number]['schema']>
const byKey = new Map<string, ClauseKind>(KINDS.map((k) => [k.key, k as ClauseKind]))

/** The kind of a clause by the field that names it; undefined when no kind knows it. */
export function kindOf(clause: object): ClauseKind | undefined {
  for (const key of Object.keys(clause)) {
    const kind = byKey.get(key)
    if (kind) return kind
  }
  return undefined
}
export const clauseKeys = [...byKey.keys()]
