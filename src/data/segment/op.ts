// The comparisons of conditions and filters, one entry each. `holds` is SQL that is never NULL; `changes` lists the
// instants (ms) at which it may turn by time alone, `missing` whether it holds for a missing value. To add one, add an
// entry.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { duration } from '#kernel/time'
import {
  type Bind,
  canonicalText,
  DECIMAL,
  dateOf,
  instant,
  isScalar,
  numberOf,
  type Operand,
  parseDate,
  present,
  type Scalar,
  scalar,
} from './value.ts'
import { spanOf } from './window.ts'

export interface OpEnv {
  bind: Bind
  zone: string
}
interface Op<V> {
  /** null: takes no value. */
  value: z.ZodType<V>
  holds(o: Operand, value: V, env: OpEnv): string
  missing?: true
  changes?(o: Operand, value: V, env: OpEnv): string[]
}
const op = <V>(spec: Op<V>): Op<never> => spec as Op<never>
/** The instant of evaluation; the column `at` is a time. */
const AT = 'toUnixTimestamp64Milli(at)'

const eq = (o: Operand, v: Scalar, { bind }: OpEnv) =>
  `(${isScalar(o)} AND ${o.text} = ${bind('String', canonicalText(v))})`
const among = (o: Operand, list: Scalar[], { bind }: OpEnv) =>
  `(${isScalar(o)} AND has(${bind('Array(String)', list.map(canonicalText))}, ${o.text}))`
const no = z.union([z.boolean(), z.null()]).optional()
const piece = z.string().min(1).max(500)

/** Numbers, else dates, else false. */
const ordering = (sign: '>' | '>=' | '<' | '<=') =>
  op<string | number>({
    value: z.union([z.number(), piece]),
    holds(o, v, { bind }) {
      if (typeof v === 'number' || DECIMAL.test(v))
        return `ifNull(${numberOf(o)} ${sign} ${bind('Float64', Number(v))}, 0)`
      const at = parseDate(v)
      return at === null ? '0' : `ifNull(${dateOf(o)} ${sign} ${bind('Int64', at)}, 0)`
    },
  })
const dated = (sign: '>' | '<') =>
  op<string>({
    value: instant,
    holds: (o, v, { bind }) => `ifNull(${dateOf(o)} ${sign} ${bind('Int64', parseDate(v) ?? 0)}, 0)`,
  })
const textual = (call: (text: string, piece: string) => string) =>
  op<string>({ value: piece, holds: (o, v, { bind }) => `(${isScalar(o)} AND ${call(o.text, bind('String', v))})` })

/** Reads as RE2 where it is used; here only what RE2 has not is refused with a clear message. */
const pattern = piece.refine(
  isPattern,
  inWords(
    'a regular expression (RE2: no look-around, no back-references)',
    '须为正则表达式（RE2，不支持环视与反向引用）',
  ),
)
function isPattern(text: string): boolean {
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]/.test(text)) return false
  try {
    new RegExp(text.replace(/^\(\?[imsU]+\)/, ''), 'u')
    return true
  } catch {
    return false
  }
}

