// How long those who ask wait for the first reply of somebody else, and who waits in vain.
import { z } from 'zod'
import { duration } from '#kernel/time'
import { cell, cellKey } from '../cell.ts'
import { kind } from '../kind.ts'
import { matching } from '../match.ts'
import { periodSql, periodsOf } from '../period.ts'
import { lengthOf } from '../session.ts'
import type { Sheet } from '../sheet.ts'
import { REPLIES, replies, type Scene, scene, there } from './scene.ts'

/** Ends of the groups of waiting times, in seconds. */
const WAITS = [600, 3600, 14_400, 86_400, 259_200]

const query = z.object({
  ...scene,
  question: matching.default({ event: 'post.created', where: [] }),
  /** What counts as a reply. */
  replies: z
    .array(z.enum(REPLIES))
    .min(1)
    .max(2)
    .default([...REPLIES]),
  window: duration.default('7d'),
  interval: z.enum(['day', 'week', 'month']).default('week'),
})
const seconds = z.number().nullable()

export const lensResponse = kind({
  name: 'insight.lens_response',
  title: { en: 'Response time', zh: '响应时间' },
  means: {
    en: 'Questions (posts) of the range, and the time to the first answer or comment by another member, on the post or on an answer below it. Without one within 7 days a question is unanswered; before they are over it is still open. The unanswered share leaves open questions out.',
    zh: '时段内的提问（发帖），以及首个由其他成员给出的回答或评论（含对其下回答的评论）所用的时间。7 天内无人回应计为“未回应”；未满 7 天的为“待回应”，不计入未回应率。',
  },
  query,
  answer: z.object({
    questions: z.int(),
    cell,
    answered: z.int(),
    answeredCell: cell,
    unanswered: z.int(),
    unansweredCell: cell,
    open: z.int(),
    openCell: cell,
    unansweredShare: z.number().nullable(),
    medianSeconds: seconds,
    p90Seconds: seconds,
    /** Members who were the first to reply. */
    responders: z.int(),
    respondersCell: cell,
    waits: z.array(z.object({ upTo: z.int().nullable(), questions: z.int(), cell })),
    buckets: z.array(
      z.object({
        bucket: z.string(),
        questions: z.int(),
        answered: z.int(),
        medianSeconds: seconds,
        cell,
        answeredCell: cell,
      }),
    ),
    /** Indexes of buckets that have not ended. */
    unfinished: z.array(z.int()),
  }),
  reads: () => ['*'],
  async numbers(sheet, asked) {
    const relation = questions(sheet, asked)
    const measures = `count() AS n, countIf(state = 'answered') AS answered, countIf(state = 'open') AS open,
      quantileExactInclusiveIf(0.5)(wait, state = 'answered') AS median,
      quantileExactInclusiveIf(0.9)(wait, state = 'answered') AS p90, uniqExactIf(responder, state = 'answered') AS responders`
    const rows = await sheet.rows<Row>(
      `SELECT if(grouping(p) = 0, toString(p), NULL) AS bucket, ${measures} FROM (${relation})
       GROUP BY GROUPING SETS ((p), ())`,
    )
    const waits = await sheet.rows<{ w: number; n: number }>(
      `SELECT ${waitSql(sheet)} AS w, count() AS n FROM (${relation}) WHERE state = 'answered' GROUP BY w`,
    )
    const periods = periodsOf(asked.interval, sheet.from, sheet.to, sheet) ?? []
    const whole = rows.find((r) => r.bucket === null)
    const [n, answered, open] = [whole?.n ?? 0, whole?.answered ?? 0, whole?.open ?? 0]
    const known = (r: Row | undefined, value: number | undefined) => (r && r.answered > 0 ? (value ?? null) : null)
    const state = (s: string) => cellKey('state', s)
    return {
      ...{ questions: n, cell: cellKey('all'), answered, answeredCell: state('answered') },
      ...{ unanswered: n - answered - open, unansweredCell: state('unanswered'), open, openCell: state('open') },
      unansweredShare: n > open ? (n - answered - open) / (n - open) : null,
      ...{ medianSeconds: known(whole, whole?.median), p90Seconds: known(whole, whole?.p90) },
      ...{ responders: whole?.responders ?? 0, respondersCell: cellKey('responders') },
      waits: [...WAITS, null].map((upTo, i) => ({
        ...{ upTo, questions: waits.find((r) => r.w === i)?.n ?? 0, cell: cellKey('wait', i) },
      })),
      buckets: periods.map(({ key }) => {
        const row = rows.find((r) => r.bucket === key)
        const counts = { questions: row?.n ?? 0, answered: row?.answered ?? 0 }
        return {
          bucket: key,
          ...counts,
          medianSeconds: known(row, row?.median),
          cell: cellKey('in', key),
          answeredCell: cellKey('answered', key),
        }
      }),
      unfinished: periods.flatMap((p, i) => (p.to > sheet.now ? [i] : [])),
    }
  },
  async people(sheet, asked, [part, which]) {
    const of = (condition: string, who = 'root') =>
      `SELECT DISTINCT ${who} AS root FROM (${questions(sheet, asked)}) WHERE ${condition}`
    if (part === 'all') return of('1')
    if (part === 'responders') return of("state = 'answered'", 'responder')
    if (part === 'state' && which) return of(`state = ${sheet.bind('String', which)}`)
    if (part === 'in' && which) return of(`toString(p) = ${sheet.bind('String', which)}`)
    if (part === 'answered' && which) return of(`state = 'answered' AND toString(p) = ${sheet.bind('String', which)}`)
    if (part === 'wait' && /^[0-5]$/.test(which ?? ''))
      return of(`state = 'answered' AND ${waitSql(sheet)} = ${Number(which)}`)
    return null
  },
})

