// How layers were filled at instants of the past and who went where, read from history by the conditions of today.
import { z } from 'zod'
import { flowPage, flows, partition, sums } from '#data/segment'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { Problem } from '#kernel/problem'
import { shownProfiles } from '#people/member'
import { type LayerQuery, query } from './declare.ts'
import { find, type Stored } from './manage.ts'
import { conditionsOf } from './scheme.ts'

const instant = z.iso.datetime({ offset: true })
const span = {
  from: instant.meta({ en: 'From', zh: '起始时间' }),
  to: instant.optional().meta({ en: 'To (default now)', zh: '截止时间（默认当前）' }),
}
const scheme = { id: z.uuid() }

/** Throws `input.invalid` for what is not over yet or runs backwards. */
function spanOf({ now }: Pick<LayerQuery, 'now'>, given: { from: string; to?: string | undefined }) {
  const from = new Date(given.from)
  const to = given.to === undefined ? now : new Date(given.to)
  const wrong = (path: string, en: string, zh: string) =>
    new Problem('input.invalid', 400, { errors: [{ path, message: { en, zh } }] })
  if (to > now) throw wrong('to', 'must not be in the future', '不能晚于当前时间')
  if (from >= to) throw wrong('from', 'must be earlier than the end', '须早于截止时间')
  return { from, to }
}

const divided = ({ layers }: Stored, at: Date) => ({ conditions: conditionsOf(layers), at })

const sized = z.array(z.object({ key: z.string(), size: z.int() }))

export const flow = query('layer.flow', {
  title: { en: 'Flow between layers', zh: '分层流转' },
  input: z.object({ ...scheme, ...span }),
  output: z.object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    before: sized,
    after: sized,
    /** `from` is null for members who were not here yet. Rows add up to `before`, columns to `after`. */
    links: z.array(z.object({ from: z.string().nullable(), to: z.string(), members: z.int() })),
  }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  async run(ctx, input) {
    const { from, to } = spanOf(ctx, input)
    const found = await find(ctx, input.id)
    const { before, after, moved, arrived } = await flows(ctx, divided(found, from), divided(found, to))
    const sizes = (list: readonly number[]) => found.layers.map(({ key }, i) => ({ key, size: list[i] ?? 0 }))
    const rows = [...found.layers.map(({ key }, i) => ({ from: key, to: moved[i] ?? [] })), { from: null, to: arrived }]
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      before: sizes(before),
      after: sizes(after),
      links: rows
        .flatMap((row) => found.layers.map(({ key }, j) => ({ from: row.from, to: key, members: row.to[j] ?? 0 })))
        .filter((link) => link.members > 0),
    }
  },
})

const key = z.string().max(40)

export const flowMembers = query('layer.flow_members', {
  title: { en: 'Members who went from one layer to another', zh: '流转成员明细' },
  input: z.object({
    ...scheme,
    ...span,
    source: key.nullable().meta({ en: 'Layer at the start; null: not here yet', zh: '起始分层；null 表示尚未加入' }),
    target: key.meta({ en: 'Layer at the end', zh: '截止分层' }),
    ...pageInput,
  }),
  output: pageOf(z.object({ memberId: z.uuid(), externalId: z.string().nullable(), name: z.string().nullable() })),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const { from, to } = spanOf(ctx, input)
    const found = await find(ctx, input.id)
    const place = (wanted: string) => {
      const i = found.layers.findIndex((l) => l.key === wanted)
      return i < 0 ? ctx.fail('object.unknown') : i
    }
    const which = { from: input.source === null ? null : place(input.source), to: place(input.target) }
    const after = Number(decodeCursor(input.cursor, 1)?.[0] ?? 0)
    const pageOfFlow = { after: Number.isSafeInteger(after) && after >= 0 ? after : 0, limit: input.limit + 1 }
    const rows = await flowPage(ctx, [divided(found, from), divided(found, to)], which, pageOfFlow)
    const people = await shownProfiles(
      ctx,
      rows.map((r) => r.memberId),
    )
    return cutPage(
      rows,
      input.limit,
      (r) => [r.number],
      ({ memberId }) => ({
        memberId,
        externalId: people.get(memberId)?.externalId ?? null,
        name: people.get(memberId)?.name ?? null,
      }),
    )
  },
})

/** Each point reads the whole history once. */
const MOST_POINTS = 60

export const trend = query('layer.trend', {
  title: { en: 'Sizes of layers over time', zh: '分层占比趋势' },
  input: z.object({ ...scheme, ...span, points: z.coerce.number().int().min(2).max(MOST_POINTS).default(12) }),
  output: z.object({ points: z.array(z.object({ at: z.iso.datetime(), sizes: sized })) }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  async run(ctx, input) {
    const { from, to } = spanOf(ctx, input)
    const found = await find(ctx, input.id)
    const step = (to.getTime() - from.getTime()) / (input.points - 1)
    const instants = Array.from({ length: input.points }, (_, i) => new Date(Math.round(from.getTime() + i * step)))
    const points = []
    for (const at of instants) {
      ctx.signal.throwIfAborted()
      const sizes = await partition(ctx, divided(found, at))
      points.push({
        at: at.toISOString(),
        sizes: found.layers.map((l, i) => ({ key: l.key, size: sizes[i] ?? 0 })),
      })
    }
    return { points }
  },
})

const YEAR_MS = 365 * 86_400_000

export const revenue = query('layer.revenue', {
  title: { en: 'Revenue of layers', zh: '分层营收' },
  input: z.object(scheme),
  output: z.object({
    /** Minor unit; orders paid in other currencies are left out. */
    currency: z.string(),
    total: z.number(),
    layers: z.array(z.object({ key: z.string(), amount: z.number(), share: z.number().nullable() })),
  }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  async run(ctx, input) {
    const found = await find(ctx, input.id)
    const { currency } = ctx.brand
    const amounts = await sums(ctx, divided(found, ctx.now), {
      event: 'order.paid',
      of: 'amount',
      where: { path: 'currency', equals: currency },
      since: new Date(ctx.now.getTime() - YEAR_MS),
    })
    const total = amounts.reduce((a, b) => a + b, 0)
    const layers = found.layers.map(({ key }, i) => {
      const amount = amounts[i] ?? 0
      return { key, amount, share: total === 0 ? null : amount / total }
    })
    return { currency, total, layers }
  },
})
