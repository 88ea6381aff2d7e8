// Schemes with their sizes: expected beside real, inside the caller's scope; and what a change would do to them.
import { sql } from 'kysely'
import { z } from 'zod'
import { checkLive, contactHidden, flows, keptOf, partition, refuseContactParts } from '#data/segment'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { type LayerQuery, query } from './declare.ts'
import { find, type Stored, schemeOf } from './manage.ts'
import { PRESETS } from './preset/presets.ts'
import { COLOURS, completed, conditionsOf, layersInput, refOf } from './scheme.ts'

const id = z.uuid()
const when = z.iso.datetime()
const text = z.object({ en: z.string(), zh: z.string() })
const share = z.number().nullable()
const shownAction = z.object({ title: text, message: z.object({ title: text, body: text }).nullable() })
const plainLayer = z.object({
  key: z.string(),
  name: text,
  colour: z.enum(COLOURS),
  expected: share,
  expectedRevenue: share,
})
const definedLayer = plainLayer.extend({
  condition: z.record(z.string(), z.unknown()).nullable(),
  actions: z.array(shownAction),
})
const sized = { size: z.int(), share }

export const presets = query('layer.presets', {
  title: { en: 'Layer schemes to install', zh: '预置分层方案' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        key: z.string(),
        name: text,
        about: text,
        layers: z.array(definedLayer),
        /** The scheme made from it, once it is installed. */
        installedId: id.nullable(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  async run(ctx) {
    const rows = await ctx.db
      .selectFrom('layer_schemes')
      .select(['id', 'preset'])
      .where('preset', 'is not', null)
      .execute()
    const installed = new Map(rows.map((r) => [r.preset, r.id]))
    return {
      items: PRESETS.map(({ key, name, about, layers }) => ({
        key,
        name,
        about,
        layers: completed(layersInput.parse(layers)).map((l) => ({
          ...l,
          condition: l.condition && { ...l.condition },
        })),
        installedId: installed.get(key) ?? null,
      })),
    }
  },
})

/**
 * Members per layer, in their order. What is kept live stands for everybody; a part of the brand is counted, and so is
 * everybody while a layer is being filled.
 */
async function sizesOf(ctx: LayerQuery, scheme: Stored): Promise<{ sizes: number[]; isFilling: boolean }> {
  const refs = scheme.layers.map((l) => refOf(scheme.id, l.key))
  const kept = await keptOf(ctx.db, 'layer', refs)
  const isFilling = refs.some((ref) => kept.get(ref)?.isFilling !== false)
  if (ctx.actor.scope.kind === 'all' && !isFilling)
    return { sizes: refs.map((ref) => kept.get(ref)?.size ?? 0), isFilling }
  return { sizes: await partition(ctx, { conditions: conditionsOf(scheme.layers), at: ctx.now }), isFilling }
}

const totalOf = (sizes: readonly number[]) => sizes.reduce((a, b) => a + b, 0)
/** null where there is nobody. */
const shareOf = (size: number, total: number) => (total === 0 ? null : size / total)

const summary = z.object({
  id,
  preset: z.string().nullable(),
  name: text,
  about: text,
  members: z.int(),
  isFilling: z.boolean(),
  createdAt: when,
  updatedAt: when,
})

export const list = query('layer.list', {
  title: { en: 'Layer schemes', zh: '分层方案列表' },
  input: z.object({ ...pageInput, search: z.string().max(100).optional() }),
  output: pageOf(summary.extend({ layers: z.array(plainLayer.extend(sized)) })),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search }) {
    const after = decodeCursor(cursor, 2)
    let rows = ctx.db.selectFrom('layer_schemes').selectAll()
    if (search) {
      const like = `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
      rows = rows.where(sql<boolean>`(lower(name_en) like ${like} or lower(name_zh) like ${like})`)
    }
    if (after) rows = rows.where(sql<boolean>`(lower(name_zh), id) > (${after[0]}, ${after[1]}::uuid)`)
    const found = await rows
      .orderBy(sql`lower(name_zh)`)
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const page = cutPage(
      found,
      limit,
      (r) => [r.name_zh.toLowerCase(), r.id],
      (r) => schemeOf(r),
    )
    const items = []
    for (const scheme of page.items) {
      const { sizes, isFilling } = await sizesOf(ctx, scheme)
      const total = totalOf(sizes)
      const layers = scheme.layers.map(({ key, name, colour, expected, expectedRevenue }, i) => {
        const size = sizes[i] ?? 0
        return { key, name, colour, expected, expectedRevenue, size, share: shareOf(size, total) }
      })
      items.push({ ...scheme, layers, members: total, isFilling })
    }
    return { items, nextCursor: page.nextCursor }
  },
})

export const get = query('layer.get', {
  title: { en: 'A layer scheme', zh: '分层方案详情' },
  input: z.object({ id }),
  output: summary.extend({
    layers: z.array(
      definedLayer.extend({
        ...sized,
        /** Share less expected share; null where none is expected. */
        deviation: share,
        /** What `{"segment": id}` names in any condition, journey or message. */
        segmentId: id.nullable(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  async run(ctx, input) {
    const scheme = await find(ctx, input.id)
    const { sizes, isFilling } = await sizesOf(ctx, scheme)
    const kept = await keptOf(
      ctx.db,
      'layer',
      scheme.layers.map((l) => refOf(scheme.id, l.key)),
    )
    const total = totalOf(sizes)
    return {
      ...scheme,
      members: total,
      isFilling,
      layers: scheme.layers.map((layer, i) => {
        const size = sizes[i] ?? 0
        const real = shareOf(size, total)
        return {
          ...layer,
          condition: layer.condition && { ...layer.condition },
          size,
          share: real,
          deviation: real === null || layer.expected === null ? null : real - layer.expected,
          segmentId: kept.get(refOf(scheme.id, layer.key))?.segmentId ?? null,
        }
      }),
    }
  },
})

export const preview = query('layer.preview', {
  title: { en: 'Sizes of layers before they are saved', zh: '预览分层人数' },
  input: z.object({ id: id.optional(), layers: layersInput }),
  output: z.object({
    members: z.int(),
    layers: z.array(
      z.object({
        key: z.string(),
        name: text,
        ...sized,
        /** Against the saved layer of the same key; null where there is none. */
        gain: z.int().nullable(),
        lose: z.int().nullable(),
      }),
    ),
    /** Members that would be in another layer than now; null for a new scheme. */
    moving: z.int().nullable(),
  }),
  offeredTo: ['operator'],
  needs: 'layer.read',
  on: 'brand',
  fails: contactHidden,
  async run(ctx, input) {
    refuseContactParts(ctx, input.layers)
    for (const { condition } of input.layers) if (condition) await checkLive(ctx, condition)
    const after = completed(input.layers)
    const before = input.id === undefined ? [] : (await find(ctx, input.id)).layers
    const at = ctx.now
    const change = await flows(ctx, { conditions: conditionsOf(before), at }, { conditions: conditionsOf(after), at })
    const total = totalOf(change.after)
    const stay = (key: string, j: number) => {
      const i = before.findIndex((l) => l.key === key)
      return i < 0 ? null : { was: change.before[i] ?? 0, stays: change.moved[i]?.[j] ?? 0 }
    }
    const layers = after.map(({ key, name }, j) => {
      const size = change.after[j] ?? 0
      const own = stay(key, j)
      return {
        key,
        name,
        size,
        share: shareOf(size, total),
        gain: own && size - own.stays,
        lose: own && own.was - own.stays,
      }
    })
    const staying = totalOf(after.map(({ key }, j) => stay(key, j)?.stays ?? 0))
    return { members: total, layers, moving: input.id === undefined ? null : total - staying }
  },
})
