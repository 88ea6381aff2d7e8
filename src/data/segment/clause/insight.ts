// {"insight": {"kind", "query", "cell"}}: the members behind one cell of an analysis, whoever answers it. They are those of
// the moment it is asked, so it never stands in a live segment.
import { z } from 'zod'
import { type ClauseKind, NEVER } from './kind.ts'

const schema = z.strictObject({
  insight: z.strictObject({
    kind: z.string().min(1).max(50),
    query: z.record(z.string().max(100), z.unknown()),
    cell: z.string().min(1).max(1000),
  }),
})
export type InsightClause = z.output<typeof schema>

/** By what `Links.cells` knows a clause. */
export const cellKey = ({ insight }: InsightClause): string => JSON.stringify(insight)

export const insight: ClauseKind<InsightClause> = {
  key: 'insight',
  title: { en: 'Cell of an insight', zh: '洞察单元格' },
  schema,
  plan(clause, _, { cells }) {
    const cell = cells.get(cellKey(clause))
    if (!cell) throw new Error('the cell was not looked up')
    return {
      source: 'member',
      names: [],
      where: `root IN (${cell.sql})`,
      constants: cell.params,
      evidence: '0',
      passages: '[toInt64(0)]',
      stages: [{ columns: ['1 AS x'] }],
      holds: '1',
      next: String(NEVER),
      value: "''",
      idle: false,
    }
  },
}