interface Row {
  bucket: string | null
  n: number
  answered: number
  open: number
  median: number
  p90: number
  responders: number
}

/** By which of the ends in `WAITS` the reply came. */
const waitSql = (sheet: Sheet) => `arrayCount(w -> wait > w, ${sheet.bind('Array(UInt32)', WAITS)})`

export interface Asking extends Scene {
  question: z.output<typeof matching>
  replies: readonly string[]
  window: string
  interval: 'day' | 'week' | 'month'
}

/**
 * Rows (p, g, root, state, wait, responder): a question with who asked, whether it was answered, and after how many
 * seconds by whom; `g` is the community it was asked in.
 */
export function questions(sheet: Sheet, asked: Asking, from = sheet.from, to = sheet.to): string {
  const window = sheet.bind('Int64', lengthOf(asked.window))
  const asking = `SELECT ${periodSql(asked.interval, sheet)} AS p, toString(communityId) AS g, ${sheet.root} AS root,
      JSONExtractString(properties, 'postId') AS id, toUnixTimestamp64Milli(timestamp) AS t FROM events
    WHERE ${sheet.within(from, to)} AND ${sheet.matches(asked.question)} AND ${there(sheet, asked)} AND ${sheet.audience}`
  const replied = `SELECT question, groupArray((t, root)) AS replied FROM (${replies(sheet, from, null, {}, asked.replies)}) GROUP BY question`
  const first = `SELECT q.p AS p, q.g AS g, q.root AS root, q.t AS t, arraySort(arrayFilter(r -> r.2 != q.root AND r.1 >= q.t
      AND r.1 <= q.t + ${window}, a.replied))[1] AS r FROM (${asking}) AS q LEFT ANY JOIN (${replied}) AS a ON a.question = q.id`
  const now = sheet.bind('Int64', sheet.now.getTime())
  return `SELECT p, g, root, multiIf(r.2 != 0, 'answered', t + ${window} > ${now}, 'open', 'unanswered') AS state,
    (r.1 - t) / 1000 AS wait, r.2 AS responder FROM (${first})`
}
