// Past events, as the capabilities that declare them would have emitted them, with their original times. An item's id
// follows from its messageId, so the journal counts it once, however often it is sent.
import { z } from 'zod'
import { badgeAwarded } from '#interaction/badge'
import {
  answerAccepted,
  answerCreated,
  commentCreated,
  postCreated,
  voteReceived,
  wikiCreated,
} from '#interaction/post'
import { inWords } from '#kernel/flaw'
import type { Db } from '#kernel/host'
import { idFrom } from '#kernel/ids'
import { communitiesByKey } from '#people/community'
import { membersByExternalId } from '#people/member'
import { action, NARROWED } from './declare.ts'

const IMPORTABLE = [
  postCreated,
  answerCreated,
  answerAccepted,
  commentCreated,
  wikiCreated,
  voteReceived,
  badgeAwarded,
] as const
const byName = new Map<string, (typeof IMPORTABLE)[number]>(IMPORTABLE.map((e) => [e.name, e]))
const NAMES = IMPORTABLE.map((e) => e.name)

export const externalIdField = z.string().min(1).max(200)
/** Nothing we keep is older than 1990: a year before it is a mistake in the file. UTC instants sort as texts do. */
export const pastTime = z.iso
  .datetime()
  .refine((s) => s >= '1990', inWords('not before 1990-01-01', '不能早于 1990-01-01'))

const item = z.object({
  event: z.enum(NAMES),
  /** Stable: the same one is the same event for ever. */
  messageId: z.string().min(1).max(200),
  externalId: externalIdField.optional(),
  actorExternalId: externalIdField.optional(),
  communityKey: z.string().min(1).max(200).optional(),
  at: pastTime,
  data: z.looseObject({}),
})

export const importEvents = action('import.events', {
  title: { en: 'Import past events', zh: '导入历史事件' },
  input: z.object({ items: z.array(item).min(1).max(1000) }),
  output: z.object({
    accepted: z.int(),
    refused: z.array(z.object({ index: z.int(), reason: z.string() })),
  }),
  offeredTo: ['operator'],
  needs: 'import.run',
  on: 'brand',
  emits: IMPORTABLE,
  fails: NARROWED,
  async run(ctx, { items }) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('import.narrowed_scope')
    const db = ctx.db as unknown as Db
    const named = items.flatMap((i) => [i.externalId, i.actorExternalId]).filter((id) => id !== undefined)
    const members = await membersByExternalId(db, [...new Set(named)])
    const keys = items.map((i) => i.communityKey).filter((key) => key !== undefined)
    const communities = await communitiesByKey(db, [...new Set(keys)])
    const refused: { index: number; reason: string }[] = []
    items.forEach((i, index) => {
      const memberId = i.externalId === undefined ? undefined : members.get(i.externalId)
      const communityId = i.communityKey === undefined ? undefined : communities.get(i.communityKey)
      const event = byName.get(i.event)
      if (i.externalId !== undefined && !memberId) refused.push({ index, reason: 'member.unknown' })
      else if (i.communityKey !== undefined && !communityId) refused.push({ index, reason: 'community.unknown' })
      else if (event) {
        const actor = i.actorExternalId === undefined ? undefined : members.get(i.actorExternalId)
        const about = {
          id: idFrom(`import:${i.messageId}`),
          at: new Date(i.at),
          ...(memberId ? { memberId } : {}),
          ...(communityId ? { communityId } : {}),
          ...(actor ? { actor: `member:${actor}` } : {}),
        }
        try {
          // Emitting checks the data against the event's schema.
          ctx.emit(event, i.data as never, about)
        } catch (error) {
          if (!(error instanceof z.ZodError)) throw error
          refused.push({ index, reason: error.issues[0]?.path.join('.') ?? '' })
        }
      }
    })
    const accepted = items.length - refused.length
    ctx.note({ accepted, refused: refused.length })
    return { accepted, refused }
  },
})
