// {"segment": Id}: what that segment's definition says, at the same instant. It stands in the definition's place, so
// that a segment and those built on it turn together; equal clauses are measured once however often they stand.
import { z } from 'zod'
import type { ClauseKind } from './kind.ts'

const schema = z.strictObject({ segment: z.uuid() })

export const segment: ClauseKind<z.output<typeof schema>> = {
  key: 'segment',
  title: { en: 'Segment', zh: '分群' },
  schema,
  plan() {
    throw new Error('a segment stands for its definition')
  },
  refers: (clause) => ({ segment: clause.segment }),
}
