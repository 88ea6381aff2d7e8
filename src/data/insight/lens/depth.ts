// How deep members take part: everybody who did something stands on the deepest step they reached.
import { z } from 'zod'
import { cell, cellKey } from '../cell.ts'
import { kind } from '../kind.ts'
import type { Sheet } from '../sheet.ts'
import { acts, links, scene } from './scene.ts'

export const LEVELS = ['lurk', 'react', 'comment', 'post', 'answer', 'lead'] as const

const query = z.object({
  ...scene,
  /** What counts as a reaction beside votes that are given. */
  reactions: z.array(z.string().min(1).max(200)).max(20).default(['checkin.completed']),
  /** Who answers, and reached so many others by their replies, leads. */
  leadReach: z.int().min(1).max(1000).default(5),
})
type Query = z.output<typeof query>

export const lensDepth = kind({
  name: 'insight.lens_depth',
  title: { en: 'Participation depth', zh: '参与深度' },
  means: {
    en: 'Members who did something themselves in the range, on the deepest step they reached: lurk (only came and looked), react (check-in, vote given), comment, post, answer, lead (answered, and replied to at least 5 different members). What others did to them, such as votes received or points awarded, is no act of theirs.',
    zh: '时段内有主动行为的成员，按其达到的最深一级归类：潜水（仅浏览）→ 响应（打卡、投票）→ 评论 → 发帖 → 回答 → 引领（有回答，且回复过至少 5 位不同成员）。收到投票、获得积分等被动事件不算主动行为。',
  },
  query,
  answer: z.object({
    levels: z.array(
      z.object({
        level: z.enum(LEVELS),
        members: z.int(),
        share: z.number().nullable(),
        cell,
        /** On this step or a deeper one. */
        reached: z.int(),
        reachedCell: cell,
      }),
    ),
    members: z.int(),
    cell,
  }),
  reads: () => ['*'],
  async numbers(sheet, asked) {
    const rows = await sheet.rows<{ level: number; n: number }>(
      `SELECT level, count() AS n FROM (${relation(sheet, asked)}) GROUP BY level`,
    )
    const members = rows.reduce((sum, r) => sum + r.n, 0)
    return {
      levels: LEVELS.map((level, i) => {
        const n = rows.find((r) => r.level === i)?.n ?? 0
        const reached = rows.reduce((sum, r) => (r.level >= i ? sum + r.n : sum), 0)
        const share = members === 0 ? null : n / members
        return { level, members: n, share, cell: cellKey('is', level), reached, reachedCell: cellKey('from', level) }
      }),
      members,
      cell: cellKey('from', 'lurk'),
    }
  },
  async people(sheet, asked, [how, level]) {
    const i = (LEVELS as readonly (string | null | undefined)[]).indexOf(level)
    if (i < 0 || (how !== 'is' && how !== 'from')) return null
    return `SELECT root FROM (${relation(sheet, asked)}) WHERE level ${how === 'is' ? '=' : '>='} ${i}`
  },
})

/** Rows (root, level), one a member. */
function relation(sheet: Sheet, asked: Query): string {
  const reactions = sheet.bind('Array(String)', ['vote.given', ...asked.reactions])
  const deepest = `SELECT root, max(multiIf(name = 'answer.created', 4, name IN ('post.created', 'wiki.created'), 3,
    name = 'comment.created', 2, name IN ${reactions}, 1, 0)) AS deepest FROM (${acts(sheet, asked)}) GROUP BY root`
  const leading = `SELECT a FROM (${links(sheet, asked)}) GROUP BY a HAVING count() >= ${asked.leadReach}`
  return `SELECT root, toUInt8(if(deepest = 4 AND root IN (${leading}), 5, deepest)) AS level FROM (${deepest})`
}
