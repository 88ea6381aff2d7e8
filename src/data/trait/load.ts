// The traits that are kept up to date, and what can change them.
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Happened } from '#kernel/capability'
import { type Definition, namesOf, sourcesOf } from './definition.ts'
import type { Thresholds } from './rfm.ts'

export interface Live {
  id: string
  key: string
  definition: Definition
  state: 'filling' | 'live'
  run: number
  is_definition: boolean
  as_of: Date | null
  thresholds: Thresholds | null
}

export async function loadTraits(db: QueryExecutorProvider): Promise<Live[]> {
  const { rows } = await sql<Live>`select id, key, definition, state, run, is_definition, as_of, thresholds
    from traits where state <> 'deleted' order by id`.execute(db)
  return rows
}

/** A merge changes everything that is known of its members. */
const CHANGES_ALL = /^member\.(?:merged|unmerged)$/

/** Whether an event may change a trait of its member. RFM waits for its next measuring of everybody. */
export function concerns(trait: Pick<Live, 'definition'>, event: Pick<Happened, 'name' | 'class' | 'communityId'>) {
  if (CHANGES_ALL.test(event.name)) return true
  if (trait.definition.rfm) return false
  return sourcesOf(trait.definition).some(
    (source) =>
      (source.communityId === undefined || source.communityId === event.communityId) &&
      namesOf(source).some((name) =>
        name.endsWith('*') ? event.class !== 'system' && event.name.startsWith(name.slice(0, -1)) : event.name === name,
      ),
  )
}

export async function savedDefinition(db: QueryExecutorProvider, id: string): Promise<Definition | null> {
  const { rows } = await sql<{ definition: Definition }>`select definition from traits
    where id = ${id} and state <> 'deleted'`.execute(db)
  return rows[0]?.definition ?? null
}
