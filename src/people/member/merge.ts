// Merging by people, taking it back, and the pairs that identity proposes because it may not decide.
import { sql } from 'kysely'
import { z } from 'zod'
import { cutPage, pageInput, pageOf } from '#kernel/page'
import { readCursor } from './cursor.ts'
import { action, instant, isoOf, query } from './declare.ts'
import { merged, unmerged } from './events.ts'
import { findMember } from './identity.ts'
import { OUTDATED } from './stored.ts'
import { openMerge, separate, unite } from './unite.ts'

export const merge = action('member.merge', {
  title: { en: 'Merge two members', zh: '合并成员' },
  input: z.object({
    keepId: z.uuid().meta({ en: 'Member to keep', zh: '保留的成员' }),
    mergeId: z.uuid().meta({ en: 'Member to merge into it', zh: '并入的成员' }),
  }),
  output: z.object({
    /** Of the journal; what `member.unmerge` takes. */
    mergeId: z.uuid(),
    keepId: z.uuid(),
    mergedId: z.uuid(),
  }),
  offeredTo: ['operator'],
  needs: 'member.merge',
  on: 'brand',
  withinScope: true,
  emits: [merged],
  fails: {
    ...OUTDATED,
    'member.keep_known': {
      status: 409,
      title: {
        en: 'A known member is not merged into an anonymous one; keep the known one',
        zh: '不能将已识别成员并入匿名成员，请保留已识别成员',
      },
    },
    'member.same': { status: 400, title: { en: 'Both are the same member', zh: '两者已是同一成员' } },
  },
  async run(ctx, input) {
    const inScope = async (id: string) => {
      const root = await findMember(ctx.db, { memberId: id })
      const { rows } = await sql<{ id: string; status: string }>`select m.id, m.status from members m
        where m.id = ${root}::uuid and ${ctx.inScope(sql.ref('m.id'))}`.execute(ctx.db)
      return rows[0] ?? ctx.fail('member.unknown')
    }
    const kept = await inScope(input.keepId)
    const other = await inScope(input.mergeId)
    const [keepId, mergedId] = [kept.id, other.id]
    if (keepId === mergedId) ctx.fail('member.same')
    if (kept.status === 'anonymous' && other.status === 'known') ctx.fail('member.keep_known')
    const union = { keepId, mergeId: mergedId, at: ctx.now, actor: ctx.actor.id, mayBeKnown: true }
    const mergeId = await unite(ctx.db, ctx.contributors, union)
    ctx.emit(merged, { keepId, mergeId: mergedId }, { memberId: keepId })
    ctx.note({ keepId, mergedId })
    return { mergeId, keepId, mergedId }
  },
})

export const unmerge = action('member.unmerge', {
  title: { en: 'Undo a merge', zh: '撤销合并' },
  input: z.object({ mergeId: z.uuid().describe('The id `member.merge` answered, or the merged member') }),
  output: z.object({ keepId: z.uuid(), mergedId: z.uuid() }),
  offeredTo: ['operator'],
  needs: 'member.merge',
  on: 'brand',
  withinScope: true,
  emits: [unmerged],
  fails: {
    ...OUTDATED,
    'member.not_merged': { status: 404, title: { en: 'There is no such merge to undo', zh: '没有可撤销的合并记录' } },
    'member.merged_since': {
      status: 409,
      title: {
        en: 'The kept member was merged later; undo that merge first',
        zh: '保留的成员之后又被合并，请先撤销后一次合并',
      },
    },
  },
  async run(ctx, input) {
    const open = await openMerge(ctx.db, input.mergeId)
    if (!open) return ctx.fail('member.not_merged')
    const { keep_id: keepId, merge_id: mergedId } = open
    const { rows } = await sql`select 1 from members m join members r on r.id = m.root_id
      where m.id = ${keepId} and ${ctx.inScope(sql.ref('r.id'))}`.execute(ctx.db)
    if (rows.length === 0) ctx.fail('member.not_merged')
    const apart = await separate(ctx.db, ctx.contributors, open, ctx.now)
    if (!apart) ctx.fail('member.merged_since')
    ctx.emit(unmerged, { keepId, mergeId: mergedId }, { memberId: keepId })
    ctx.note({ keepId, mergedId })
    return { keepId, mergedId }
  },
})

