// What members give to others, weighed: an index per member, and what it is made of.
import { z } from 'zod'
import { cell, cellKey } from '../cell.ts'
import { kind } from '../kind.ts'
import type { Sheet } from '../sheet.ts'
import { contributions, isId, numberOf, scene, WEIGHTS, weights, withIds } from './scene.ts'

const MOST_SHOWN = 50
const query = z.object({
  ...scene,
  weights: weights.default({ ...WEIGHTS }),
  /** Where bands of the index begin, after the first. */
  edges: z.array(z.number().positive().max(1e9)).min(1).max(20).default([5, 20, 50, 100, 250]),
  top: z.int().min(1).max(MOST_SHOWN).default(10),
})
type Query = z.output<typeof query>

export const lensValue = kind({
  name: 'insight.lens_value',
  title: { en: 'Value contribution index', zh: '价值贡献指数' },
  means: {
    en: 'Points for what a member gave to others in the range, added up: accepted answer 15, answer 8, wiki entry 8, post 5, comment 2, each up-vote or favourite received 1. The weights can be changed in the query.',
    zh: '成员在时段内为他人创造价值的加权得分：回答被采纳 15、回答 8、词条 8、发帖 5、评论 2、每收到一次赞成或收藏 1。权重可在查询中调整。',
  },
  query,
  answer: z.object({
    total: z.number(),
    members: z.int(),
    cell,
    mean: z.number().nullable(),
    median: z.number().nullable(),
    byEvent: z.array(
      z.object({ event: z.string(), weight: z.number(), count: z.int(), points: z.number(), members: z.int(), cell }),
    ),
    bands: z.array(
      z.object({ from: z.number(), to: z.number().nullable(), members: z.int(), points: z.number(), cell }),
    ),
    top: z.array(z.object({ memberId: z.uuid(), points: z.number(), share: z.number(), cell })),
  }),
  reads: (asked) => Object.keys(asked.weights),
  async numbers(sheet, asked) {
    const rows = await sheet.rows<{ name: string; n: number; points: number; members: number }>(
      `SELECT name, count() AS n, sum(points) AS points, uniqExact(root) AS members
       FROM (${contributions(sheet, asked, asked.weights)}) GROUP BY name`,
    )
    const bands = await sheet.rows<{ place: number; members: number; points: number; median: number }>(
      `SELECT if(grouping(band) = 0, toInt32(band), -1) AS place, count() AS members, sum(x) AS points, quantileExactInclusive(0.5)(x) AS median
       FROM (SELECT ${bandSql(sheet, asked)} AS band, x FROM (${index(sheet, asked)})) GROUP BY GROUPING SETS ((band), ())`,
    )
    const top = await sheet.rows<{ memberId: string; x: number }>(
      `SELECT memberId, x FROM (${withIds(`SELECT root AS number, x FROM (${index(sheet, asked)}) ORDER BY x DESC, root LIMIT ${asked.top}`)})
       ORDER BY x DESC, memberId`,
    )
    const whole = bands.find((b) => b.place === -1)
    const total = whole?.points ?? 0
    const members = whole?.members ?? 0
    const edges = edgesOf(asked)
    return {
      ...{ total, members, cell: cellKey('all') },
      ...{ mean: members ? total / members : null, median: members ? (whole?.median ?? null) : null },
      byEvent: Object.entries(asked.weights).map(([event, weight]) => {
        const row = rows.find((r) => r.name === event)
        const { n: count, points, members } = row ?? { n: 0, points: 0, members: 0 }
        return { event, weight, count, points, members, cell: cellKey('event', event) }
      }),
      bands: [0, ...edges].map((from, i) => {
        const row = bands.find((b) => b.place === i)
        const counts = { members: row?.members ?? 0, points: row?.points ?? 0 }
        return { from, to: edges[i] ?? null, ...counts, cell: cellKey('band', i) }
      }),
      top: top.map(({ memberId, x }) => ({ memberId, points: x, share: x / total, cell: cellKey('one', memberId) })),
    }
  },
  async people(sheet, asked, [part, which]) {
    const of = (condition: string) => `SELECT root FROM (${index(sheet, asked)}) WHERE ${condition}`
    if (part === 'all') return of('1')
    if (part === 'event' && which != null && which in asked.weights)
      return `SELECT DISTINCT root FROM (${contributions(sheet, asked, asked.weights)}) WHERE name = ${sheet.bind('String', which)}`
    if (part === 'band' && /^\d{1,2}$/.test(which ?? '')) return of(`${bandSql(sheet, asked)} = ${Number(which)}`)
    return part === 'one' && isId(which) ? of(`root IN (${numberOf(sheet, which)})`) : null
  },
})

const edgesOf = (asked: Query) => asked.edges.toSorted((a, b) => a - b)
const bandSql = (sheet: Sheet, asked: Query) =>
  `arrayCount(e -> x >= e, ${sheet.bind('Array(Float64)', edgesOf(asked))})`

/** Rows (root, x): the index of each member who has one. */
const index = (sheet: Sheet, asked: Query) =>
  `SELECT root, sum(points) AS x FROM (${contributions(sheet, asked, asked.weights)}) GROUP BY root HAVING x > 0`
