// Members of an archive, many at once, and their membership in its community.
import { z } from 'zod'
import type { Db } from '#kernel/host'
import { communitiesByKey, join } from '#people/community'
import { upsert } from '#people/member'
import { action, NARROWED } from './declare.ts'
import { externalIdField, pastTime } from './event-import.ts'

const item = z.object({
  externalId: externalIdField,
  properties: z.record(z.string().min(1).max(200), z.union([z.string().max(2000), z.number(), z.boolean()])),
  createdAt: pastTime,
})

export const importMembers = action('import.members', {
  title: { en: 'Import members', zh: '批量导入成员' },
  input: z.object({
    items: z.array(item).min(1).max(500),
    /** They join this community at their `createdAt`. */
    communityKey: z.string().min(1).max(200).optional(),
  }),
  output: z.object({
    created: z.int(),
    updated: z.int(),
    refused: z.array(z.object({ index: z.int(), reason: z.string() })),
  }),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  fails: NARROWED,
  async run(ctx, { items, communityKey }) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('import.narrowed_scope')
    const communities = await communitiesByKey(ctx.db as unknown as Db, communityKey ? [communityKey] : [])
    const communityId = communityKey ? communities.get(communityKey) : undefined
    if (communityKey && !communityId) ctx.fail('community.unknown')
    const results = await ctx.callMany(
      upsert,
      items.map(({ externalId, properties, createdAt }) => ({
        cause: `import:member:${externalId}`,
        at: new Date(createdAt),
        input: { externalId, properties },
      })),
    )
    const refused: { index: number; reason: string }[] = []
    const joining: { communityId: string; memberId: string; cause: string; at: Date; input: object }[] = []
    let created = 0
    results.forEach((result, index) => {
      const { externalId, createdAt } = items[index] ?? { externalId: '', createdAt: '' }
      if (!result.ok) refused.push({ index, reason: result.code })
      else {
        if (result.output.created) created++
        if (communityId)
          joining.push({
            communityId,
            memberId: result.output.memberId,
            cause: `import:join:${communityId}:${externalId}`,
            at: new Date(createdAt),
            input: {},
          })
      }
    })
    if (joining.length > 0) await ctx.callMany(join, joining)
    ctx.note({ created, refused: refused.length })
    return { created, updated: items.length - created - refused.length, refused }
  },
})
