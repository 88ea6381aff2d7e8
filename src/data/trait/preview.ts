// What a definition gives, and what a change of one changes, before anything is saved; narrowed to what the caller may
// see.
import { z } from 'zod'
import { contactHidden, refuseContactParts } from '#data/segment'
import { shownProfiles } from '#people/member'
import { query, valueShape } from './declare.ts'
import { definition } from './definition.ts'
import { visible } from './list.ts'
import { savedDefinition } from './load.ts'
import { decode, type Measurable, planOf } from './read.ts'
import { thresholdsOf } from './rfm.ts'
import { idsOf } from './roots.ts'
import { createSheet, membersSql } from './sheet.ts'

const SAMPLED = 8

export const preview = query('trait.preview', {
  title: { en: 'Preview a trait or a change of one', zh: '预览计算属性或其改动' },
  input: z.object({ id: z.uuid().optional(), definition }),
  output: z.object({
    /** Members that would have a value. */
    size: z.int(),
    /** Against what is saved, or against nothing: values that are new, gone, or another one. */
    gained: z.int(),
    lost: z.int(),
    changed: z.int(),
    min: z.number().nullable(),
    median: z.number().nullable(),
    max: z.number().nullable(),
    sample: z.array(
      z.object({
        memberId: z.uuid(),
        externalId: z.string().nullable(),
        name: z.string().nullable(),
        before: valueShape,
        value: valueShape,
      }),
    ),
    tookMs: z.number(),
  }),
  offeredTo: ['operator'],
  needs: 'trait.read',
  on: 'brand',
  personal: true,
  fails: contactHidden,
  async run(ctx, input) {
    refuseContactParts(ctx, input.definition)
    const began = performance.now()
    const { zone } = ctx.brand
    const measurable = async (of: Pick<Measurable, 'definition'>): Promise<Measurable> => ({
      id: '',
      definition: of.definition,
      thresholds: of.definition.rfm
        ? await thresholdsOf(ctx.warehouse, of.definition.rfm, { at: ctx.now, zone, lane: 'interactive' })
        : null,
    })
    const saved = input.id === undefined ? null : await savedDefinition(ctx.db, input.id)
    if (input.id !== undefined && !saved) return ctx.fail('object.unknown')
    const sheet = createSheet(zone)
    const after = planOf(await measurable(input), sheet)
    const before = saved ? planOf(await measurable({ definition: saved }), sheet) : null
    const scope = ctx.warehouseScope()
    const members = membersSql(sheet, { kind: 'all', at: ctx.now }, [
      `${after.value} AS a_`,
      `${before?.value ?? "''"} AS b_`,
      `${after.number} AS x_`,
    ])
    const [row] = await ctx.warehouse.query<{
      size: number
      gained: number
      lost: number
      changed: number
      min: number | null
      median: number | null
      max: number | null
      sample: [number, number, string, string][]
    }>(
      `SELECT countIf(a_ != '') AS size, countIf(b_ = '' AND a_ != '') AS gained, countIf(a_ = '' AND b_ != '') AS lost,
         countIf(a_ != b_ AND a_ != '' AND b_ != '') AS changed, min(x_) AS min, max(x_) AS max,
         quantileExactInclusiveOrNull(0.5)(x_) AS median,
         arraySlice(arraySort(groupArraySorted(${SAMPLED})((-ifNull(x_, 0), root, b_, a_))), 1, ${SAMPLED}) AS sample
       FROM (${members}) WHERE (a_ != '' OR b_ != '') ${scope ? `AND root IN (${scope.sql})` : ''}`,
      { ...sheet.params, ...scope?.params },
      { lane: 'interactive', signal: ctx.signal },
    )
    if (!row) throw new Error('an aggregate without a row')
    const ids = await idsOf(
      ctx.warehouse,
      row.sample.map(([, root]) => root),
    )
    const people = await shownProfiles(ctx, [...ids.values()])
    return {
      size: Number(row.size),
      gained: Number(row.gained),
      lost: Number(row.lost),
      changed: Number(row.changed),
      min: row.min,
      median: row.median,
      max: row.max,
      sample: row.sample.flatMap(([, root, was, is]) => {
        const memberId = ids.get(Number(root))
        if (!memberId) return []
        return [
          {
            memberId,
            externalId: people.get(memberId)?.externalId ?? null,
            name: people.get(memberId)?.name ?? null,
            before: visible(ctx, decode(was), saved ?? input.definition),
            value: visible(ctx, decode(is), input.definition),
          },
        ]
      }),
      tookMs: Math.round(performance.now() - began),
    }
  },
})
