// Whether a community lives off a few: how unequally its contributions are spread over those who contribute.
import { z } from 'zod'
import { cell, cellKey } from '../cell.ts'
import { kind } from '../kind.ts'
import type { Sheet } from '../sheet.ts'
import { contributions, scene, WEIGHTS, weights } from './scene.ts'

/** One each: what is written, whatever it is worth. */
const WRITTEN = { 'post.created': 1, 'answer.created': 1, 'comment.created': 1, 'wiki.created': 1 }
const SHARES = [1, 10, 20] as const
/** Points of the curve. */
const POINTS = 100

const query = z.object({
  ...scene,
  /** Pieces written, or their weighed value. */
  measure: z.enum(['count', 'value']).default('count'),
  weights: weights.optional(),
})
type Query = z.output<typeof query>

export const lensConcentration = kind({
  name: 'insight.lens_concentration',
  title: { en: 'Contribution concentration', zh: '贡献集中度' },
  means: {
    en: 'Posts, answers, comments and wiki entries of the range, by the members who wrote at least one. Gini: 0 = all wrote the same, near 1 = one wrote everything. The top 1 % are at least one member.',
    zh: '时段内的发帖、回答、评论与词条，按至少产出一条内容的成员统计。基尼系数：0 表示人均产出相同，趋近 1 表示集中于个别成员。前 1% 至少取 1 位成员。',
  },
  query,
  answer: z.object({
    contributors: z.int(),
    cell,
    total: z.number(),
    gini: z.number().nullable(),
    top: z.array(z.object({ percent: z.int(), members: z.int(), share: z.number().nullable(), cell })),
    /** From those who gave least: this share of members gave that share of it all. */
    lorenz: z.array(z.object({ members: z.number(), contributions: z.number() })),
  }),
  reads: (asked) => Object.keys(worthOf(asked)),
  async numbers(sheet, asked) {
    const [row] = await sheet.rows<{ n: number; total: number; ranked: number; curve: number[]; tops: number[] }>(
      `SELECT length(xs) AS n, arraySum(xs) AS total, arraySum(arrayMap((x, i) -> x * i, xs, arrayEnumerate(xs))) AS ranked,
         arrayCumSum(xs) AS sums, arrayMap(k -> if(intDiv(n * k, ${POINTS}) = 0, 0., sums[intDiv(n * k, ${POINTS})]), range(${POINTS + 1})) AS curve,
         arrayMap(k -> arraySum(arraySlice(xs, toInt64(n) - toInt64(ceil(n * k / 100)) + 1)), ${JSON.stringify(SHARES)}) AS tops
       FROM (SELECT arraySort(groupArray(x)) AS xs FROM (${amounts(sheet, asked)}))`,
    )
    const { n, total, ranked, curve, tops } = row ?? { n: 0, total: 0, ranked: 0, curve: [], tops: [] }
    const points = curve.map((sum, k) => ({ members: Math.floor((n * k) / POINTS) / n, contributions: sum / total }))
    return {
      ...{ contributors: n, cell: cellKey('top', 100), total },
      gini: n > 0 ? (2 * ranked) / (n * total) - (n + 1) / n : null,
      top: SHARES.map((percent, i) => ({
        ...{ percent, members: Math.ceil((n * percent) / 100), cell: cellKey('top', percent) },
        share: n > 0 ? (tops[i] ?? 0) / total : null,
      })),
      lorenz: n > 0 ? points.filter((p, i) => p.members !== points[i - 1]?.members) : [],
    }
  },
  async people(sheet, asked, [part, percent]) {
    if (part !== 'top' || !/^\d{1,3}$/.test(percent ?? '') || Number(percent) > 100) return null
    const all = amounts(sheet, asked)
    return `SELECT root FROM (SELECT root, row_number() OVER (ORDER BY x DESC, root) AS place, count() OVER () AS n FROM (${all}))
      WHERE place <= ceil(n * ${Number(percent)} / 100)`
  },
})

const worthOf = (asked: Query) => (asked.measure === 'count' ? WRITTEN : (asked.weights ?? WEIGHTS))

/** Rows (root, x): how much each gave. */
const amounts = (sheet: Sheet, asked: Query) =>
  `SELECT root, sum(points) AS x FROM (${contributions(sheet, asked, worthOf(asked))}) GROUP BY root HAVING x > 0`
