// How communities, or parts of the brand told apart by a property such as city or store, are doing: each beside the
// others, and beside itself in as long a time before.
import { z } from 'zod'
import { path } from '#data/segment'
import { cell, cellKey } from '../cell.ts'
import { kind } from '../kind.ts'
import { figures, METRICS, type Metric, relationOf, type Span, spans } from './health-metric.ts'
import { scene } from './scene.ts'

const query = z.object({
  ...scene,
  /** Default: communities. */
  by: z.object({ property: path }).optional(),
  limit: z.int().min(1).max(50).default(20),
})

const ratio = z.number().nullable()
const counts = z.object(Object.fromEntries(METRICS.map((m) => [m, z.int()])) as Record<Metric, z.ZodInt>)
const cells = z.object(Object.fromEntries(METRICS.map((m) => [m, cell])) as Record<Metric, typeof cell>)
const state = z.object({
  counts,
  cells,
  activeShare: ratio,
  retention30: ratio,
  answerRate: ratio,
  responseSeconds: ratio,
  gini: ratio,
})

export const lensHealth = kind({
  name: 'insight.lens_health',
  title: { en: 'Community health', zh: '社群健康度' },
  means: {
    en: 'Active share: members who did something themselves in the range, of all members at its end. Newcomers: joined in the range. Retention: of those who joined 60 to 30 days before the end, who did something in the last 30 days. Answer rate: questions with a reply by another member within 7 days, of those whose 7 days are over or that have one. Concentration: Gini of contributions. “Before” is as long a time right before the range.',
    zh: '活跃占比：时段内有主动行为的成员占期末成员数的比例。新成员：时段内加入。留存率：期末前 60 至 30 天加入的成员中，最近 30 天仍有主动行为的比例。回应率：7 天内获得他人回复的提问，占已获回复或已满 7 天提问的比例。集中度：贡献的基尼系数。“上期”为紧邻本时段之前的等长时段。',
  },
  query,
  answer: z.object({
    groups: z.array(z.object({ group: z.string(), now: state, before: state })),
    /** More than are shown. */
    more: z.int(),
  }),
  async numbers(sheet, asked) {
    const [now, before] = spans(sheet)
    const [present, past] = await Promise.all([figures(sheet, asked, now), figures(sheet, asked, before)])
    const names = [...present.keys()].filter((g) => (present.get(g)?.counts.members ?? 0) > 0)
    names.sort((a, b) => sizeOf(present, b) - sizeOf(present, a) || (a < b ? -1 : 1))
    const stateOf = (of: typeof present, g: string, span: Span) => {
      const { counts, gini, responseSeconds } = of.get(g) ?? NOTHING
      const share = (part: number, all: number) => (all > 0 ? part / all : null)
      return {
        ...{ counts, gini, responseSeconds },
        cells: Object.fromEntries(METRICS.map((m) => [m, cellKey(m, g, span.name)])) as Record<Metric, string>,
        activeShare: share(counts.active, counts.members),
        retention30: share(counts.retained, counts.joiners),
        answerRate: share(counts.answered, counts.answered + counts.unanswered),
      }
    }
    return {
      groups: names.slice(0, asked.limit).map((group) => ({
        group,
        now: stateOf(present, group, now),
        before: stateOf(past, group, before),
      })),
      more: Math.max(0, names.length - asked.limit),
    }
  },
  async people(sheet, asked, [metric, group, when]) {
    const span = spans(sheet).find((s) => s.name === when)
    const known = METRICS.find((m) => m === metric)
    if (!span || !known || !group) return null
    const rows = relationOf(sheet, asked, span, known)
    return `SELECT DISTINCT root FROM (${rows}) WHERE g = ${sheet.bind('String', group)}`
  },
})

const NOTHING = {
  counts: Object.fromEntries(METRICS.map((m) => [m, 0])) as Record<Metric, number>,
  gini: null,
  responseSeconds: null,
}
const sizeOf = (of: Awaited<ReturnType<typeof figures>>, g: string) => of.get(g)?.counts.members ?? 0
