// What a definition refers to: other segments (as deep as they refer) and topics. Looked up before it is compiled.
import { type QueryExecutorProvider, sql } from 'kysely'
import { existingLists } from '#data/list'
import { topicDefaults } from '#data/topic'
import { Problem } from '#kernel/problem'
import type { Links } from './clause/kind.ts'
import { kindOf } from './clause/registry.ts'
import { type Condition, clausesOf } from './condition.ts'

/** Segments that stand one in another; deeper than anybody follows. */
const MOST_LEVELS = 10

export interface References {
  segments: readonly string[]
  topics: readonly string[]
  lists: readonly string[]
}

export function referencesOf(conditions: readonly Condition[]): References {
  const clauses = conditions.flatMap(clausesOf)
  const found = clauses.flatMap((c) => kindOf(c)?.refers?.(c as never) ?? [])
  return {
    segments: [...new Set(found.flatMap((r) => r.segment ?? []))],
    topics: [...new Set(found.flatMap((r) => r.topic ?? []))],
    lists: [...new Set(found.flatMap((r) => r.list ?? []))],
  }
}

const invalid = (message: string) => new Problem('input.invalid', 400, { errors: [{ path: 'definition', message }] })

/**
 * All that these definitions refer to, directly or through segments. Throws `input.invalid` where something is not
 * there; `self` is a segment that none of them may come back to.
 */
export async function linksOf(
  db: QueryExecutorProvider,
  conditions: readonly Condition[],
  self?: string,
): Promise<Links> {
  const segments = new Map<string, Condition>()
  let open = referencesOf(conditions).segments
  for (let level = 1; open.length > 0; level++) {
    if (self !== undefined && open.includes(self)) throw invalid('a segment cannot stand in itself')
    if (level > MOST_LEVELS) throw invalid(`segments stand one in another more than ${MOST_LEVELS} deep`)
    const { rows } = await sql<{ id: string; definition: Condition }>`select id, definition from segments
      where id = any(${[...open]}::uuid[]) and state <> 'deleted'`.execute(db)
    for (const row of rows) segments.set(row.id, row.definition)
    const missing = open.find((id) => !segments.has(id))
    if (missing) throw invalid(`there is no segment ${missing}`)
    open = referencesOf(rows.map((r) => r.definition)).segments.filter((id) => !segments.has(id))
  }
  const { topics: keys, lists } = referencesOf([...conditions, ...segments.values()])
  const topics = await topicDefaults(db, keys)
  const unknown = keys.find((k) => !topics.has(k))
  if (unknown) throw invalid(`there is no topic ${unknown}`)
  const existing = await existingLists(db, lists)
  const nowhere = lists.find((id) => !existing.has(id))
  if (nowhere) throw invalid(`there is no list ${nowhere}`)
  return { segments, topics }
}