const OPS = {
  eq: op({ value: scalar, holds: eq }),
  ne: op({ value: scalar, missing: true, holds: (o, v: Scalar, env) => `NOT ${eq(o, v, env)}` }),
  gt: ordering('>'),
  gte: ordering('>='),
  lt: ordering('<'),
  lte: ordering('<='),
  in: op({ value: z.array(scalar).min(1).max(500), holds: among }),
  notIn: op({
    value: z.array(scalar).min(1).max(500),
    missing: true,
    holds: (o, v: Scalar[], env) => `NOT ${among(o, v, env)}`,
  }),
  contains: textual((text, part) => `position(${text}, ${part}) > 0`),
  startsWith: textual((text, part) => `startsWith(${text}, ${part})`),
  endsWith: textual((text, part) => `endsWith(${text}, ${part})`),
  matches: op<string>({
    value: pattern,
    holds: (o, v, { bind }) => `(${isScalar(o)} AND ${present(o)} AND match(${o.text}, ${bind('String', v)}))`,
  }),
  includes: op({
    value: scalar,
    holds: (o, v: Scalar, { bind }) =>
      `(${o.kind} = 4 AND arrayExists(x -> x NOT IN ('null', '""') AND NOT match(x, '^[\\\\[{]') AND ` +
      `if(startsWith(x, '"'), JSONExtractString(x), x) = ${bind('String', canonicalText(v))}, JSONExtractArrayRaw(${o.text})))`,
  }),
  exists: op({ value: no, holds: present }),
  notExists: op({ value: no, missing: true, holds: (o) => `NOT (${present(o)})` }),
  before: dated('<'),
  after: dated('>'),
  withinLast: op<string>({
    value: duration,
    holds(o, v, { bind, zone }) {
      const d = dateOf(o)
      return `ifNull(${d} <= ${AT} AND ${spanOf(v, bind, zone).reaches(d, AT)}, 0)`
    },
    changes: (o, v, { bind, zone }) => [dateOf(o), spanOf(v, bind, zone).leaves(dateOf(o))],
  }),
  olderThan: op<string>({
    value: duration,
    holds: (o, v, { bind, zone }) => `ifNull(NOT ${spanOf(v, bind, zone).reaches(dateOf(o), AT)}, 0)`,
    changes: (o, v, { bind, zone }) => [spanOf(v, bind, zone).leaves(dateOf(o))],
  }),
  withinNext: op<string>({
    value: duration,
    holds(o, v, { bind, zone }) {
      const d = dateOf(o)
      return `ifNull(${d} > ${AT} AND ${spanOf(v, bind, zone).ahead(d, AT)}, 0)`
    },
    changes: (o, v, { bind, zone }) => [spanOf(v, bind, zone).comes(dateOf(o)), dateOf(o)],
  }),
} as const

type OpName = keyof typeof OPS
const OP_NAMES = Object.keys(OPS) as OpName[]
export interface Comparison {
  op: OpName
  value?: unknown
}

/** Schema of an object that names an operation, its value and further fields. */
export function comparing<S extends z.ZodRawShape>(fields: S): z.ZodType<z.output<z.ZodObject<S>> & Comparison> {
  const options = OP_NAMES.map((name) => z.strictObject({ ...fields, op: z.literal(name), value: OPS[name].value }))
  return z.discriminatedUnion('op', options as never) as never
}

/** The comparison as SQL, with the instants at which time alone may turn it. */
export function compare(o: Operand, { op: name, value }: Comparison, env: OpEnv) {
  const spec = OPS[name]
  return { holds: spec.holds(o, value as never, env), changes: spec.changes?.(o, value as never, env) ?? [] }
}

/** Whether it holds for a missing value. */
export const holdsMissing = ({ op: name }: Comparison): boolean => OPS[name].missing === true

/** Comparisons of counts and measures, on numbers. */
export const num = z.enum(['eq', 'ne', 'gt', 'gte', 'lt', 'lte'])
export type Num = z.output<typeof num>

/** Which outcomes satisfy it: bit 0 less, bit 1 equal, bit 2 greater; so that the comparison itself is a value. */
export const MASK: Readonly<Record<Num, number>> = { lt: 1, eq: 2, lte: 3, gt: 4, ne: 5, gte: 6 }
/** The comparison of two SQL numbers by such a mask. */
export const maskSql = (mask: string, a: string, b: string): string =>
  `bitTest(${mask}, multiIf(${a} < ${b}, 0, ${a} = ${b}, 1, 2))`
export const compareNumbers = (a: number, op: Num, b: number): boolean =>
  ((MASK[op] >> (a < b ? 0 : a === b ? 1 : 2)) & 1) === 1
