// Writes a batch to the warehouse, once, whatever died meanwhile.
import { type Body, COLUMNS } from './batch.ts'
import type { Clickhouse } from './clickhouse/clickhouse.ts'

export interface Projecting {
  /** The batch's number. */
  n: number
  /** It may have been tried before, here or in a process that died. */
  again: boolean
}

/** Events last: what conditions read beside them is there when they are seen. */
export async function project(clickhouse: Clickhouse, body: Body, { n, again }: Projecting): Promise<void> {
  for (const table of ['members', 'aliases', 'facts', 'events'] as const)
    if (body[table] !== '')
      await clickhouse.insert(table, body[table], {
        token: `b${n}`,
        proof: { column: 'batch', value: n, again },
        columns: COLUMNS[table],
        format: 'JSONCompactEachRow',
      })
  if (body.aliases !== '') await clickhouse.command('SYSTEM RELOAD DICTIONARY alias')
}
