// {"bucket": {"salt": string, "from": 0..1, "to": 0..1}}: a stable random share.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { type ClauseKind, NEVER } from './kind.ts'

const share = z.number().min(0).max(1)
const schema = z
  .strictObject({ bucket: z.strictObject({ salt: z.string().min(1).max(100), from: share, to: share }) })
  .refine((c) => c.bucket.from <= c.bucket.to, {
    ...inWords('not before "from"', '不能小于“from”'),
    path: ['bucket', 'to'],
  })

export const bucket: ClauseKind<z.output<typeof schema>> = {
  key: 'bucket',
  title: { en: 'Random share', zh: '随机分桶' },
  schema,
  plan({ bucket: { salt, from, to } }, { bind }) {
    // The first 52 bits fit a double exactly.
    const hash = `reinterpretAsUInt64(reverse(substring(MD5(concat(${bind('String', salt)}, ':', toString(memberId))), 1, 8)))`
    return {
      source: 'member',
      names: [],
      where: '1',
      evidence: '0',
      passages: '[toInt64(0)]',
      stages: [{ columns: [`bitShiftRight(${hash}, 12) / 4503599627370496 AS x`] }],
      holds: `x >= ${bind('Float64', from)} AND x < ${bind('Float64', to)}`,
      next: String(NEVER),
      value: 'toString(x)',
      idle: false,
    }
  },
}
