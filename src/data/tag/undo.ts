// Taking back what a cause brought about: the tags it put on members.
import { sql } from 'kysely'
import type { Consequence, UndoContext } from '#kernel/contribution'
import { removed } from './declare.ts'
import type { TagTables } from './tables.ts'
import { lockTags, remove } from './write.ts'

export async function undo(ctx: UndoContext<TagTables>): Promise<Consequence[]> {
  const { rows } = await sql<{ key: string; memberId: string }>`select a.tag_key as key, a.member_id as "memberId"
    from tag_applications a where a.cause = ${ctx.cause} and ${ctx.inScope(sql.ref('a.member_id'))}`.execute(ctx.db)
  const tags = await lockTags(ctx.db, [...new Set(rows.map((r) => r.key))])
  const gone = await remove(ctx.db, tags, rows)
  for (const { key, title, memberId } of gone)
    ctx.emit(removed, { tag: key, name: title.zh, reason: 'undone' }, { memberId })
  return gone.length === 0 ? [] : [{ title: { en: 'Tags taken off', zh: '移除标签' }, count: gone.length }]
}