interface PairRow {
  id: string
  keep_id: string
  merge_id: string
  keep_name: string | null
  merge_name: string | null
  at: Date
}
const pairShape = {
  keepId: z.uuid(),
  keepName: z.string().nullable(),
  mergedId: z.uuid(),
  mergedName: z.string().nullable(),
  at: instant,
}
const pairOf = (r: PairRow) => ({
  keepId: r.keep_id,
  keepName: r.keep_name,
  mergedId: r.merge_id,
  mergedName: r.merge_name,
  at: r.at.toISOString(),
})
const keyOf = (r: PairRow) => [r.at.toISOString(), r.id]

export const merges = query('member.merges', {
  title: { en: 'Merges', zh: '合并记录' },
  input: z.object({ ...pageInput, memberId: z.uuid().optional().describe('Only those of this member') }),
  output: pageOf(z.object({ mergeId: z.uuid(), ...pairShape, actor: z.string(), undoneAt: instant.nullable() })),
  offeredTo: ['operator'],
  needs: 'member.read',
  on: 'brand',
  async run(ctx, { limit, cursor, memberId }) {
    const [at, id] = readCursor(cursor, 'time')
    const { rows } = await sql<PairRow & { actor: string; undone_at: Date | null }>`
      select g.id, g.keep_id, g.merge_id, k.name as keep_name, m.name as merge_name, g.at, g.actor, g.undone_at
      from merges g join members k on k.id = g.keep_id join members m on m.id = g.merge_id
      where ${ctx.inScope(sql.ref('k.root_id'))}
        and (${memberId ?? null}::uuid is null or ${memberId ?? null}::uuid in (g.keep_id, g.merge_id))
        and (${at}::timestamptz is null or (g.at, g.id) < (${at}::timestamptz, ${id}::uuid))
      order by g.at desc, g.id desc limit ${limit + 1}`.execute(ctx.db)
    return cutPage(rows, limit, keyOf, (r) => ({
      mergeId: r.id,
      ...pairOf(r),
      actor: r.actor,
      undoneAt: isoOf(r.undone_at),
    }))
  },
})

export const proposals = query('member.proposals', {
  title: { en: 'Members that may be the same', zh: '疑似重复成员' },
  input: z.object(pageInput),
  output: pageOf(z.object({ id: z.uuid(), ...pairShape, reason: z.enum(['alias', 'identity']) })),
  offeredTo: ['operator'],
  needs: 'member.read',
  on: 'brand',
  async run(ctx, { limit, cursor }) {
    const [at, id] = readCursor(cursor, 'time')
    const { rows } = await sql<PairRow & { reason: 'alias' | 'identity' }>`
      select p.id, p.keep_id, p.merge_id, k.name as keep_name, m.name as merge_name, p.at, p.reason
      from merge_proposals p join members k on k.id = p.keep_id join members m on m.id = p.merge_id
      where p.closed_at is null and k.root_id <> m.root_id and k.status <> 'erased' and m.status <> 'erased'
        and ${ctx.inScope(sql.ref('k.root_id'))} and ${ctx.inScope(sql.ref('m.root_id'))}
        and (${at}::timestamptz is null or (p.at, p.id) < (${at}::timestamptz, ${id}::uuid))
      order by p.at desc, p.id desc limit ${limit + 1}`.execute(ctx.db)
    return cutPage(rows, limit, keyOf, (r) => ({ id: r.id, ...pairOf(r), reason: r.reason }))
  },
})

export const dismiss = action('member.dismiss_proposal', {
  title: { en: 'They are not the same', zh: '不是同一人' },
  input: z.object({ id: z.uuid() }),
  output: z.object({ id: z.uuid() }),
  offeredTo: ['operator'],
  needs: 'member.merge',
  on: 'brand',
  withinScope: true,
  async run(ctx, { id }) {
    const { numAffectedRows } = await sql`update merge_proposals p set closed_at = ${ctx.now}
      from members k where p.id = ${id} and p.closed_at is null and k.id = p.keep_id
        and ${ctx.inScope(sql.ref('k.root_id'))}`.execute(ctx.db)
    if (numAffectedRows !== 1n) ctx.fail('object.unknown')
    ctx.note({ id })
    return { id }
  },
})
