// Cursors of lists ordered by a time or a text and then by id. They come back from readers, who may have changed them.
import { type RawBuilder, sql } from 'kysely'
import { isId } from '#kernel/ids'
import { decodeCursor } from '#kernel/page'
import { Problem } from '#kernel/problem'

/** A time as a cursor keeps it: with PostgreSQL's microseconds. */
export const timeKey = (column: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`case when ${column} = '-infinity' then '-infinity'
    else to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`

const isTime = (text: string) =>
  text === '-infinity' || (/^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$/.test(text) && !Number.isNaN(Date.parse(text)))

/** Key and id to go on after; nulls at the beginning of the list. */
export function readCursor(cursor: string | undefined, kind: 'time' | 'text'): [string, string] | [null, null] {
  const parts = decodeCursor(cursor, 2)
  if (!parts) return [null, null]
  const [key, id] = parts
  if (typeof key === 'string' && isId(id) && (kind === 'text' || isTime(key)) && key.isWellFormed()) return [key, id]
  throw new Problem('input.invalid', 400, {
    errors: [{ path: 'cursor', message: { en: 'not a cursor of this list', zh: '不是此列表的翻页位置' } }],
  })
}
