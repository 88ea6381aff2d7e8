// How a condition sees one value, from a fact or from inside an event: its kind and its canonical text. Both sides
// of every comparison go through the same text, so that "10" and 10 are equal wherever they came from.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'

const name = z.string().min(1).max(100)
/** `"a.b"` for nested keys, or `["a", "key. with dots"]`. */
export const path = z.union([z.string().min(1).max(200), z.array(name).min(1).max(10)])
export type Path = z.output<typeof path>
export const partsOf = (p: Path): readonly string[] => (typeof p === 'string' ? p.split('.') : p)

export const scalar = z.union([z.string().min(1).max(500), z.number(), z.boolean()])
export type Scalar = z.output<typeof scalar>
/** The trait whose value a property is: what is computed stands as `trait.<key>`, or as parts of it. */
export function traitOf(p: Path): { trait?: string } {
  const [first, key] = partsOf(p)
  return first === 'trait' && key !== undefined ? { trait: key } : {}
}

/** Numbers as their shortest decimal; −0 is 0. */
export const canonicalText = (v: Scalar): string => String(v === 0 ? 0 : v)

/** SQL for one value. */
export interface Operand {
  /** String, '' when missing. */
  text: string
  /** One of KIND. */
  kind: string
}

/** Adds a bound parameter of a ClickHouse type and answers its placeholder. */
export type Bind = (type: string, value: unknown) => string

/** Adds a column to the event rows and answers its name; equal ones are one column. */
export type RowColumn = (expression: string) => string

/** Written in JSON as it stands between two quotes. */
const PLAIN_NAME = /^[^"\\\p{Cc}\p{Cs}]+$/u
/** A bound value that stands for itself. */
const PLACEHOLDER = /^\{\w+:String\}$/
/** Properties without anything nested or escaped: a key's first place is its only one, and its value ends plainly. */
const FLAT = ["position(properties, '{', 2)", "position(properties, '[')", "position(properties, '\\\\')"]
  .map((at) => `${at} = 0`)
  .join(' AND ')

/**
 * A value inside the JSON properties of an event row; read only from rows on which `guard` holds. The document is read
 * once, without parsing where it is flat, which costs less than half; the rest works on the value's own text.
 * Properties are stored as `JSON.stringify` writes them.
 */
export function jsonOperand(bind: Bind, row: RowColumn, p: Path, guard: string): Operand {
  const parts = partsOf(p)
  const [name] = parts
  const names = parts.map((part) => bind('String', part))
  const parsed = `JSONExtractRaw(properties, ${names.join(', ')})`
  // Where many definitions share a reading, their names are a column, which only the parser takes.
  const isConstant = PLACEHOLDER.test(names[0] ?? '')
  const found =
    name !== undefined && parts.length === 1 && isConstant && PLAIN_NAME.test(name)
      ? `if(${FLAT}, simpleJSONExtractRaw(properties, ${names[0]}), ${parsed})`
      : parsed
  const raw = row(guard === '1' ? found : `if(${guard}, ${found}, '')`)
  const kind = row(
    `multiIf(${raw} IN ('', 'null'), 0, startsWith(${raw}, '"'), 1, ${raw} IN ('true', 'false'), 3, ` +
      `startsWith(${raw}, '['), 4, startsWith(${raw}, '{'), 5, 2)`,
  )
  const string = `if(position(${raw}, '\\\\') = 0, substring(${raw}, 2, length(${raw}) - 2), JSONExtractString(${raw}))`
  const text = row(
    `multiIf(${kind} = 0, '', ${kind} = 1, ${string}, ${kind} = 2, toString(toFloat64OrZero(${raw})), ${raw})`,
  )
  return { kind, text }
}

/** Missing values have no text. */
export const present = (o: Operand) => `${o.text} != ''`
export const isScalar = (o: Operand) => `${o.kind} < 4`

export const DECIMAL = /^-?[0-9]+(\.[0-9]+)?$/
/** A number, or text that is wholly a decimal number; else NULL. */
export const numberOf = (o: Operand) =>
  `if(${o.kind} = 2 OR (${o.kind} = 1 AND match(${o.text}, '^-?[0-9]+(\\\\.[0-9]+)?$')), toFloat64OrNull(${o.text}), NULL)`

const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const DATE_SQL =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\\\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$'
/** An ISO date or time; without an offset it is UTC; in milliseconds, else NULL. */
export const dateOf = (o: Operand) =>
  `if(${o.kind} = 1 AND match(${o.text}, '${DATE_SQL}'), toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(${o.text}, 3, 'UTC')), NULL)`

/** The same reading on our side, for the value a condition compares with; milliseconds or null. */
export function parseDate(text: string): number | null {
  const match = DATE.exec(text)
  if (!match) return null
  const zoned = match[1] === undefined || match[4] !== undefined ? text : `${text}Z`
  const at = Date.parse(zoned.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
  return Number.isNaN(at) ? null : at
}
export const instant = z
  .string()
  .max(40)
  .refine(
    (s) => parseDate(s) !== null,
    inWords(
      'a date or time such as "2026-11-22" or "2026-11-22T08:00:00Z"',
      '日期或时间格式不正确，例如 2026-11-22 或 2026-11-22T08:00:00Z',
    ),
  )
