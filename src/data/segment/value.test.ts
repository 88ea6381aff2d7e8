// What a property of an event is read as, against what was told: names and texts that look like other parts of a document.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Clickhouse, openClickhouse } from '#platform/clickhouse/clickhouse'
import { createLog } from '#platform/log'
import { jsonOperand } from './value.ts'

const folder = mkdtempSync(join(tmpdir(), 'banyan-value-'))
let clickhouse: Clickhouse

beforeAll(async () => {
  clickhouse = await openClickhouse({ dataDir: folder, log: createLog('silent') })
})
afterAll(async () => {
  await clickhouse?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const NAMES = ['a', 'aa', 'a b', '键', 'a"b', 'a\\b', "a'b", '{', '[', 'a:', '}', 'null']
const VALUES: unknown[] = [
  ...['', 'x', ' "a":1', '","a":"2', '\\', '\\"', '{', '}', '[1]', 'null', 'true', '5', '值', 'a\nb', '😀', 'x,y', '"'],
  ...[0, -0, 1, -1.5, 1e21, 1e-7, 123456789012345, true, false, null, undefined],
  ...[[], [1, 'a'], ['"a":1'], {}, { a: 'deep' }, { aa: { a: 1 } }, [{ a: 1 }]],
]

/** Every pair of values under two names, one of them asked for. */
const documents = NAMES.flatMap((name, n) =>
  VALUES.flatMap((value, i) =>
    [1, 7, 13, 20].map((step) => {
      const other = NAMES[(n + step) % NAMES.length] ?? ''
      const beside = VALUES[(i * 3 + step) % VALUES.length]
      const pairs = step % 2 === 0 ? { [name]: value, [other]: beside } : { [other]: beside, [name]: value }
      const text = JSON.stringify(pairs)
      return { name, told: (JSON.parse(text) as Record<string, unknown>)[name], text }
    }),
  ),
)

const kindOf = (value: unknown): number => {
  if (value === undefined || value === null) return 0
  if (Array.isArray(value)) return 4
  return { string: 1, number: 2, boolean: 3 }[typeof value as string] ?? 5
}

test('each value is read as it was told, whatever stands beside it', async () => {
  for (const name of NAMES) {
    const mine = documents.filter((d) => d.name === name)
    const params: Record<string, unknown> = { texts: mine.map((d) => d.text) }
    const bind = (type: string, value: unknown) => {
      const key = `p${Object.keys(params).length}`
      params[key] = value
      return `{${key}:${type}}`
    }
    const { kind, text } = jsonOperand(bind, (e) => `(${e})`, [name], '1')
    const rows = await clickhouse.query<{ kind: number; text: string }>(
      `SELECT toUInt8(${kind}) AS kind, ${text} AS text FROM (SELECT arrayJoin({texts:Array(String)}) AS properties)`,
      params,
    )
    for (const [i, { text: document, told }] of mine.entries()) {
      const read = rows[i]
      const said = { name, document, kind: read?.kind, value: valueIn(read?.text ?? '', kindOf(told)) }
      expect(said).toEqual({ name, document, kind: kindOf(told), value: told === null ? undefined : told })
    }
  }
})

function valueIn(text: string, kind: number): unknown {
  if (kind === 0) return text === '' ? undefined : text
  if (kind === 1) return text
  return JSON.parse(text)
}
