// Who may not see phone and e-mail may ask for them whole only: compared by their beginning or size, a number is told
// digit by digit. Where a member is would be told by asking around it: they may ask for stores only.
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
  'segment.place_hidden': {
    status: 403,
    title: {
      en: 'Only stores can be asked for, no other place, without the right to see contact details',
      zh: '您无权查看联系方式与位置，因此只能按门店筛选，不能使用任意坐标',
    },
  },
} as const satisfies Record<string, Failure>

const WHOLE = new Set<unknown>(['eq', 'ne', 'in', 'notIn', 'exists', 'notExists'])

/**
 * Looks through conditions, filters and measures, however deep they stand. Throws `segment.contact_hidden` and
 * `segment.place_hidden`.
 */
export function refuseContactParts({ may }: { may(right: string): boolean }, asked: unknown): void {
  if (may('member.see_contact')) return
  if (tellsParts(asked)) throw new Problem('segment.contact_hidden', 403)
  if (asksForPoint(asked)) throw new Problem('segment.place_hidden', 403)
}

function asksForPoint(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(asksForPoint)
  if (typeof value !== 'object' || value === null) return false
  const { near } = value as Readonly<Record<string, unknown>>
  return (typeof near === 'object' && near !== null && 'point' in near) || Object.values(value).some(asksForPoint)
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

/** Whether what a clause measures is a contact property's value, or how far somebody is. */
export function tellsContact(clause: Readonly<Record<string, unknown>>): boolean {
  const { property, measure, near } = clause
  return near !== undefined || isContact(property) || isContact((measure as { of?: unknown } | undefined)?.of)
}

function isContact(path: unknown): boolean {
  if (Array.isArray(path)) return path.some((key) => typeof key === 'string' && isContactPath(key))
  return typeof path === 'string' && isContactPath(path)
}
