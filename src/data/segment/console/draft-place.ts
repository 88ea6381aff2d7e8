// Where a part of a definition stands, and what can be done to it there. Every step answers a new draft and, where the
// part went elsewhere, its new place, so that the reader's hands stay on it.
import { type Draft, groupOf, isNot, type Joint, jointOf, partsOf } from './draft.ts'

/** The way down through the groups, one index a level; an exclusion is no level of its own. */
export type Place = readonly number[]

export interface Moved {
  draft: Draft
  place: Place
}

/** What an exclusion excludes, or the part itself. */
export const insideOf = (part: Draft): Draft => (isNot(part) ? part.not : part)
const withInside = (part: Draft, inside: Draft): Draft => (isNot(part) ? { not: inside } : inside)

/** The same group with other parts; a part that stood alone stays alone. */
function regroup(before: Draft, parts: readonly Draft[]): Draft {
  const [only] = parts
  if (!jointOf(before) && parts.length === 1 && only) return only
  return groupOf(jointOf(before) ?? 'all', parts)
}

/** Puts other parts in the place of one; groups that are left empty go with it. */
function replace(draft: Draft, place: Place, change: (part: Draft) => readonly Draft[]): Draft {
  const [i = 0, ...rest] = place
  const parts = partsOf(draft)
  const part = parts[i]
  if (!part) return draft
  if (rest.length === 0) return regroup(draft, parts.toSpliced(i, 1, ...change(part)))
  const inside = replace(insideOf(part), rest, change)
  const isGone = jointOf(inside) !== null && partsOf(inside).length === 0
  return regroup(draft, parts.toSpliced(i, 1, ...(isGone ? [] : [withInside(part, inside)])))
}

export function partAt(draft: Draft, place: Place): Draft | undefined {
  const [i, ...rest] = place
  if (i === undefined) return draft
  const part = partsOf(draft)[i]
  return part && rest.length > 0 ? partAt(insideOf(part), rest) : part
}

const siblingsOf = (draft: Draft, place: Place): readonly Draft[] => {
  const above = partAt(draft, place.slice(0, -1))
  return above ? partsOf(place.length > 1 ? insideOf(above) : above) : []
}
const lastOf = (place: Place): number => place.at(-1) ?? 0
const beside = (place: Place, by: number): Place => [...place.slice(0, -1), lastOf(place) + by]

/** Adds at the end of the group at a place; the whole for none. */
export function add(draft: Draft, group: Place, part: Draft): Moved {
  if (group.length === 0) {
    const parts = [...partsOf(draft), part]
    return { draft: regroup(draft, parts), place: [parts.length - 1] }
  }
  const at = partAt(draft, group)
  const count = at ? partsOf(insideOf(at)).length : 0
  const grown = replace(draft, group, (g) => [
    withInside(g, groupOf(jointOf(insideOf(g)) ?? 'all', [...partsOf(insideOf(g)), part])),
  ])
  return { draft: grown, place: [...group, count] }
}

export const put = (draft: Draft, place: Place, part: Draft): Draft => replace(draft, place, () => [part])

/** The hands go on to the next part, or the one before. */
export function remove(draft: Draft, place: Place): Moved {
  const left = siblingsOf(draft, place).length - 1
  const next = left > 0 ? [...place.slice(0, -1), Math.min(lastOf(place), left - 1)] : place.slice(0, -1)
  return { draft: replace(draft, place, () => []), place: next }
}

export const duplicate = (draft: Draft, place: Place): Moved => ({
  draft: replace(draft, place, (p) => [p, p]),
  place: beside(place, 1),
})

/** A group of its own around the part. */
export const wrap = (draft: Draft, place: Place, joint: Joint): Moved => ({
  draft: replace(draft, place, (p) => [groupOf(joint, [p])]),
  place: [...place, 0],
})

/** The parts of a group in its place; an exclusion of several cannot be taken apart. */
export function canUnwrap(part: Draft): boolean {
  return jointOf(insideOf(part)) !== null && (!isNot(part) || partsOf(part.not).length === 1)
}
export const unwrap = (draft: Draft, place: Place): Moved => ({
  draft: replace(draft, place, (p) =>
    isNot(p) ? partsOf(p.not).map((inner) => ({ not: inner })) : canUnwrap(p) ? partsOf(p) : [p],
  ),
  place,
})

export const negate = (draft: Draft, place: Place): Moved => ({
  draft: replace(draft, place, (p) => [isNot(p) ? p.not : { not: p }]),
  place,
})

export const setJoint = (draft: Draft, group: Place, joint: Joint): Draft =>
  group.length === 0
    ? groupOf(joint, partsOf(draft))
    : replace(draft, group, (g) => [withInside(g, groupOf(joint, partsOf(insideOf(g))))])

/** One place up or down; over the edge of a group it goes out of it. */
export function move(draft: Draft, place: Place, by: 1 | -1): Moved {
  const part = partAt(draft, place)
  const to = lastOf(place) + by
  const count = siblingsOf(draft, place).length
  if (!part) return { draft, place }
  if (to < 0 || to >= count) return place.length > 1 ? leave(draft, place, by) : { draft, place }
  const swapped = siblingsOf(draft, place).toSpliced(lastOf(place), 1).toSpliced(to, 0, part)
  return { draft: withSiblings(draft, place, swapped), place: beside(place, by) }
}

/** Out of its group, to before or after it; a group that is left empty goes. */
export function leave(draft: Draft, place: Place, by: 1 | -1 = 1): Moved {
  const part = partAt(draft, place)
  const group = place.slice(0, -1)
  const above = group.length > 0 ? partAt(draft, group) : undefined
  if (!part || !above) return { draft, place }
  const rest = siblingsOf(draft, place).toSpliced(lastOf(place), 1)
  const left = rest.length > 0 ? [withInside(above, groupOf(jointOf(insideOf(above)) ?? 'all', rest))] : []
  const parts = siblingsOf(draft, group).toSpliced(lastOf(group), 1, ...(by === 1 ? [...left, part] : [part, ...left]))
  return { draft: withSiblings(draft, group, parts), place: beside(group, by === 1 ? left.length : 0) }
}

/** Into the group just above it; into a new one where there is none. */
export function enter(draft: Draft, place: Place): Moved {
  const part = partAt(draft, place)
  const above = lastOf(place) > 0 ? partAt(draft, beside(place, -1)) : undefined
  if (!part) return { draft, place }
  if (!above || !jointOf(insideOf(above))) return wrap(draft, place, 'any')
  return add(
    replace(draft, place, () => []),
    beside(place, -1),
    part,
  )
}

function withSiblings(draft: Draft, place: Place, parts: readonly Draft[]): Draft {
  const group = place.slice(0, -1)
  if (group.length === 0) return regroup(draft, parts)
  return replace(draft, group, (g) => [withInside(g, groupOf(jointOf(insideOf(g)) ?? 'all', parts))])
}
