import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Clickhouse, openClickhouse } from './clickhouse.ts'

const log = pino({ level: 'silent' })
const dataDir = mkdtempSync(join(tmpdir(), 'clickhouse-'))
let clickhouse: Clickhouse

/** Seconds of work for one thread, without memory. */
const LONG = 'SELECT count() AS n FROM numbers({rows:UInt64}) WHERE sipHash64(number) = 1'
const ENDLESS = { rows: 1_000_000_000_000 }

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await holds()); await delay(20))
    if (Date.now() > deadline) throw new Error('did not come true in 30 s')
}
const running = async (mark: string) => {
  const rows = await clickhouse.query<{ n: number }>(
    'SELECT count() AS n FROM system.processes WHERE query LIKE {like:String} AND query NOT LIKE {own:String}',
    { like: `%${mark}%`, own: '%system.processes%' },
    { lane: 'live' },
  )
  return rows[0]?.n ?? 0
}
const table = async (columns: string, order = 'tuple()') => {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await clickhouse.command(
    `CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY ${order} SETTINGS non_replicated_deduplication_window = 1000`,
  )
  return name
}
const countOf = async (name: string) =>
  (await clickhouse.query<{ n: number }>(`SELECT count() AS n FROM ${name}`))[0]?.n

beforeAll(async () => {
  clickhouse = await openClickhouse({ dataDir, log, database: 'test-`db`' })
})
afterAll(async () => {
  await clickhouse.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const NASTY = `' " \\ \n \t \r \u0001 ; -- /* */ {x:String} %s \\n 中文 😀 é`

describe('the stock client', () => {
  it('pings, commands, inserts, queries and execs', async () => {
    const client = await clickhouse.client('writer')
    expect(await client.ping()).toEqual({ success: true })
    expect(await client.ping({ select: true })).toEqual({ success: true })
    await client.command({ query: 'CREATE TABLE stock (id UInt32, text String) ENGINE = MergeTree ORDER BY id' })
    const inserted = await client.insert({
      table: 'stock',
      values: [
        { id: 1, text: NASTY },
        { id: 2, text: 'a\u0000b' },
      ],
      format: 'JSONEachRow',
    })
    expect(inserted.summary?.written_rows).toBe('2')
    await client.insert({ table: 'stock', values: [], format: 'JSONEachRow' })
    await client.command({ query: "INSERT INTO stock VALUES (3, 'line\n\nline; SELECT 1')" })
    const found = await client.query({ query: 'SELECT * FROM stock ORDER BY id', format: 'JSON', query_id: 'mine' })
    expect(found.query_id).toBe('mine')
    expect((await found.json<{ id: number; text: string }>()).data).toEqual([
      { id: 1, text: NASTY },
      { id: 2, text: 'a\u0000b' },
      { id: 3, text: 'line\n\nline; SELECT 1' },
    ])
    const { stream } = await client.exec({ query: 'SELECT id FROM stock ORDER BY id FORMAT TabSeparated' })
    let text = ''
    for await (const chunk of stream) text += chunk
    expect(text).toBe('1\n2\n3\n')
  })

  it('takes compressed rows', async () => {
    const name = await table('id UInt32')
    const inside = await clickhouse.client('writer')
    const address = Reflect.get(inside, 'connectionParams') as { url: URL; auth: { password: string } }
    const client = createClient({
      url: address.url,
      password: address.auth.password,
      database: clickhouse.database,
      compression: { request: true, response: true },
    })
    await client.insert({ table: name, values: [{ id: 1 }, { id: 2 }], format: 'JSONEachRow' })
    await client.close()
    expect(await countOf(name)).toBe(2)
  })

  it('is refused with a wrong token', async () => {
    const inside = await clickhouse.client('live')
    const { url } = Reflect.get(inside, 'connectionParams') as { url: URL }
    for (const password of ['', 'wrong']) {
      const client = createClient({ url, password, log: { level: ClickHouseLogLevel.OFF } })
      await expect(client.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516' })
      await client.close()
    }
  })

  it('gets errors as ClickHouse gives them', async () => {
    const query = (sql: string) => clickhouse.query(sql)
    await expect(query('SELEC 1')).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' })
    await expect(query('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
    await expect(query('SELECT {missing:String}')).rejects.toMatchObject({ code: '456' })
    await expect(clickhouse.query('SELECT 1', {}, { settings: { no_such: 1 } })).rejects.toMatchObject({ code: '115' })
  })
})

describe('parameters', () => {
  it.each<[string, unknown, unknown?]>([
    ['String', NASTY],
    ['String', 'a\u0000b'],
    ['String', ''],
    ['Array(String)', ['', NASTY, "]', '"]],
    ['Array(String)', []],
    ['Nullable(String)', null],
    ['Nullable(String)', '\\N'],
    ['Array(Nullable(Float64))', [1.5, null, -0.1]],
    ['Map(String, String)', { [NASTY]: NASTY }],
    ['UInt64', 9_007_199_254_740_991],
    ['Int64', -5],
    ['Float64', 1e300],
    ['Bool', true],
    ['UUID', '61f0c404-5cb3-41e7-907b-a6006ad3dba0'],
    ["DateTime64(3, 'UTC')", new Date('2024-02-29T12:34:56.789Z'), '2024-02-29T12:34:56.789Z'],
    ["DateTime64(3, 'UTC')", '2024-02-29 12:34:56.789', '2024-02-29T12:34:56.789Z'],
    ['Date', '1990-01-01'],
  ])('%s comes back: %j', async (type, value, answer = value) => {
    expect(await clickhouse.query(`SELECT {value:${type}} AS value`, { value })).toEqual([{ value: answer }])
  })

  it('may be ten thousand ids', async () => {
    const ids = Array.from({ length: 10_000 }, () => randomUUID())
    const [row] = await clickhouse.query(
      'SELECT length({ids:Array(UUID)}) AS n, toString({ids:Array(UUID)}[10000]) AS last',
      { ids },
    )
    expect(row).toEqual({ n: 10_000, last: ids.at(-1) })
  })

  it('of the same name never mix between statements at the same time, nor stay behind', async () => {
    const lanes = ['writer', 'live', 'interactive', 'background'] as const
    const answers = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => {
        const lane = lanes[i % lanes.length] ?? 'live'
        const [row] = await clickhouse.query<{ a: string; b: number }>(
          'SELECT {a:String} AS a, {b:UInt32} + sleepEachRow(0.001) AS b',
          { a: `value ${i}`, b: i },
          { lane },
        )
        return row?.a === `value ${i}` && row.b === i
      }),
    )
    expect(answers.filter((right) => !right)).toEqual([])
    await expect(clickhouse.query('SELECT {a:String}', {}, { lane: 'writer' })).rejects.toMatchObject({ code: '456' })
  })
})

describe('inserts', () => {
  it('store the same token once, and other rows under it never', async () => {
    const name = await table('id UInt32', 'id')
    const rows = '{"id":1}\n{"id":2}\n'
    await clickhouse.insert(name, rows, { token: 'a' })
    await clickhouse.insert(name, rows, { token: 'a' })
    await clickhouse.insert(name, '{"id":9}\n', { token: 'a' })
    await clickhouse.insert(name, rows, { token: 'b' })
    expect(await countOf(name)).toBe(4)
  })

  it('take text, bytes and streams, arrays with columns, times with a zone', async () => {
    const name = await table("id UInt32, at DateTime64(3, 'UTC') DEFAULT 0")
    await clickhouse.insert(name, Buffer.from('{"id":1,"at":"2024-01-01T08:00:00.123+08:00"}'))
    await clickhouse.insert(name, '[2]\n[3]', { format: 'JSONCompactEachRow', columns: ['id'] })
    async function* parts() {
      yield '{"id":'
      yield Buffer.from('4}\n')
    }
    await clickhouse.insert(name, parts())
    await clickhouse.insert(name, '')
    expect(await clickhouse.query(`SELECT * FROM ${name} ORDER BY id LIMIT 1`)).toEqual([
      { id: 1, at: '2024-01-01T00:00:00.123Z' },
    ])
    expect(await countOf(name)).toBe(4)
  })

  it('never run rows as SQL, and refuse bad ones whole', async () => {
    const name = await table('id UInt32')
    await expect(
      clickhouse.insert(name, `{"id":1}\n\nINSERT INTO ${name} VALUES (7)\n`, { token: 'x' }),
    ).rejects.toMatchObject({ type: expect.stringMatching(/PARSE|INCORRECT/) })
    await expect(clickhouse.insert(name, '{"id":1}\n{"id":"many"}\n')).rejects.toThrow()
    await expect(clickhouse.insert(name, '{"id":1,"unknown":2}\n')).rejects.toMatchObject({ code: '117' })
    await expect(clickhouse.command(`INSERT INTO ${name} FORMAT JSONEachRow {"id":1}`)).rejects.toMatchObject({
      code: '48',
    })
    expect(await countOf(name)).toBe(0)
    await clickhouse.insert(name, '{"id":1}\n\n{"id":2}\n')
    expect(await countOf(name)).toBe(2)
  })

  it('are refused in the lanes that read', async () => {
    const name = await table('id UInt32')
    for (const lane of ['live', 'interactive'] as const)
      await expect(clickhouse.query(`INSERT INTO ${name} SELECT 1`, {}, { lane })).rejects.toMatchObject({
        code: '164',
      })
    expect(await countOf(name)).toBe(0)
  })
})

it('backs up and restores below its own folder only', async () => {
  const name = await table('id UInt32')
  await clickhouse.insert(name, '{"id":1}')
  await clickhouse.query(`BACKUP TABLE ${name} TO File('one')`, {}, { lane: 'background' })
  await clickhouse.query(`RESTORE TABLE ${name} AS ${name}_back FROM File('one')`, {}, { lane: 'background' })
  expect(await countOf(`${name}_back`)).toBe(1)
  expect(readdirSync(join(dataDir, 'clickhouse', 'backups'))).toEqual(['one'])
  await expect(
    clickhouse.query(`BACKUP TABLE ${name} TO File('${tmpdir()}/elsewhere')`, {}, { lane: 'background' }),
  ).rejects.toThrow()
})

it('maps aliases by a flat dictionary that follows a reload', async () => {
  const aliases = await table('number UInt64, root UInt64', 'number')
  await clickhouse.command(
    `CREATE DICTIONARY ${aliases}_map (number UInt64, root UInt64) PRIMARY KEY number
     SOURCE(CLICKHOUSE(DB '${clickhouse.database}' TABLE '${aliases}'))
     LAYOUT(FLAT(MAX_ARRAY_SIZE 4294967295)) LIFETIME(0)`,
  )
  const roots = () =>
    clickhouse.query(
      `SELECT arrayMap(n -> dictGetOrDefault({map:String}, 'root', n, n), [toUInt64(1), 2]) AS roots`,
      { map: `${aliases}_map` },
      { lane: 'live' },
    )
  expect(await roots()).toEqual([{ roots: [1, 2] }])
  await clickhouse.insert(aliases, '{"number":1,"root":7}')
  expect(await roots()).toEqual([{ roots: [1, 2] }])
  await clickhouse.command(`SYSTEM RELOAD DICTIONARY ${aliases}_map`)
  expect(await roots()).toEqual([{ roots: [7, 2] }])
})

describe('a long query', () => {
  it('delays neither an insert nor a live query', async () => {
    const name = await table('id UInt32')
    const finished: string[] = []
    const stop = new AbortController()
    const long = [1, 2, 3].map((i) =>
      clickhouse
        .query(`${LONG} AND 'delays' != ''`, { rows: 300_000_000 + i }, { lane: 'interactive', signal: stop.signal })
        .catch(() => {})
        .then(() => finished.push('long')),
    )
    await until(async () => (await running('delays')) === 2)
    for (let i = 0; i < 5; i++) {
      await clickhouse.insert(name, `{"id":${i}}\n`, { token: `${i}` })
      finished.push('insert')
      const [row] = await clickhouse.query<{ n: number }>(`SELECT count() AS n FROM ${name}`, {}, { lane: 'live' })
      expect(row?.n).toBe(i + 1)
      finished.push('live')
    }
    expect(await running('delays')).toBe(2)
    expect(finished).not.toContain('long')
    stop.abort()
    await Promise.all(long)
  })

  it('stops when its client goes, whether it runs or waits', async () => {
    const stop = new AbortController()
    const ended = Array.from({ length: 4 }, () =>
      clickhouse.query(`${LONG} AND 'goes' != ''`, ENDLESS, { signal: stop.signal }).then(
        () => 'answered',
        () => 'aborted',
      ),
    )
    await until(async () => (await running('goes')) === 2)
    stop.abort()
    expect(await Promise.all(ended)).toEqual(['aborted', 'aborted', 'aborted', 'aborted'])
    await until(async () => (await running('goes')) === 0)
    expect(await clickhouse.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('ends at its limit of time, of memory, of size, and the process lives', async () => {
    const { pid } = clickhouse
    await expect(
      clickhouse.query(LONG, ENDLESS, { lane: 'background', settings: { max_execution_time: 1 } }),
    ).rejects.toMatchObject({ code: '159' })
    await expect(
      clickhouse.query('SELECT uniqExact(number) FROM numbers(10000000)', {}, { settings: { max_memory_usage: 1e7 } }),
    ).rejects.toMatchObject({ code: '241' })
    await expect(clickhouse.query('SELECT number FROM numbers(100000000)')).rejects.toMatchObject({ code: '396' })
    expect(await clickhouse.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(clickhouse.pid).toBe(pid)
  })
})

describe('when the process is killed', () => {
  it('every acknowledged batch is stored, once; queries and inserts wait for the next one', async () => {
    const name = await table('batch UInt32, row UInt32', 'batch')
    const before = clickhouse.restarts
    const kills = 3
    let acknowledged = 0
    let asking = true
    const asked = (async () => {
      while (asking) expect(await clickhouse.query('SELECT 1 AS one', {}, { lane: 'live' })).toEqual([{ one: 1 }])
    })()
    for (; acknowledged < 60; acknowledged++) {
      const rows = Array.from({ length: 500 }, (_, row) => `{"batch":${acknowledged},"row":${row}}`).join('\n')
      const batch = acknowledged
      const proof = { column: 'batch', value: batch, again: false }
      const insert = clickhouse.insert(name, rows, { token: `batch ${batch}`, proof })
      if (acknowledged % 20 === 10) {
        // At another moment of the insert's way each time.
        await delay(acknowledged / 3)
        process.kill(clickhouse.pid ?? 0, 'SIGKILL')
      }
      await insert
    }
    asking = false
    await asked
    expect(clickhouse.restarts - before).toBe(kills)
    const [stored] = await clickhouse.query(
      `SELECT count() AS rows, uniqExact(batch) AS batches, uniqExact(batch, row) AS distinct FROM ${name}`,
    )
    expect(stored).toEqual({ rows: 30_000, batches: 60, distinct: 30_000 })
  })

  it('a repetition that is taken for a duplicate of rows that are not there stores them all the same', async () => {
    const name = await table('batch UInt32', 'batch')
    const insert = (again: boolean) =>
      clickhouse.insert(name, '{"batch":1}', { token: 'one', proof: { column: 'batch', value: 1, again } })
    await insert(false)
    // What is left by a process that was killed between the note of the token and the rows.
    await clickhouse.command(`ALTER TABLE ${name} DELETE WHERE 1`, {}, { settings: { mutations_sync: '2' } })
    await insert(false)
    expect(await countOf(name)).toBe(0)
    await insert(true)
    expect(await countOf(name)).toBe(1)
    await insert(true)
    expect(await countOf(name)).toBe(1)
  })

  it('a statement that must not be repeated fails instead', async () => {
    const name = await table('id UInt32')
    const insert = clickhouse.command(
      `INSERT INTO ${name} SELECT sleepEachRow(0.1) FROM numbers(200) -- unrepeated`,
      {},
      {
        settings: { max_block_size: 1 },
      },
    )
    insert.catch(() => {})
    await until(async () => (await running('unrepeated')) === 1)
    process.kill(clickhouse.pid ?? 0, 'SIGKILL')
    await expect(insert).rejects.toThrow()
    expect(await countOf(name)).toBeLessThan(200)
  })
})

it('is unavailable, not silent, when no server answers', async () => {
  await expect(openClickhouse({ url: 'http://127.0.0.1:1/', dataDir, log })).rejects.toThrow()
})

it('works with a server named by CLICKHOUSE_URL, database and all', async () => {
  const inside = await clickhouse.client('live')
  const { url, auth } = Reflect.get(inside, 'connectionParams') as { url: URL; auth: { password: string } }
  const remote = await openClickhouse({ url: `http://default:${auth.password}@${url.host}/other`, dataDir, log })
  expect(remote).toMatchObject({ embedded: false, pid: undefined, alive: true, database: 'other' })
  expect(await remote.query('SELECT currentDatabase() AS db')).toEqual([{ db: 'other' }])
  expect(await remote.ping()).toBe(true)
  await remote.stop()
})
