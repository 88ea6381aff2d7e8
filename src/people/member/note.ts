// What staff write down about a member. A note stays with the member it was written on and is read through the root.
import { sql } from 'kysely'
import { z } from 'zod'
import { newId } from '#kernel/ids'
import { cutPage, pageInput, pageOf } from '#kernel/page'
import { readCursor } from './cursor.ts'
import { action, instant, query } from './declare.ts'
import { noted } from './events.ts'

const note = z.object({ id: z.uuid(), text: z.string(), author: z.string(), at: instant })

interface NoteRow {
  id: string
  text: string
  author: string
  at: Date
}
const noteOf = (r: NoteRow) => ({ ...r, at: r.at.toISOString() })

const group = (memberId: string) => sql`(select id from members where id = ${memberId}::uuid
  union all select id from members where root_id = ${memberId}::uuid and merged_into is not null)`

export const notes = query('member.notes', {
  title: { en: 'Notes on a member', zh: '成员备注' },
  input: z.object(pageInput),
  output: pageOf(note),
  offeredTo: ['operator'],
  needs: 'member.read',
  on: 'member',
  personal: true,
  async run(ctx, { limit, cursor }) {
    const [at, id] = readCursor(cursor, 'time')
    const { rows } = await sql<NoteRow>`select id, text, author, at from member_notes
      where member_id in ${group(ctx.memberId)}
        and (${at}::timestamptz is null or (at, id) < (${at}::timestamptz, ${id}::uuid))
      order by at desc, id desc limit ${limit + 1}`.execute(ctx.db)
    return cutPage(rows, limit, (r) => [r.at.toISOString(), r.id], noteOf)
  },
})

export const addNote = action('member.add_note', {
  title: { en: 'Add a note', zh: '添加备注' },
  input: z.object({ text: z.string().trim().min(1).max(5000).meta({ en: 'Note', zh: '备注' }) }),
  output: note,
  offeredTo: ['operator', 'journey'],
  needs: 'member.note',
  on: 'member',
  emits: [noted],
  async run(ctx, { text }) {
    const row = { id: newId(), text, author: ctx.actor.id, at: ctx.now }
    await ctx.db
      .insertInto('member_notes')
      .values({ ...row, member_id: ctx.memberId })
      .execute()
    ctx.emit(noted, { noteId: row.id })
    ctx.note({ noteId: row.id })
    return noteOf(row)
  },
})

export const deleteNote = action('member.delete_note', {
  title: { en: 'Delete a note', zh: '删除备注' },
  input: z.object({ noteId: z.uuid() }),
  output: z.object({ noteId: z.uuid() }),
  offeredTo: ['operator'],
  needs: 'member.note',
  on: 'member',
  async run(ctx, { noteId }) {
    const { numAffectedRows } = await sql`delete from member_notes where id = ${noteId}
      and member_id in ${group(ctx.memberId)}`.execute(ctx.db)
    if (numAffectedRows !== 1n) ctx.fail('object.unknown')
    ctx.note({ noteId })
    return { noteId }
  },
})
