// Texts of a journey's actions: `{{member.name}}`, `{{event.properties.orderId}}`, and `{{member.name|friend}}` with what
// stands there when nothing is known. Paths only, no logic.

/** Longer values are cut: a template is a sentence, not a store. */
const MOST_VALUE = 2000
const MOST_TEXT = 10_000
const PLACE = /\{\{\s*([A-Za-z0-9_][A-Za-z0-9_.$-]{0,199})\s*(?:\|([^{}]{0,200}))?\}\}/g
const ONLY = /^\{\{\s*([A-Za-z0-9_][A-Za-z0-9_.$-]{0,199})\s*\}\}$/

export type Values = Readonly<Record<string, unknown>>

/** Fills every string inside `input`; a string that is one place alone becomes the value itself, with its type. */
export function fill(input: unknown, values: Values): unknown {
  if (typeof input === 'string') return fillText(input, values)
  if (Array.isArray(input)) return input.map((item) => fill(item, values))
  if (typeof input !== 'object' || input === null) return input
  return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, fill(item, values)]))
}

function fillText(text: string, values: Values): unknown {
  const only = ONLY.exec(text)
  if (only?.[1]) return valueAt(values, only[1])
  return text
    .replace(PLACE, (_, path: string, otherwise = '') => shown(valueAt(values, path)) || otherwise.trim())
    .slice(0, MOST_TEXT)
}

function valueAt(values: unknown, path: string): unknown {
  let at = values
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, MOST_VALUE)
}

/** Whether anything in it waits to be filled. */
export function hasPlaces(input: unknown): boolean {
  if (typeof input === 'string') return input.search(PLACE) >= 0
  if (typeof input !== 'object' || input === null) return false
  return Object.values(input).some(hasPlaces)
}

/** Which first words the places in it start with. */
export function rootsOf(input: unknown): Set<string> {
  const roots = new Set<string>()
  JSON.stringify(input)?.replace(PLACE, (_, path: string) => {
    roots.add(path.split('.')[0] ?? '')
    return ''
  })
  return roots
}
