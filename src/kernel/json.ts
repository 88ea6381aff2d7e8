// JSON from outside. `JSON.parse` alone lets through what hurts later: nesting that overflows the stack when it
// is written again, numbers that turn into Infinity, NUL that PostgreSQL refuses, lone surrogates, `__proto__`.
import { Problem } from './problem.ts'

/**
 * 64 levels inside a property, and the few around it. Deeper than any real event, and far from where JSON.stringify or
 * PostgreSQL overflow (about 6,000).
 */
const MOST_LEVELS = 68

/** Parses a body; a Problem `input.not_json` says what is wrong. `depth`: its deepest nesting, where it is known. */
export function parseJson(text: string, depth = depthOf(text)): unknown {
  if (depth > MOST_LEVELS + 4) throw notJson('nested too deeply', '嵌套层级过深')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notJson('it does not parse', '无法解析')
  }
  return value
}

const notJson = (en: string, zh: string) => new Problem('input.not_json', 400, { detail: { en, zh } })

/** The deepest nesting of a JSON text, counted without parsing it, so that no input can overflow the stack. */
function depthOf(text: string): number {
  let depth = 0
  let most = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (quoted) {
      if (c === 92) i++
      else if (c === 34) quoted = false
    } else if (c === 34) quoted = true
    else if (c === 123 || c === 91) {
      if (++depth > most) most = depth
    } else if (c === 125 || c === 93) depth--
  }
  return most
}

export type Flaw = { path: string; reason: 'nul' | 'number' | 'depth' | 'keys' }

/**
 * Cleans a parsed value in place: drops `__proto__`, mends lone surrogates. Answers the first flaw that cannot be
 * cleaned: NUL in a string or key, a number that is not finite, too many levels, more than 500 keys in one object.
 */
export function clean(value: unknown, level = 0): Flaw | null {
  if (typeof value === 'string') return value.includes('\0') ? { path: '', reason: 'nul' } : null
  if (typeof value === 'number') return Number.isFinite(value) ? null : { path: '', reason: 'number' }
  if (typeof value !== 'object' || value === null) return null
  if (level >= MOST_LEVELS) return { path: '', reason: 'depth' }
  return Array.isArray(value) ? cleanList(value, level) : cleanObject(value as Record<string, unknown>, level)
}

function cleanList(list: unknown[], level: number): Flaw | null {
  for (let i = 0; i < list.length; i++) {
    const item = list[i]
    if (typeof item === 'string' && !item.isWellFormed()) list[i] = item.toWellFormed()
    const flaw = clean(item, level + 1)
    if (flaw) return within(`[${i}]`, flaw)
  }
  return null
}

function cleanObject(object: Record<string, unknown>, level: number): Flaw | null {
  const keys = Object.keys(object)
  if (keys.length > 500) return { path: '', reason: 'keys' }
  for (const key of keys) {
    if (key === '__proto__') {
      Reflect.deleteProperty(object, key)
      continue
    }
    if (key.includes('\0')) return { path: '', reason: 'nul' }
    const said = object[key]
    const item = typeof said === 'string' ? said.toWellFormed() : said
    if (!key.isWellFormed()) {
      Reflect.deleteProperty(object, key)
      object[key.toWellFormed()] = item
    } else if (item !== said) object[key] = item
    const flaw = clean(item, level + 1)
    if (flaw) return within(key, flaw)
  }
  return null
}

/** The path is made on the way back, since nearly nothing has a flaw. */
const within = (step: string, { path, reason }: Flaw): Flaw => ({
  path: path === '' || path.startsWith('[') ? step + path : `${step}.${path}`,
  reason,
})

/** A copy that both stores can keep, of what is kept only to be looked at and mended: NUL and halves become U+FFFD. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(storable)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item)]))
}

export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()
