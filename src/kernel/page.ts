// Paging of lists: `limit` and an opaque `cursor` in, `{items, nextCursor}` out. A cursor is the sort key of the last
// row, so a page stays right while rows come and go, and page 1,000 costs what page 1 costs.
import { z } from 'zod'
import { Problem } from './problem.ts'

/** 1–200, default 50; spread into an operation's input. */
export const pageInput = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
}

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

const encodeCursor = (key: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

/** The sort key a cursor stands for; a Problem when the text is none of ours. */
export function decodeCursor(cursor: string | undefined, length: number): (string | number | null)[] | null {
  if (cursor === undefined) return null
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const plain = (v: unknown) => v === null || typeof v === 'number' || (typeof v === 'string' && !v.includes('\0'))
    if (Array.isArray(key) && key.length === length && key.every(plain)) return key
  } catch {
    // falls through: whatever it is, it is not a cursor
  }
  throw notOurs()
}

const timeKey = z.tuple([z.iso.datetime(), z.uuid()]).nullable()
/** Where a list goes on that is ordered by a time and then by id; readers may have changed what they send back. */
export function decodeTimeCursor(cursor: string | undefined): [at: string, id: string] | null {
  const key = timeKey.safeParse(decodeCursor(cursor, 2))
  if (key.success) return key.data
  throw notOurs()
}

/** A cursor of another list, or of another order of this one. */
export const notOurs = () =>
  new Problem('input.invalid', 400, {
    errors: [{ path: 'cursor', message: { en: 'not a cursor of this list', zh: '不是此列表的翻页位置' } }],
  })

/** Cuts `limit + 1` fetched rows to a page; `key` gives the sort key of a row. */
export function cutPage<R, I>(
  rows: readonly R[],
  limit: number,
  key: (row: R) => readonly (string | number | null)[],
  item: (row: R) => I,
): { items: I[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(item), nextCursor: rows.length > limit && last ? encodeCursor(key(last)) : null }
}
