// Applications that end by themselves, each at its own instant.
import { sql } from 'kysely'
import { removed, timer } from './declare.ts'
import { lockTags, remove } from './write.ts'

export const lapse = timer('tag.lapse', {
  async nextAt(db) {
    const { rows } = await sql<{ at: Date | null }>`select min(due_at) as at from tag_applications
      where due_at is not null`.execute(db)
    return rows[0]?.at ?? null
  },
  async run(ctx, limit) {
    const { rows } = await sql<{ key: string; memberId: string; due_at: Date }>`
      select tag_key as key, member_id as "memberId", due_at from tag_applications
      where due_at <= ${ctx.now} order by due_at limit ${limit}`.execute(ctx.db)
    const keys = [...new Set(rows.map((r) => r.key))]
    // One that a job is putting an end to lapses like any other.
    const tags = await lockTags(ctx.db, keys)
    const dueAt = new Map(rows.map((r) => [`${r.key}/${r.memberId}`, r.due_at]))
    for (const { key, memberId, title } of await remove(ctx.db, tags, rows, ctx.now)) {
      const at = dueAt.get(`${key}/${memberId}`) ?? ctx.now
      const cause = `lapse:${key}:${memberId}:${at.toISOString()}`
      ctx.emit(
        removed,
        { tag: key, name: title[ctx.brand.locale], reason: 'lapsed' },
        { memberId, at, cause, depth: 0 },
      )
    }
    return rows.length
  },
})
