// How strongly members are drawn to the community, and draw others: love times reach, after the Orbit model.
import { z } from 'zod'
import { duration } from '#kernel/time'
import { cell, cellKey } from '../cell.ts'
import { kind } from '../kind.ts'
import { lengthOf } from '../session.ts'
import type { Sheet } from '../sheet.ts'
import { ties } from './graph.ts'
import { contributions, isId, numberOf, scene, WEIGHTS, weights, withIds } from './scene.ts'

/** From the outermost. */
const LEVELS = ['explorer', 'participant', 'contributor', 'advocate'] as const
/** Points of the picture. */
const MOST_POINTS = 300
const from = z.number().positive().max(1e9)

const query = z.object({
  ...scene,
  weights: weights.default({ ...WEIGHTS, 'checkin.completed': 1, 'community.joined': 1 }),
  halfLife: duration.default('30d'),
  /** The gravity from which a member is on a level. */
  levels: z
    .object({ participant: from, contributor: from, advocate: from })
    .default({ participant: 5, contributor: 30, advocate: 150 }),
  top: z.int().min(1).max(MOST_POINTS).default(100),
})
type Query = z.output<typeof query>
const mean = z.number().nullable()

export const lensGravity = kind({
  name: 'insight.lens_gravity',
  title: { en: 'Gravity', zh: '引力模型' },
  means: {
    en: 'Gravity = love × reach. Love: points for contributions in the range (weights of the value index, check-in and joining 1 each), halved for every 30 days that have passed since. Reach: 1 + log₂(1 + members they exchanged replies with). Levels by gravity: explorer below 5, participant from 5, contributor from 30, advocate from 150.',
    zh: '引力 = 热爱度 × 影响力。热爱度：时段内贡献得分（权重同价值贡献指数，打卡与入群各 1），每过 30 天衰减一半。影响力：1 + log₂(1 + 有回复往来的成员数)。按引力分层：低于 5 为探索者，5 起为参与者，30 起为贡献者，150 起为拥护者。',
  },
  query,
  answer: z.object({
    members: z.int(),
    cell,
    levels: z.array(
      z.object({
        level: z.enum(LEVELS),
        members: z.int(),
        share: mean,
        averageLove: mean,
        averageReach: mean,
        gravity: z.number(),
        cell,
      }),
    ),
    /** The members of `top`. */
    topCell: cell,
    top: z.array(
      z.object({
        memberId: z.uuid(),
        level: z.enum(LEVELS),
        love: z.number(),
        reach: z.number(),
        gravity: z.number(),
        cell,
      }),
    ),
  }),
  async numbers(sheet, asked) {
    const rows = await sheet.rows<{ level: number; n: number; love: number; reach: number; gravity: number }>(
      `SELECT level, count() AS n, avg(love) AS love, avg(reach) AS reach, sum(gravity) AS gravity
       FROM (${relation(sheet, asked)}) GROUP BY level`,
    )
    const top = await sheet.rows<{ memberId: string; level: number; love: number; reach: number; gravity: number }>(
      `SELECT memberId, level, love, reach, gravity FROM (${withIds(
        `SELECT root AS number, level, love, reach, gravity FROM (${relation(sheet, asked)}) ORDER BY gravity DESC, root LIMIT ${asked.top}`,
      )}) ORDER BY gravity DESC, memberId`,
    )
    const members = rows.reduce((sum, r) => sum + r.n, 0)
    const named = (i: number) => LEVELS[i] ?? LEVELS[0]
    return {
      ...{ members, cell: cellKey('all') },
      levels: LEVELS.map((level, i) => {
        const row = rows.find((r) => r.level === i)
        return {
          ...{ level, members: row?.n ?? 0, share: members ? (row?.n ?? 0) / members : null },
          ...{ averageLove: row?.love ?? null, averageReach: row?.reach ?? null, gravity: row?.gravity ?? 0 },
          cell: cellKey('level', level),
        }
      }).reverse(),
      topCell: cellKey('top'),
      top: top.map((r) => ({ ...r, level: named(r.level), cell: cellKey('one', r.memberId) })),
    }
  },
  async people(sheet, asked, [part, which]) {
    const of = (condition: string) => `SELECT root FROM (${relation(sheet, asked)}) WHERE ${condition}`
    if (part === 'all') return of('1')
    if (part === 'top')
      return `SELECT root FROM (${relation(sheet, asked)}) ORDER BY gravity DESC, root LIMIT ${asked.top}`
    const level = (LEVELS as readonly (string | null | undefined)[]).indexOf(which)
    if (part === 'level' && level >= 0) return of(`level = ${level}`)
    return part === 'one' && isId(which) ? of(`root IN (${numberOf(sheet, which)})`) : null
  },
})

/** Rows (root, love, reach, gravity, level). */
function relation(sheet: Sheet, asked: Query): string {
  const { participant, contributor, advocate } = asked.levels
  const edges = sheet.bind('Array(Float64)', [participant, contributor, advocate])
  const half = sheet.bind('Float64', lengthOf(asked.halfLife))
  const age = `(${sheet.bind('Int64', sheet.at.getTime())} - toUnixTimestamp64Milli(t))`
  const love = `SELECT root, sum(points * exp2(-${age} / ${half})) AS love
    FROM (${contributions(sheet, asked, asked.weights)}) GROUP BY root HAVING love > 0`
  const partners = `SELECT a, count() AS partners FROM (${ties(sheet, asked)}) GROUP BY a`
  const both = `SELECT l.root AS root, l.love AS love, 1 + log2(1 + p.partners) AS reach
    FROM (${love}) AS l LEFT ANY JOIN (${partners}) AS p ON p.a = l.root`
  return `SELECT root, love, reach, love * reach AS gravity, toUInt8(arrayCount(e -> love * reach >= e, ${edges})) AS level
    FROM (${both})`
}
