// {"list": Id}: on a static list.
import { z } from 'zod'
import { planPresent } from './fact.ts'
import type { ClauseKind } from './kind.ts'

const schema = z.strictObject({ list: z.uuid() })

export const list: ClauseKind<z.output<typeof schema>> = {
  key: 'list',
  title: { en: 'Static list', zh: '静态名单' },
  schema,
  plan: (clause) => planPresent(`list:${clause.list}`),
  refers: (clause) => ({ list: clause.list }),
}
