// Who answers whom: the most connected members, the ties between them, and how far each reaches in two steps.
import { z } from 'zod'
import { cell, cellKey } from '../cell.ts'
import { kind } from '../kind.ts'
import type { Sheet } from '../sheet.ts'
import { isId, links, numberOf, type Scene, scene, withIds } from './scene.ts'

/** More than this is a ball of wool. */
const MOST = 300
const query = z.object({
  ...scene,
  nodes: z.int().min(2).max(MOST).default(100),
  edges: z.int().min(1).max(MOST).default(200),
})

export const lensGraph = kind({
  name: 'insight.lens_graph',
  title: { en: 'Reply network', zh: '互动关系网' },
  means: {
    en: 'Two members are tied when one replied (answer or comment) to the other in the range. Reach 1 are a member’s ties; reach 2 are these and the ties of these, without the member. Shown are the members with the most replies given and received.',
    zh: '时段内一方回复（回答或评论）过另一方，即视为两人建立联系。一度触达为直接联系的成员；二度触达为其直接联系及这些成员的联系（不含本人）。图中展示收发回复最多的成员。',
  },
  query,
  answer: z.object({
    /** Members with a tie, pairs of them, pairs of which both replied, and replies in all. */
    members: z.int(),
    cell,
    pairs: z.int(),
    mutual: z.int(),
    mutualCell: cell,
    replies: z.int(),
    /** Over all members with a tie. */
    averageReach: z.number().nullable(),
    /** The members of `nodes`. */
    shownCell: cell,
    nodes: z.array(
      z.object({
        memberId: z.uuid(),
        given: z.int(),
        received: z.int(),
        reach1: z.int(),
        reach1Cell: cell,
        reach2: z.int(),
        reach2Cell: cell,
        cell,
      }),
    ),
    /** Replies from one to the other; `cell` is the two of them. */
    edges: z.array(z.object({ from: z.uuid(), to: z.uuid(), replies: z.int(), cell })),
  }),
  reads: () => ['answer.created', 'comment.created', 'post.created', 'wiki.created', 'community.*'],
  async numbers(sheet, asked) {
    const [whole] = await sheet.rows<Record<'members' | 'directed' | 'both' | 'said', number>>(
      `SELECT uniqExact(a) AS members, countIf(given > 0) AS directed, countIf(given > 0 AND received > 0) AS both,
         sum(given) AS said FROM (${ties(sheet, asked)})`,
    )
    const nodes = await sheet.rows<Node>(nodesSql(sheet, asked, asked.nodes))
    const ids = new Map(nodes.map((n) => [n.number, n.memberId]))
    const edges = await sheet.rows<{ a: number; b: number; n: number }>(
      edgesSql(sheet, asked, [...ids.keys()], asked.edges),
    )
    const { members, directed, both, said } = whole ?? { members: 0, directed: 0, both: 0, said: 0 }
    const [mutual, pairs] = [both / 2, directed - both / 2]
    return {
      ...{ members, cell: cellKey('all'), pairs, mutual, mutualCell: cellKey('mutual'), replies: said },
      averageReach: members === 0 ? null : (2 * pairs) / members,
      shownCell: cellKey('shown'),
      nodes: nodes.map(({ number: _, ...n }) => ({
        ...n,
        reach1Cell: cellKey('reach1', n.memberId),
        reach2Cell: cellKey('reach2', n.memberId),
        cell: cellKey('one', n.memberId),
      })),
      edges: edges.flatMap(({ a, b, n }) => {
        const [from, to] = [ids.get(a), ids.get(b)]
        return from && to ? [{ from, to, replies: n, cell: cellKey('tie', from, to) }] : []
      }),
    }
  },
  async people(sheet, asked, [part, one, other]) {
    const tied = ties(sheet, asked)
    if (part === 'all') return `SELECT DISTINCT a AS root FROM (${tied})`
    if (part === 'shown') return `SELECT number AS root FROM (${topSql(sheet, asked, asked.nodes)})`
    if (part === 'mutual') return `SELECT DISTINCT a AS root FROM (${tied}) WHERE given > 0 AND received > 0`
    if (!isId(one)) return null
    const self = numberOf(sheet, one)
    if (part === 'one') return `SELECT DISTINCT a AS root FROM (${tied}) WHERE a IN (${self})`
    const near = `SELECT b FROM (${tied}) WHERE a IN (${self})`
    if (part === 'reach1') return `SELECT b AS root FROM (${tied}) WHERE a IN (${self})`
    if (part === 'reach2')
      return `SELECT DISTINCT b AS root FROM (${tied}) WHERE (a IN (${self}) OR a IN (${near})) AND b NOT IN (${self})`
    if (part !== 'tie' || !isId(other)) return null
    const pair = `${self} UNION ALL ${numberOf(sheet, other)}`
    return `SELECT DISTINCT a AS root FROM (${tied}) WHERE a IN (${pair}) AND b IN (${pair})`
  },
})

interface Node {
  number: number
  memberId: string
  given: number
  received: number
  reach1: number
  reach2: number
}

/** Rows (a, b, given, received): each tie from both ends, with the replies from a to b and back. */
export const ties = (sheet: Sheet, asked: Scene): string =>
  `SELECT e.1 AS a, e.2 AS b, sum(e.3) AS given, sum(e.4) AS received FROM (
     SELECT arrayJoin([(a, b, n, 0), (b, a, 0, n)]) AS e FROM (${links(sheet, asked)})) GROUP BY a, b`

/** Rows (number, near, given, received, reach1): whom each is tied to. */
const near = (sheet: Sheet, asked: Scene) =>
  `SELECT t.a AS number, groupBitmapState(toUInt32(t.b)) AS near, toUInt32(sum(t.given)) AS given,
     toUInt32(sum(t.received)) AS received, toUInt32(count()) AS reach1 FROM (${ties(sheet, asked)}) AS t GROUP BY number`

/** The most connected, from the first. */
const topSql = (sheet: Sheet, asked: Scene, limit: number) =>
  `SELECT number, near, given, received, reach1 FROM (${near(sheet, asked)})
   ORDER BY given + received DESC, number LIMIT ${limit}`

function nodesSql(sheet: Sheet, asked: Scene, limit: number): string {
  // A member stands once among the ties of their own ties.
  const both = `SELECT x.number AS number, any(x.given) AS given, any(x.received) AS received, any(x.reach1) AS reach1,
      toUInt32(groupBitmapMerge(n.near) - 1) AS reach2
    FROM (SELECT number, given, received, reach1, arrayJoin(arrayPushBack(bitmapToArray(near), toUInt32(number))) AS tied
      FROM (${topSql(sheet, asked, limit)})) AS x
    INNER JOIN (SELECT number, near FROM (${near(sheet, asked)})) AS n ON n.number = x.tied GROUP BY x.number`
  return `SELECT number, memberId, given, received, reach1, reach2 FROM (${withIds(both)})
    ORDER BY given + received DESC, number`
}

/** The strongest ties among the shown. */
function edgesSql(sheet: Sheet, asked: Scene, shown: readonly number[], limit: number): string {
  const among = sheet.bind('Array(UInt32)', shown)
  return `SELECT toUInt32(a) AS a, toUInt32(b) AS b, toUInt32(n) AS n FROM (${links(sheet, asked)}) AS l
    WHERE l.a IN ${among} AND l.b IN ${among} ORDER BY n DESC, a, b LIMIT ${limit}`
}
