// Properties as they are known: per path the value, its time and its place in the journal. The latest time wins
// (ties: the later place), in whatever order the values arrive. Nested objects are paths with dots; a word at `a`, be
// it a value or a removal, ends older ones at `a.b`, and the other way round, as JSON Merge Patch (RFC 7396) has it.
// That a removal ends them too is what makes the last word per path enough to remember.

/** Value, time in milliseconds, place in the journal (a half for what an action wrote between two places). */
export type Entry = readonly [value: unknown, at: number, seq: number]
export type Entries = Map<string, Entry>

export interface Told {
  path: string
  value: unknown
  at: number
  seq: number
}

/** As deep as segments and facts look; what lies deeper is one value. */
const MOST_LEVELS = 5
/** A member with more is a mistake (an id used as a key); the rest is dropped. */
const MOST_PATHS = 200
const MOST_KEY = 100
/** What is computed of a member stands in conditions as `trait.…`: nobody can tell it of themselves. */
const COMPUTED = /^trait(?:\.|$)/

/** The leaves of nested properties by path. Lists are values. */
export function flatten(properties: unknown): Map<string, unknown> {
  const leaves = new Map<string, unknown>()
  if (isObject(properties)) walk(properties, '', 1, leaves)
  return leaves
}

function walk(object: object, prefix: string, level: number, leaves: Map<string, unknown>) {
  for (const [key, value] of Object.entries(object)) {
    if (key === '' || key.length > MOST_KEY || !isStorable(key) || key.split('.').some((k) => k === '__proto__'))
      continue
    const path = prefix + key
    if (COMPUTED.test(path)) continue
    if (isObject(value) && level < MOST_LEVELS && Object.keys(value).length > 0)
      walk(value, `${path}.`, level + 1, leaves)
    else if (leaves.size < MOST_PATHS && isStorable(value)) leaves.set(path, value)
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** PostgreSQL's jsonb refuses NUL and lone surrogates; one such value must not hold up everybody's events. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return value !== undefined
  return !/\\u(?:0000|d[89a-f])/.test(JSON.stringify(value))
}

const isLater = (a: Entry, b: Entry) => a[1] > b[1] || (a[1] === b[1] && a[2] >= b[2])

/**
 * Sets one value; answers what now holds from when at the paths concerned, for the warehouse. A value that comes
 * too late is told with what already holds after it.
 */
export function set(entries: Entries, path: string, entry: Entry): Told[] {
  const told: Told[] = [tell(path, entry)]
  const before = entries.get(path)
  if (before && !isLater(entry, before)) return [...told, tell(path, before)]
  if (!before && entries.size >= MOST_PATHS) return []
  let kept = entry
  for (const [other, theirs] of related(entries, path)) {
    if (!isLater(entry, theirs)) {
      kept = [null, entry[1], entry[2]]
      told.push({ path, value: null, at: theirs[1], seq: theirs[2] })
    } else if (theirs[0] !== null) {
      entries.set(other, [null, theirs[1], theirs[2]])
      told.push({ path: other, value: null, at: entry[1], seq: entry[2] })
    }
  }
  entries.set(path, kept)
  return told
}

const tell = (path: string, [value, at, seq]: Entry): Told => ({ path, value, at, seq })

/** Entries above and below a path. */
function related(entries: Entries, path: string): [string, Entry][] {
  const found: [string, Entry][] = []
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const above = entries.get(path.slice(0, dot))
    if (above) found.push([path.slice(0, dot), above])
  }
  for (const pair of entries) if (pair[0].startsWith(`${path}.`)) found.push(pair)
  return found
}

/** What holds for a member and those merged into it: the same as if all had been told to one. */
export function fold(group: readonly Entries[]): Map<string, unknown> {
  const [only] = group
  if (group.length === 1 && only) return living(only)
  const inOrder = group.flatMap((g) => [...g]).sort(([, a], [, b]) => a[1] - b[1] || a[2] - b[2])
  const all: Entries = new Map()
  for (const [path, entry] of inOrder) set(all, path, entry)
  return living(all)
}

const living = (entries: Entries) =>
  new Map([...entries].filter(([, e]) => e[0] !== null).map(([path, e]) => [path, e[0]]))

/** Leaves back to nested objects. */
export function nest(leaves: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = Object.create(null)
  for (const [path, value] of leaves) {
    const keys = path.split('.')
    const last = keys.pop() ?? path
    let at = root
    for (const key of keys) {
      const next = at[key]
      const inner: Record<string, unknown> = isObject(next) ? next : Object.create(null)
      at[key] = inner
      at = inner
    }
    at[last] = value
  }
  return root
}

export const PROPERTY_KINDS = ['text', 'number', 'boolean', 'date', 'list', 'object'] as const
export type PropertyKind = (typeof PROPERTY_KINDS)[number]

/** The type a value shows; null for nothing. */
export function kindOf(value: unknown): PropertyKind | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d.{0,20})?$/.test(value) ? 'date' : 'text'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return Array.isArray(value) ? 'list' : 'object'
}
