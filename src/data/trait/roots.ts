// Who there is to measure.
import { rootOf } from '#data/segment'
import type { Warehouse } from '#kernel/context'
import { ERASED } from './sheet.ts'

/** Everybody with an identity number in the range, merged ones as the member they are. */
export async function membersOfRange(
  warehouse: Warehouse,
  { after, upTo }: { after: number; upTo: number },
): Promise<{ number: number; memberId: string }[]> {
  const rows = await warehouse.query<{ n: number; id: string }>(
    `SELECT number AS n, toString(memberId) AS id FROM members
     WHERE number > {after:UInt32} AND number <= {upTo:UInt32} AND ${rootOf('number')} = number
       AND number NOT IN ${ERASED} ORDER BY number`,
    { after, upTo },
    { lane: 'background' },
  )
  return rows.map((r) => ({ number: Number(r.n), memberId: r.id }))
}

/** Ids of members by their numbers. */
export async function idsOf(warehouse: Warehouse, numbers: readonly number[]): Promise<Map<number, string>> {
  if (numbers.length === 0) return new Map()
  const rows = await warehouse.query<{ n: number; id: string }>(
    'SELECT number AS n, toString(memberId) AS id FROM members WHERE number IN {numbers:Array(UInt32)}',
    { numbers: numbers.map(Number) },
    { lane: 'interactive' },
  )
  return new Map(rows.map((r) => [Number(r.n), r.id]))
}
