// What kinds there are and how each is counted, as it stands beside the charts.
import { z } from 'zod'
import { declared } from './declare.ts'
import type { AnyKind } from './kind.ts'

const text = z.object({ en: z.string(), zh: z.string() })

export const kindsOf = (kinds: readonly AnyKind[]) =>
  declared.query('insight.kinds', {
    title: { en: 'Kinds of insight and what they mean', zh: '分析类型与指标口径' },
    input: z.object({}),
    output: z.object({ items: z.array(z.object({ kind: z.string(), title: text, means: text })) }),
    offeredTo: ['operator'],
    needs: 'insight.read',
    on: 'brand',
    run: async () => ({
      items: kinds.map(({ name, title, means }) => ({ kind: name.slice('insight.'.length), title, means })),
    }),
  })
