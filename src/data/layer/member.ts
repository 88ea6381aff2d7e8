// Who is in a layer, and which layers a member is in.
import { z } from 'zod'
import { keptOf, keptOfMembers, segmentMembers } from '#data/segment'
import { query } from './declare.ts'
import { find, schemeOf } from './manage.ts'
import { COLOURS, refOf } from './scheme.ts'

const text = z.object({ en: z.string(), zh: z.string() })

export const members = query('layer.members', {
  title: { en: 'Members of a layer', zh: '分层成员' },
  input: segmentMembers.input.extend({ id: z.uuid(), key: z.string().max(40).meta({ en: 'Layer', zh: '层级' }) }),
  output: segmentMembers.output,
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  personal: true,
  async run(ctx, { id, key, ...asked }) {
    await find(ctx, id)
    const ref = refOf(id, key)
    const kept = (await keptOf(ctx.db, 'layer', [ref])).get(ref)
    if (!kept) return ctx.fail('object.unknown')
    const answer = await segmentMembers.run(ctx as never, { ...asked, id: kept.segmentId } as never)
    return answer as z.output<typeof segmentMembers.output>
  },
})

export const ofMember = query('layer.of_member', {
  title: { en: 'The layers a member is in', zh: '成员所在分层' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        schemeId: z.uuid(),
        scheme: text,
        key: z.string(),
        name: text,
        colour: z.enum(COLOURS),
        /** Since when, by what was known at the time. */
        enteredAt: z.iso.datetime(),
        /** `segment.explain` of it says why. */
        segmentId: z.uuid(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'member',
  personal: true,
  async run(ctx) {
    const mine = (await keptOfMembers(ctx.db, 'layer', [ctx.memberId])).get(ctx.memberId) ?? []
    const kept = await keptOf(
      ctx.db,
      'layer',
      mine.map((m) => m.ref),
    )
    const rows = await ctx.db.selectFrom('layer_schemes').selectAll().orderBy('created_at').execute()
    const items = rows.map(schemeOf).flatMap((scheme) =>
      scheme.layers.flatMap(({ key, name, colour }) => {
        const ref = refOf(scheme.id, key)
        const entered = mine.find((m) => m.ref === ref)
        const segmentId = kept.get(ref)?.segmentId
        return entered && segmentId
          ? [
              {
                schemeId: scheme.id,
                scheme: scheme.name,
                key,
                name,
                colour,
                enteredAt: entered.enteredAt.toISOString(),
                segmentId,
              },
            ]
          : []
      }),
    )
    return { items }
  },
})
