// What all lenses look at: a community or the whole brand, who belongs to it, what members do there themselves, and who
// replies to whom. Events are named as the catalogue names them.
import { z } from 'zod'
import { common } from '../kind.ts'
import type { Sheet } from '../sheet.ts'

/** Fields of every lens: with a community, only what happens there and its members count. */
export const scene = { ...common, community: z.uuid().optional() }
export interface Scene {
  community?: string | undefined
}

/** What is done to a member, or follows from what they did, is no act of theirs. */
const RECEIVED = [
  ...['vote.received', 'answer.accepted', 'badge.awarded', 'points.awarded', 'points.held', 'points.released'],
  ...['community.role_changed', 'community.member_removed', 'community.banned'],
]
/** Whoever replied counts as an answer, also outside of what the caller's filter keeps. */
export const REAL = 'NOT bot AND member != 0'

/** The condition on a row of `events` that it happened there. */
export const there = (sheet: Sheet, { community }: Scene): string =>
  community === undefined ? '1' : `communityId = ${sheet.bind('UUID', community)}`

/** A SELECT of who counts among the members of a community at the end of the range. */
export function belonging(sheet: Sheet, community: string): string {
  const key = sheet.bind('String', `community:${community}`)
  return `SELECT root FROM (SELECT ${sheet.root} AS root, argMax(value, (validFrom, seq)) AS standing FROM facts
    WHERE key = ${key} AND validFrom <= ${sheet.instant(sheet.at)} GROUP BY root)
    WHERE JSONExtractString(standing, 'state') = 'active'`
}

/** The condition on a row of `events` that its member did it, there or, being of the community, nowhere in particular. */
export function own(sheet: Sheet, scene: Scene): string {
  const act = `class != 'system' AND name NOT IN ${sheet.bind('Array(String)', RECEIVED)}`
  if (scene.community === undefined) return act
  const outside = `communityId = toUUID('00000000-0000-0000-0000-000000000000') AND ${sheet.root} IN (${belonging(sheet, scene.community)})`
  return `${act} AND (${there(sheet, scene)} OR (${outside}))`
}

/** Rows (root, name, t) of what members do in the range, with the votes they give as `vote.given`. */
export function acts(sheet: Sheet, scene: Scene): string {
  const during = sheet.within(sheet.from, sheet.to)
  const voters = `SELECT number AS member, false AS bot, memberId FROM members`
  return `SELECT ${sheet.root} AS root, toString(name) AS name, timestamp AS t FROM events
    WHERE ${during} AND ${own(sheet, scene)} AND ${sheet.audience}
    UNION ALL SELECT v.root AS root, 'vote.given' AS name, e.t AS t FROM (
      SELECT toUUIDOrZero(substring(actor, 8)) AS by, timestamp AS t FROM events
      WHERE ${during} AND name = 'vote.received' AND startsWith(actor, 'member:') AND ${there(sheet, scene)}) AS e
    LEFT SEMI JOIN (SELECT ${sheet.root} AS root, memberId FROM (${voters}) WHERE ${sheet.audience}) AS v ON v.memberId = e.by`
}

const inside = (key: string) => `JSONExtractString(properties, '${key}')`

/** Rows (id, question, author) of what can be replied to: posts and entries, and the answers below them. */
const openings = (sheet: Sheet) =>
  `SELECT if(name = 'answer.created', ${inside('answerId')}, ${inside('postId')}) AS id, ${inside('postId')} AS question,
     ${sheet.root} AS author FROM events WHERE name IN ('post.created', 'wiki.created', 'answer.created') AND ${REAL}`

/**
 * Rows (root, author, question, t) of answers and comments from `from` on: who replied when, whose words, and to which
 * question in the end. Members reply to themselves, too.
 */
export const replies = (sheet: Sheet, from: Date, to: Date | null, scene: Scene, names: readonly string[]): string =>
  `SELECT r.root AS root, o.author AS author, o.question AS question, r.t AS t FROM (
     SELECT ${sheet.root} AS root, ${inside('postId')} AS target, toUnixTimestamp64Milli(timestamp) AS t FROM events
     WHERE ${sheet.within(from, to)} AND name IN ${sheet.bind('Array(String)', names)} AND ${REAL}
       AND ${there(sheet, scene)}) AS r
   LEFT SEMI JOIN (${openings(sheet)}) AS o ON o.id = r.target`

export const REPLIES = ['answer.created', 'comment.created'] as const

/** Rows (a, b, n): how often a member replied to another one in the range; both count. */
export function links(sheet: Sheet, scene: Scene): string {
  const counting = `SELECT ${sheet.root} AS root FROM (SELECT number AS member, false AS bot FROM members) WHERE ${sheet.audience}`
  return `SELECT root AS a, author AS b, count() AS n FROM (${replies(sheet, sheet.from, sheet.to, scene, REPLIES)})
    WHERE a != b AND a IN (${counting}) AND b IN (${counting}) GROUP BY a, b`
}

/** What a contribution is worth where the query does not say otherwise: the more work for others, the more. */
export const WEIGHTS: Readonly<Record<string, number>> = {
  'answer.accepted': 15,
  'answer.created': 8,
  'wiki.created': 8,
  'post.created': 5,
  'comment.created': 2,
  'vote.received': 1,
}
/** Votes that say it was good. */
const APPLAUSE =
  "name != 'vote.received' OR JSONExtractString(properties, 'kind') IN ('up', 'favorite', 'bountyAwarded')"
const MOST_WEIGHTS = 30
export const weights = z
  .record(z.string().min(1).max(200), z.number().min(0).max(1000))
  .refine((w) => Object.keys(w).length > 0 && Object.keys(w).length <= MOST_WEIGHTS)

/** Rows (root, name, t, points): contributions of the range and what each is worth. */
export function contributions(sheet: Sheet, scene: Scene, worth: Readonly<Record<string, number>>): string {
  const names = sheet.bind('Array(String)', Object.keys(worth))
  const values = sheet.bind('Array(Float64)', Object.values(worth))
  return `SELECT ${sheet.root} AS root, toString(name) AS name, timestamp AS t, transform(name, ${names}, ${values}, 0.) AS points
    FROM events WHERE ${sheet.within(sheet.from, sheet.to)} AND name IN ${names} AND (${APPLAUSE})
      AND ${there(sheet, scene)} AND ${sheet.audience}`
}

/** Columns of the public id of a member that a query names `number`. */
export const withIds = (relation: string): string =>
  `SELECT r.*, toString(m.memberId) AS memberId FROM (${relation}) AS r LEFT SEMI JOIN members AS m ON m.number = r.number`

/** The number of a member by public id. */
export const numberOf = (sheet: Sheet, memberId: string): string =>
  `SELECT ${sheet.root} FROM (SELECT number AS member FROM members WHERE memberId = ${sheet.bind('UUID', memberId)})`

export const isId = (text: string | null | undefined): text is string => z.uuid().safeParse(text).success
