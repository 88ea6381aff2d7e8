// Who may not see phone and e-mail may ask for them whole only: compared by their beginning or size, a number is told
// digit by digit.
import type { Failure } from '#kernel/problem'
import { Problem } from '#kernel/problem'
import { isContactPath } from '#people/member'

export const contactHidden = {
  'segment.contact_hidden': {
    status: 403,
    title: {
      en: 'Phone and e-mail can only be compared whole (eq, ne, in, notIn, exists, notExists) without the right to see them',
      zh: '您无权查看完整的手机号和邮箱，因此只能按完整值筛选（等于、不等于、属于、不属于、有值、无值）',
    },
  },
} as const satisfies Record<string, Failure>

const WHOLE = new Set<unknown>(['eq', 'ne', 'in', 'notIn', 'exists', 'notExists'])

/** Looks through conditions, filters and measures, however deep they stand. Throws `segment.contact_hidden`. */
export function refuseContactParts({ may }: { may(right: string): boolean }, asked: unknown): void {
  if (!may('member.see_contact') && tellsParts(asked)) throw new Problem('segment.contact_hidden', 403)
}

function tellsParts(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(tellsParts)
  if (typeof value !== 'object' || value === null) return false
  const { property, path, op, of, fn, measure } = value as Readonly<Record<string, unknown>>
  if ((isContact(property) || isContact(path)) && op !== undefined && !WHOLE.has(op)) return true
  // The greatest, the least, the mean: each tells values outright.
  if (isContact(of) && (fn ?? measure) !== 'distinct') return true
  return Object.values(value).some(tellsParts)
}

/** Whether what a clause measures is a contact property's value. */
export function tellsContact(clause: Readonly<Record<string, unknown>>): boolean {
  const { property, measure } = clause
  return isContact(property) || isContact((measure as { of?: unknown } | undefined)?.of)
}

function isContact(path: unknown): boolean {
  if (Array.isArray(path)) return path.some((key) => typeof key === 'string' && isContactPath(key))
  return typeof path === 'string' && isContactPath(path)
}
