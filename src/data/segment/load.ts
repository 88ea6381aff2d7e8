// The segments that are kept up to date, compiled once per version and process.
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Compiled, compile } from './compile.ts'
import { type Condition, textOf } from './condition.ts'
import { type Linking, linksOf } from './link.ts'
import type { Origin } from './tables.ts'

export interface Live {
  id: string
  name: string
  origin: Origin
  ref: string | null
  state: 'filling' | 'live'
  version: number
  compiled: Compiled
  reads: Reads
}

/** What can change a segment for a member: event names and fact keys. */
export interface Reads {
  names: ReadonlySet<string>
  prefixes: readonly string[]
  keys: ReadonlySet<string>
  keyPrefixes: readonly string[]
}

export function readsOf(compiled: Compiled): Reads {
  const of = (source: 'event' | 'fact') => compiled.leaves.filter((l) => l.source === source).flatMap((l) => l.names)
  const exact = (list: readonly string[]) => new Set(list.filter((n) => !n.endsWith('*')))
  const starts = (list: readonly string[]) => list.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
  const [names, keys] = [of('event'), of('fact')]
  return { names: exact(names), prefixes: starts(names), keys: exact(keys), keyPrefixes: starts(keys) }
}

const compiled = new Map<string, { compiled: Compiled; reads: Reads }>()
/** Old versions go with everything else; what is in use comes back at the next look. */
const MOST_KEPT = 5000

/** A definition that stands for a segment changes its version too when one it names does, so a version says it all. */
export async function loadSegments(db: QueryExecutorProvider, zone: string): Promise<Live[]> {
  const { rows } = await sql<Omit<Live, 'compiled' | 'reads'>>`
    select id, name, origin, ref, version, state from segments where state <> 'deleted' order by id`.execute(db)
  const keyOf = (r: { id: string; version: number }) => `${zone}/${r.id}/${r.version}`
  const missing = rows.filter((r) => !compiled.has(keyOf(r)))
  if (missing.length > 0) {
    if (compiled.size > MOST_KEPT) compiled.clear()
    const { rows: found } = await sql<{ id: string; version: number; definition: Condition }>`
      select id, version, definition from segments where id = any(${missing.map((r) => r.id)}::uuid[])`.execute(db)
    const links = await linksOf(
      { db },
      found.map((r) => r.definition),
    )
    for (const r of found) {
      const made = compile(r.definition, zone, links)
      compiled.set(keyOf(r), { compiled: made, reads: readsOf(made) })
    }
  }
  return rows.flatMap((r) => {
    const made = compiled.get(keyOf(r))
    return made ? [{ ...r, ...made }] : []
  })
}

const parsed = new Map<string, Compiled>()

/** A definition that is asked about again and again (a builder's preview, a journey's branch), compiled once. */
export async function compiledOf(
  asking: Linking & { brand: { zone: string } },
  definition: Condition,
): Promise<Compiled> {
  const { zone } = asking.brand
  const links = await linksOf(asking, [definition])
  if (links.cells.size > 0) return compile(definition, zone, links)
  const key = textOf([
    definition,
    zone,
    [...links.segments],
    [...links.tags],
    [...links.topics],
    [...links.metrics],
    [...(links.stores ?? [])],
  ])
  const made = parsed.get(key) ?? compile(definition, zone, links)
  if (parsed.size > MOST_KEPT) parsed.clear()
  parsed.set(key, made)
  return made
}
