// Erasure, as far as the state goes: at once nobody reaches the member any more. Its rows in the warehouse are hidden
// from that instant and deleted by sweep.ts.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Sealer } from '#kernel/sealer'
import { eraseLetters } from '#platform/erasure'
import { action } from './declare.ts'
import { digestOf } from './erasure.ts'
import { erased } from './events.ts'
import { FIELDS } from './field.ts'
import type { Store } from './stored.ts'
import { about, MOST_OPEN } from './sweep.ts'

export const erase = action('member.erase', {
  title: { en: 'Erase a member', zh: '删除成员个人信息' },
  input: z.object({}),
  output: z.object({ memberId: z.uuid(), erasedIds: z.array(z.uuid()) }),
  offeredTo: ['operator'],
  needs: 'member.erase',
  on: 'member',
  emits: [erased],
  confirm: {
    en: 'Everything personal of this member is removed for good. This cannot be undone.',
    zh: '该成员的全部个人信息将被永久删除，且无法恢复。',
  },
  fails: {
    'member.erasing_many': {
      status: 503,
      title: {
        en: 'Too many erasures are under way; try again in some minutes',
        zh: '正在删除的成员过多，请几分钟后重试',
      },
    },
  },
  async run(ctx) {
    const open = await sql<{ n: number }>`select count(*) as n from erasures
      where pending or round is not null`.execute(ctx.db)
    if (Number(open.rows[0]?.n ?? 0) >= MOST_OPEN) ctx.fail('member.erasing_many')
    const { rows } = await sql<{ id: string }>`select id from members
      where (id = ${ctx.memberId} or (root_id = ${ctx.memberId} and merged_into is not null)) and status <> 'erased'
      order by id for update`.execute(ctx.db)
    const ids = rows.map((r) => r.id)
    if (!ids.includes(ctx.memberId)) ctx.fail('member.unknown')
    await remember(ctx, ids)
    await forget(ctx.db, ids, ctx.now)
    for (const id of ids) for (const { onErase } of ctx.contributors) await onErase?.(ctx.db as never, id)
    ctx.emit(erased, { memberIds: ids })
    ctx.note({ memberIds: ids })
    return { memberId: ctx.memberId, erasedIds: ids }
  },
})

/** From here on no question sees the rows of these members, and those that come late are looked for each night. */
async function remember(ctx: { db: Store; now: Date; sealer: Sealer }, ids: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string; values: string[] }>`select m.id,
      array_remove(array_agg(distinct i.value) || array[m.external_id, m.email, m.phone], null) as values
    from members m left join identities i on i.member_id = m.id where m.id = any(${ids}::uuid[])
    group by m.id order by m.id`.execute(ctx.db)
  await sql`insert into erasures (member_id, due_at, known)
    select id, ${ctx.now}, known from unnest(${rows.map((r) => r.id)}::uuid[],
      ${rows.map((r) => ctx.sealer.seal(JSON.stringify(r.values), about(r.id)))}::text[]) as v (id, known)
    on conflict (member_id) do update set pending = true, due_at = excluded.due_at, known = excluded.known`.execute(
    ctx.db,
  )
  await sql`update erasure_clock set due_at = coalesce(due_at, ${ctx.now})`.execute(ctx.db)
  await eraseLetters(ctx.db as never, { memberIds: ids, values: rows.flatMap((r) => r.values) })
}

/** Takes everything personal out of this slice's tables. */
export async function forget(db: Store, ids: readonly string[], at: Date): Promise<void> {
  const members = sql`${ids}::uuid[]`
  const { rows } = await sql<{ kind: string; value: string; member_id: string }>`delete from identities
    where member_id = any(${members}) returning kind, value, member_id`.execute(db)
  await sql`insert into erased_identities (digest, member_id, at)
    select digest, member_id, ${at} from unnest(
      ${rows.map((r) => digestOf(r.kind, r.value))}::text[],
      ${rows.map((r) => r.member_id)}::uuid[]) as v (digest, member_id)
    on conflict (digest) do update set member_id = excluded.member_id, at = excluded.at`.execute(db)
  const emptied = sql.raw(['external_id', 'pairs', 'owner_id', ...FIELDS].map((c) => `${c} = null`).join(', '))
  await sql`update members set status = 'erased', properties = '{}', ${emptied} where id = any(${members})`.execute(db)
  await sql`delete from member_properties where member_id = any(${members})`.execute(db)
  await sql`delete from member_seen where member_id = any(${members})`.execute(db)
  await sql`delete from merge_proposals where keep_id = any(${members}) or merge_id = any(${members})`.execute(db)
  await sql`update merges set moved = null where keep_id = any(${members}) or merge_id = any(${members})`.execute(db)
}
