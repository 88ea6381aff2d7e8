// The reserved properties that are fields of a member: they have columns, are searched and shown everywhere.

export const FIELDS = ['name', 'email', 'phone', 'avatar', 'birthday', 'gender', 'locale', 'timezone'] as const
type Field = (typeof FIELDS)[number]
export type Fields = Record<Field, string | null>

/** Longer ones are kept among the properties: no column or index has to bear them. */
const MOST: Record<Field, number> = {
  name: 500,
  email: 254,
  phone: 40,
  avatar: 2000,
  birthday: 10,
  gender: 40,
  locale: 40,
  timezone: 64,
}

/** Splits what holds into fields and other properties. What does not fit a field stays a property. */
export function splitFields(leaves: ReadonlyMap<string, unknown>): {
  fields: Fields
  properties: Map<string, unknown>
} {
  const properties = new Map(leaves)
  const fields = Object.fromEntries(
    FIELDS.map((field) => {
      const value = fieldValue(field, leaves.get(field))
      if (value !== null) properties.delete(field)
      return [field, value]
    }),
  ) as Fields
  fields.name ??= fullName(leaves.get('firstName'), leaves.get('lastName'))
  return { fields, properties }
}

function fieldValue(field: Field, value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
  if (field === 'birthday') return isDay(text.slice(0, 10)) ? text.slice(0, 10) : null
  return text !== '' && text.length <= MOST[field] ? text : null
}

export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text

function fullName(first: unknown, last: unknown): string | null {
  const given = typeof first === 'string' ? first.trim() : ''
  const family = typeof last === 'string' ? last.trim() : ''
  // Chinese, Japanese and Korean names stand family name first, without a space.
  const name = /\p{Script=Han}|\p{Script=Hangul}/u.test(given + family) ? family + given : `${given} ${family}`.trim()
  return name !== '' && name.length <= MOST.name ? name : null
}

/** More pairs than this find nothing better. */
const MOST_PAIRS = 64

/**
 * Neighbouring letters of a name, by which any part of two letters and more is found: PostgreSQL's own trigrams
 * know no Chinese in the C locale, and could not find two characters.
 */
export function pairs(text: string): string[] {
  const letters = [...text.toLowerCase()]
  const found = new Set<string>()
  for (let i = 1; i < letters.length && found.size < MOST_PAIRS; i++) found.add(`${letters[i - 1]}${letters[i]}`)
  return [...found]
}
