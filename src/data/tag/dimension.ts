// Dimensions: named groups of tags. In a single one a member has at most one of its fixed tags; a new one takes the
// place of the other. Dynamic tags of a single dimension exclude each other by their conditions.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { action, dimensionKey, key, overlapping, query, text, titleInput } from './declare.ts'
import type { TagTables } from './tables.ts'
import { textOfTitle } from './title.ts'

const MOST_DIMENSIONS = 200

const single = z.boolean().meta({ en: 'Only one of its tags', zh: '成员仅可有一个标签' })

/** How many members have several fixed tags of a dimension. */
export async function overlaps(db: Kysely<TagTables>, dimension: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (
    select a.member_id from tag_applications a join tags t on t.key = a.tag_key
    where t.dimension = ${dimension} group by a.member_id having count(*) > 1) several`.execute(db)
  return rows[0]?.n ?? 0
}

export const setDimension = action('tag.set_dimension', {
  title: { en: 'Create or change a dimension of tags', zh: '新建或修改标签维度' },
  input: z.object({ key: dimensionKey, title: titleInput, single: single.default(false) }),
  output: z.object({ key }),
  offeredTo: ['operator'],
  needs: 'tag.manage',
  on: 'brand',
  fails: {
    ...overlapping,
    'tag.too_many_dimensions': {
      status: 409,
      title: { en: 'There are too many dimensions', zh: '标签维度数量已达上限' },
    },
  },
  async run(ctx, input) {
    const title = textOfTitle(input.title)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from tag_dimensions
      where key <> ${input.key}`.execute(ctx.db)
    if ((rows[0]?.n ?? 0) >= MOST_DIMENSIONS) ctx.fail('tag.too_many_dimensions')
    await sql`insert into tag_dimensions as d (key, title, single, created_at)
      values (${input.key}, ${JSON.stringify(title)}::jsonb, ${input.single}, ${ctx.now})
      on conflict (key) do update set title = excluded.title, single = excluded.single`.execute(ctx.db)
    if (input.single) {
      const n = await overlaps(ctx.db, input.key)
      if (n > 0) ctx.fail('tag.dimension_overlap', { en: `${n} members`, zh: `${n} 名成员` })
    }
    ctx.note({ ...input, title })
    return { key: input.key }
  },
})

export const deleteDimension = action('tag.delete_dimension', {
  title: { en: 'Delete a dimension of tags', zh: '删除标签维度' },
  input: z.object({ key: dimensionKey }),
  output: z.object({ key }),
  offeredTo: ['operator'],
  needs: 'tag.manage',
  on: 'brand',
  confirm: { en: 'Its tags stay, without a dimension.', zh: '维度下的标签会保留，但不再归属任何维度。' },
  async run(ctx, input) {
    await sql`update tags set dimension = null, updated_at = ${ctx.now} where dimension = ${input.key}`.execute(ctx.db)
    const { rows } = await sql`delete from tag_dimensions where key = ${input.key} returning 1`.execute(ctx.db)
    if (rows.length === 0) ctx.fail('object.unknown')
    ctx.note(input)
    return input
  },
})

export const dimensions = query('tag.dimensions', {
  title: { en: 'Dimensions of tags', zh: '标签维度' },
  input: z.object({}),
  output: z.object({ items: z.array(z.object({ key, title: text, single: z.boolean(), tags: z.int() })) }),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  async run(ctx) {
    const { rows } = await sql<{ key: string; title: z.output<typeof text>; single: boolean; tags: number }>`
      select d.key, d.title, d.single, (select count(*)::int from tags t where t.dimension = d.key and t.state = 'live')
        as tags
      from tag_dimensions d order by d.created_at, d.key`.execute(ctx.db)
    return { items: rows }
  },
})
