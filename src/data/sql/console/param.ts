// Parameters of a statement, `{name:Type}`, and their values as they are typed.
export interface Param {
  name: string
  type: string
}

const PARAM = /\{ *([A-Za-z][A-Za-z0-9_]{0,49}) *: *([A-Za-z0-9(), ]{1,80}?) *\}/g

/** Each once, in order; those inside texts and comments, too, which then ask for a value nobody needs. */
export function paramsIn(statement: string): Param[] {
  const found = new Map<string, string>()
  for (const [, name = '', type = ''] of statement.matchAll(PARAM)) if (!found.has(name)) found.set(name, type)
  return [...found].map(([name, type]) => ({ name, type }))
}

type Scalar = string | number | boolean | null

/** A value as the statement's type wants it; nothing typed is null where that is allowed. */
export function typedValue(text: string, type: string): Scalar | Scalar[] {
  const inner = /^(Array|Nullable)\((.+)\)$/.exec(type)
  if (inner?.[1] === 'Array')
    return text
      .split(/[,，]/)
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => typedValue(part, inner[2] ?? '') as Scalar)
  if (inner && text === '') return null
  const of = inner?.[2] ?? type
  if (of === 'Bool') return text === 'true' || text === '1'
  if (/^(?:U?Int|Float)/.test(of)) {
    const number = Number(text)
    return text.trim() !== '' && Number.isFinite(number) ? number : text
  }
  return text
}
