// What uses a tag (血缘): conditions of segments, other tags, journeys and whatever else names it.
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { key, query } from './declare.ts'
import type { TagTables } from './tables.ts'

/** Every capability is asked; the tag is named by its key. */
export async function usesOf(ctx: Pick<Context<TagTables>, 'db' | 'contributors'>, tag: string) {
  const uses = await Promise.all(ctx.contributors.map((c) => c.uses?.(ctx.db as never, { kind: 'tag', id: tag }) ?? []))
  return uses.flat()
}

export const usage = query('tag.usage', {
  title: { en: 'What uses a tag', zh: '标签血缘（被谁使用）' },
  input: z.object({ key }),
  output: z.object({ items: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })) }),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  run: async (ctx, input) => ({ items: [...(await usesOf(ctx, input.key))] }),
})
