// A definition: all / any / not over clauses of the registered kinds. Parsed by hand from the field that names a
// clause, so that an error says which clause and field is wrong instead of listing what every kind would want.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { type Clause, clauseKeys, kindOf } from './clause/registry.ts'

export type Condition = { all: readonly Condition[] } | { any: readonly Condition[] } | { not: Condition } | Clause

/** More than anyone reads; each is a few columns of one query. */
const MOST_CLAUSES = 100
const MOST_DEPTH = 10

type Issues = z.core.ParsePayload['issues']
type Place = (string | number)[]

/** Schema of a definition; its output has defaults filled in and nothing unknown. */
export const condition: z.ZodType<Condition> = z
  .record(z.string(), z.unknown())
  .meta({ title: 'Condition', examples: [{ event: 'order.paid', within: '30d', count: { op: 'gte', value: 2 } }] })
  .pipe(
    z.transform((raw, payload) => {
      const state = { issues: payload.issues as Issues, clauses: 0 }
      const parsed = parse(raw, [], 1, state)
      return parsed ?? z.NEVER
    }),
  ) as unknown as z.ZodType<Condition>

function parse(raw: unknown, at: Place, depth: number, state: { issues: Issues; clauses: number }): Condition | null {
  const wrong = (en: string, zh: string) => {
    state.issues.push({ code: 'custom', ...inWords(en, zh), path: at, input: raw })
    return null
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return wrong('a condition is an object', '条件须为对象')
  if (depth > MOST_DEPTH) return wrong(`nested deeper than ${MOST_DEPTH}`, `嵌套超过 ${MOST_DEPTH} 层`)
  const group = 'all' in raw ? 'all' : 'any' in raw ? 'any' : 'not' in raw ? 'not' : null
  if (group) {
    if (Object.keys(raw).length > 1) return wrong(`"${group}" stands alone`, `“${group}”不能与其他字段同时使用`)
    const inside: unknown = (raw as Record<string, unknown>)[group]
    if (group === 'not') {
      const part = parse(inside, [...at, 'not'], depth + 1, state)
      return part && { not: part }
    }
    if (!Array.isArray(inside) || inside.length === 0 || inside.length > MOST_CLAUSES)
      return wrong(
        `"${group}" is a list of 1 to ${MOST_CLAUSES} conditions`,
        `“${group}”须为 1 至 ${MOST_CLAUSES} 个条件的列表`,
      )
    const parts = inside.map((part, i) => parse(part, [...at, group, i], depth + 1, state)).filter((p) => p !== null)
    return group === 'all' ? { all: parts } : { any: parts }
  }
  const kind = kindOf(raw)
  if (!kind) {
    const keys = ['all', 'any', 'not', ...clauseKeys].map((k) => `"${k}"`).join(', ')
    return wrong(`one of ${keys} is needed`, `须包含以下之一：${keys}`)
  }
  if (++state.clauses > MOST_CLAUSES) return wrong(`more than ${MOST_CLAUSES} clauses`, `条件超过 ${MOST_CLAUSES} 个`)
  const result = kind.schema._zod.run({ value: raw, issues: [] }, { async: false })
  if (result instanceof Promise) throw new Error(`the schema of ${kind.key} must not be asynchronous`)
  // Raw issues, so that they are worded later in the reader's language.
  for (const issue of result.issues) state.issues.push({ ...issue, path: [...at, ...(issue.path ?? [])] })
  return result.issues.length > 0 ? null : (result.value as Clause)
}

/** Its clauses from left to right. */
export function clausesOf(c: Condition): Clause[] {
  if ('all' in c) return c.all.flatMap(clausesOf)
  if ('any' in c) return c.any.flatMap(clausesOf)
  if ('not' in c) return clausesOf(c.not)
  return [c]
}

/** Equal definitions have equal text: keys in order. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${textOf(v)}`).join(',')}}`
}
