// Taking back what an event brought about: every effect that carries the event's id as its cause, in whatever
// capability, in one transaction. What those effects brought about in their turn hangs on their own events.
import { z } from 'zod'
import type { Warehouse } from '#kernel/context'
import type { Undone, WarehouseScope } from '#kernel/contribution'
import { declared, ROOT } from './declare.ts'

const input = z.object({ eventId: z.uuid().meta({ en: 'Event', zh: '事件编号' }) })
const text = z.object({ en: z.string(), zh: z.string() })
/** In numbers, by capability; empty where the event has no effects (any more). */
const output = z.object({
  eventId: z.uuid(),
  name: z.string(),
  capabilities: z.array(
    z.object({
      capability: z.string(),
      title: text,
      consequences: z.array(z.object({ title: text, count: z.int(), stays: z.literal(true).optional() })),
    }),
  ),
})

interface Asking {
  warehouse: Warehouse
  warehouseScope(): WarehouseScope | null
  fail(code: 'object.unknown'): never
}

/** The event as it is stored, when the caller may see it. */
async function known(ctx: Asking, eventId: string): Promise<{ id: string; name: string }> {
  const scope = ctx.warehouseScope()
  const rows = await ctx.warehouse.query<{ id: string; name: string }>(
    `SELECT id, name FROM events WHERE id = {id:UUID} ${scope ? `AND ${ROOT} IN (${scope.sql})` : ''} LIMIT 1`,
    { id: eventId, ...scope?.params },
  )
  return rows[0] ?? ctx.fail('object.unknown')
}

const answer = ({ id, name }: { id: string; name: string }, undone: readonly Undone[]) => ({
  eventId: id,
  name,
  capabilities: undone.map(({ capability, title, consequences }) => ({
    capability,
    title,
    consequences: [...consequences],
  })),
})

export const undoPreview = declared.query('event.undo_preview', {
  title: { en: 'What taking back would do', zh: '撤销影响预览' },
  input,
  output,
  offeredTo: ['operator'],
  needs: 'event.undo',
  on: 'brand',
  async run(ctx, { eventId }) {
    const event = await known(ctx, eventId)
    return answer(event, await ctx.previewUndo(event.id))
  },
})

export const undo = declared.action('event.undo', {
  title: { en: 'Take back the effects of an event', zh: '撤销事件影响' },
  input,
  output,
  offeredTo: ['operator'],
  needs: 'event.undo',
  on: 'brand',
  withinScope: true,
  confirm: {
    en: 'The event stays; points, messages and all else it brought about are taken back.',
    zh: '事件本身保留，由它产生的积分、消息等影响将被撤销。',
  },
  async run(ctx, { eventId }) {
    const event = await known(ctx, eventId)
    const undone = await ctx.undo(event.id)
    ctx.note({
      eventId: event.id,
      event: event.name,
      undone: undone.map(({ capability, consequences }) => ({
        capability,
        consequences: consequences.map(({ title, count }) => `${title.en}: ${count}`),
      })),
    })
    return answer(event, undone)
  },
})
