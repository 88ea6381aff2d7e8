// Writes a batch to the warehouse, once, whatever died meanwhile.
import { type Body, COLUMNS } from './batch.ts'
import type { Clickhouse } from './clickhouse/clickhouse.ts'

/** Columns whose values no other batch has: a member's number is new in one, and each row of the journal has its place. */
const PROOFS = { members: 'number', aliases: 'seq', facts: 'seq', events: 'seq' } as const

export interface Projecting {
  token: string
  /** It may have been tried before, here or in a process that died. */
  again: boolean
}

/** Events last: what conditions read beside them is there when they are seen. */
export async function project(clickhouse: Clickhouse, body: Body, { token, again }: Projecting): Promise<void> {
  for (const table of ['members', 'aliases', 'facts', 'events'] as const) {
    const rows = body[table]
    if (rows === '') continue
    const [column, columns] = [PROOFS[table], COLUMNS[table]]
    const values = () => rows.split('\n').map((line) => Number(JSON.parse(line)[columns.indexOf(column as never)]))
    await clickhouse.insert(table, rows, {
      token,
      proof: { column, values, again },
      columns,
      format: 'JSONCompactEachRow',
    })
  }
  if (body.aliases !== '') await clickhouse.command('SYSTEM RELOAD DICTIONARY alias')
}
