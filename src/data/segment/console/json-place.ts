// JSON read with the place of everything in it, so that an error can be shown where it stands.
import type { Text } from '#web/text.ts'

interface Read {
  value: unknown
  /** Offsets by path, `all.1.where.0.value`; the whole is ''. */
  places: ReadonlyMap<string, number>
}
interface Refused {
  offset: number
  message: Text
}

class Unreadable extends Error {
  readonly refused: Refused
  constructor(offset: number, en: string, zh: string) {
    super(en)
    this.refused = { offset, message: { en, zh } }
  }
}

const STRING = /"(?:[^"\\]|\\.)*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const SPACE = /[ \t\r\n]*/y

export function readJson(text: string): Read | Refused {
  const places = new Map<string, number>()
  let at = 0
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? null
    if (found !== null) at += found.length
    return found
  }
  const skip = () => void match(SPACE)
  const take = (sign: string): boolean => {
    skip()
    if (text[at] !== sign) return false
    at++
    return true
  }
  const join = (path: string, key: string | number) => (path === '' ? String(key) : `${path}.${key}`)
  const fail = (en: string, zh: string): never => {
    throw new Unreadable(at, en, zh)
  }
  const string = (): string => {
    const start = at
    const raw = match(STRING)
    try {
      if (raw !== null) return JSON.parse(raw) as string
    } catch {
      at = start
      return fail('this text holds a character that must be escaped', '这段文字含有需要转义的字符')
    }
    return fail('a text in double quotes is expected here', '此处应为双引号括起的文字')
  }

  function value(path: string): unknown {
    skip()
    places.set(path, at)
    if (text[at] === '"') return string()
    if (take('{')) return object(path)
    if (take('[')) return list(path)
    const plain = match(NUMBER) ?? match(WORD)
    if (plain === null) return fail('a value is expected here', '此处应为一个值')
    return JSON.parse(plain)
  }
  function object(path: string): unknown {
    const found: [string, unknown][] = []
    if (take('}')) return {}
    do {
      skip()
      const start = at
      const key = string()
      if (found.some(([k]) => k === key)) {
        at = start
        fail(`“${key}” stands here twice`, `“${key}”重复出现`)
      }
      if (!take(':')) fail('“:” is expected here', '此处应为“:”')
      found.push([key, value(join(path, key))])
    } while (take(','))
    if (!take('}')) fail('“,” or “}” is expected here', '此处应为“,”或“}”')
    return Object.fromEntries(found)
  }
  function list(path: string): unknown[] {
    const found: unknown[] = []
    if (take(']')) return found
    do found.push(value(join(path, found.length)))
    while (take(','))
    if (!take(']')) fail('“,” or “]” is expected here', '此处应为“,”或“]”')
    return found
  }

  try {
    const whole = value('')
    skip()
    if (at < text.length) fail('nothing more is expected here', '此处多出了内容')
    return { value: whole, places }
  } catch (error) {
    if (error instanceof Unreadable) return error.refused
    throw error
  }
}

export function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** Where a path stands, or the nearest thing above it. */
export function placeOf(places: ReadonlyMap<string, number>, path: string): number {
  const way = path.split('.')
  for (let n = way.length; n > 0; n--) {
    const found = places.get(way.slice(0, n).join('.'))
    if (found !== undefined) return found
  }
  return places.get('') ?? 0
}
