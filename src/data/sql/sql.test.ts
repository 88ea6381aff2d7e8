import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureWriteKey } from '#data/ingest'
import type { Actor } from '#kernel/context'
import { ensureOwner } from '#people/operator'
import { type World, world } from '#test/world'

const API_KEY = 'key-of-the-environment'
let w: World
let analyst: Actor
let narrow: Actor
let club = ''
const day = (n: number) => `2026-02-${String(n).padStart(2, '0')}T16:30:00.000Z`
beforeAll(async () => {
  w = await world({ at: '2026-03-01T02:00:00.000Z' })
  await ensureWriteKey(w.host.db, 'wk_sql', w.now())
  await ensureOwner(w.host.db, { apiKey: API_KEY, now: w.now() })
  const made = (await w.as(w.owner, 'community.create', { name: '茶友会', type: 'interest', admission: 'open' })) as {
    id: string
  }
  club = made.id
  analyst = w.operator('analyst')
  narrow = w.operator('analyst', { kind: 'communities', ids: [club] })
  const mei = await w.member({ externalId: 'mei', email: 'mei@example.com', name: '梅 13812345678' })
  await w.member({ externalId: 'lin', email: 'lin@example.com' })
  await w.member({ externalId: '13987654321' })
  await w.as(mei, 'community.join', { communityId: club })
  const batch = [
    ['mei', 'View', day(2), { price: 10, who: 'mei@example.com', phone: '+44 20 7946 0000' }],
    ['mei', 'View', day(3), { price: 30 }],
    ['lin', 'View', day(3), { price: 20, text: 'call 13700001111 or 8613700002222' }],
    ['lin', 'Secret', day(4), { price: 5 }],
  ].map(([userId, event, timestamp, properties], i) => ({
    ...{ type: 'track', messageId: `s-${i}`, userId, event, timestamp, properties },
  }))
  await fetch(`${await w.http()}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: 'wk_sql', batch }) })
  await w.settle()
})
afterAll(() => w.end())

interface Answer {
  columns: { name: string; type: string }[]
  rows: unknown[][]
  cut: boolean
  code?: string
  detail?: string
  status?: number
}
const ask = async (sql: string, more: object = {}, who: Actor = w.owner) =>
  (await w.as(who, 'sql.query', { sql, ...more })) as Answer
const rows = async (sql: string, more: object = {}, who?: Actor) => {
  const answer = await ask(sql, more, who)
  if (!answer.rows) throw new Error(JSON.stringify(answer))
  return answer.rows
}

describe('a question', () => {
  test('is answered with its columns, in its order, in the zone of the brand', async () => {
    const answer = await ask(
      `-- by day
      SELECT toDate(e.timestamp) AS "日期", count() AS n, uniqExact(member) AS 人
      FROM events AS e WHERE name = 'View' GROUP BY 1 ORDER BY 1 DESC`.replace('人', '`人`'),
    )
    expect(answer).toMatchObject({
      columns: [{ name: '日期', type: 'Date' }, { name: 'n' }, { name: '人' }],
      // Half past midnight in Shanghai.
      rows: [
        ['2026-02-04', 2, 2],
        ['2026-02-03', 1, 1],
      ],
      cut: false,
    })
  })

  test('may join, nest, name relations of its own and take values', async () => {
    expect(
      await rows(
        `SELECT * FROM (WITH dear AS (SELECT member, JSONExtractFloat(properties, 'price') AS price FROM events
           WHERE name IN {names:Array(String)} AND price >= {least:Float64}),
         events AS (SELECT * FROM dear WHERE member IN (SELECT member FROM members))
         SELECT m.externalId, sumIf(price, price > 0) AS s, count() OVER () FROM events INNER JOIN members AS m USING (member)
         GROUP BY ALL UNION ALL SELECT 'all', toFloat64((SELECT count() FROM members)), 0)
         ORDER BY 2, 1`,
        { params: { names: ['View'], least: 15 } },
      ),
    ).toEqual([
      ['all', 3, 0],
      ['lin', 20, 2],
      ['mei', 30, 2],
    ])
    expect(await rows("SELECT key, value FROM properties WHERE key = 'property:email' ORDER BY value")).toEqual([
      ['property:email', 'lin@example.com'],
      ['property:email', 'mei@example.com'],
    ])
    expect(
      await rows("SELECT count() FROM members WHERE member IN (SELECT member FROM events WHERE class = 'client')"),
    ).toEqual([[2]])
    expect(await rows("SELECT 18446744073709551615 AS big, 5 AS small, 'it''s; -- fine' AS t")).toEqual([
      ['18446744073709551615', 5, 'it’s; -- fine'.replace('’', "'")],
    ])
  })

  test('is cut to its limit and says so', async () => {
    const answer = await ask('SELECT name FROM events', { limit: 2 })
    expect(answer.rows).toHaveLength(2)
    expect(answer.cut).toBe(true)
  })

  test('that is wrong is told what is wrong with it, and nothing of what stands before it', async () => {
    for (const [sql, code] of [
      ['SELECT nothing FROM events', 'sql.failed'],
      ['SELECT FROM WHERE', 'sql.refused'],
      ['SELECT {x:UInt8}', 'sql.refused'],
      ['SELECT toUInt8(name) FROM events', 'sql.failed'],
    ] as const) {
      const answer = await ask(sql)
      expect([sql, answer]).toMatchObject([sql, { code, status: 400 }])
      expect(answer.detail).not.toMatch(/dictGet|erased|banyan|t_[0-9a-f]{8}/)
    }
  })
})

describe('what is seen', () => {
  test('ends at the scope, in every relation and in what fails', async () => {
    expect(await rows('SELECT DISTINCT externalId FROM members', {}, narrow)).toEqual([['mei']])
    expect(await rows("SELECT count() FROM events WHERE name IN ('View', 'Secret')", {}, narrow)).toEqual([[2]])
    expect(await rows('SELECT uniqExact(member) FROM facts', {}, narrow)).toEqual([[1]])
    expect(await rows('SELECT uniqExact(member) FROM properties', {}, narrow)).toEqual([[1]])
    // A condition that fails on another's row would tell of it.
    const probe = "SELECT count() FROM events WHERE intDiv(1, if(name = 'Secret', 0, 1)) = 1 AND name = 'View'"
    expect(await rows(probe, {}, narrow)).toEqual([[2]])
    expect(await ask(probe)).toMatchObject({ code: 'sql.failed' })
    const fact = "SELECT count() FROM facts WHERE intDiv(1, if(value LIKE '%lin%', 0, 1)) = 1"
    expect((await rows(fact, {}, narrow))[0]?.[0]).toBeGreaterThan(0)
  })

  test('holds no contact details for who may not see them', async () => {
    for (const sql of [
      'SELECT * FROM events',
      'SELECT * FROM members',
      'SELECT * FROM facts',
      'SELECT * FROM properties',
      'SELECT hex(properties), base64Encode(email), reverse(phone) FROM events INNER JOIN members USING (member)',
    ]) {
      const text = JSON.stringify(await rows(sql, {}, analyst))
      expect(text).not.toMatch(/mei@|lin@|example\.com|13812345678|13987654321|13700001111|13700002222|7946/)
    }
    const seen = await rows("SELECT properties FROM events WHERE name = 'View' ORDER BY timestamp, member", {}, analyst)
    expect(seen.map(([p]) => (JSON.parse(String(p)) as { price: number }).price).sort()).toEqual([10, 20, 30])
    // Nor does comparing step by step tell them.
    const guess =
      "SELECT countIf(email LIKE 'm%'), countIf(properties LIKE '%mei@%'), countIf(value LIKE 'mei@%') FROM members, events, facts"
    expect(await rows(guess, {}, analyst)).toEqual([[0, 0, 0]])
    expect(JSON.stringify(await rows('SELECT email FROM members'))).toContain('mei@example.com')
  })

  test('is gone with an erased member at once, and follows a merge', async () => {
    const gone = await w.member({ externalId: 'gone', name: 'Gone' })
    const twin = await w.member({ externalId: 'twin' })
    await w.settle()
    const people = async () => (await rows('SELECT externalId FROM members ORDER BY externalId')).flat()
    expect(await people()).toEqual(['13987654321', 'gone', 'lin', 'mei', 'twin'])
    await w.as(w.owner, 'member.erase', { memberId: gone.memberId })
    const lin = (await w.as(w.owner, 'member.get', { externalId: 'lin' })) as { memberId: string }
    await w.as(w.owner, 'member.merge', { keepId: lin.memberId, mergeId: twin.memberId })
    await w.settle()
    expect(await people()).not.toContain('gone')
    expect(await people()).toHaveLength(3)
    expect(JSON.stringify(await rows('SELECT * FROM facts'))).not.toContain('Gone')
  })
})

const HOSTILE: readonly string[] = [
  // Other sources.
  "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  "SELECT * FROM File('/etc/passwd')",
  "SELECT * FROM `file`('/etc/passwd', 'LineAsString')",
  'SELECT * FROM "file"(\'/etc/passwd\')',
  "SELECT * FROM (SELECT * FROM file('/etc/passwd', 'LineAsString'))",
  "SELECT 1 UNION ALL SELECT length(line) FROM file('/etc/passwd', 'LineAsString')",
  "WITH x AS (SELECT * FROM file('/etc/passwd', 'LineAsString')) SELECT * FROM x",
  "WITH (SELECT count() FROM file('/etc/passwd', 'LineAsString')) AS n SELECT n",
  "SELECT name IN (SELECT * FROM file('/etc/passwd', 'LineAsString')) FROM events",
  "SELECT arrayMap(x -> (SELECT count() FROM file('/etc/passwd', 'LineAsString')), [1])",
  "SELECT 1 FROM events INNER JOIN file('/etc/passwd', 'LineAsString') AS f ON f.line = name",
  "SELECT 1 FROM events, url('http://127.0.0.1/', 'CSV', 'a String')",
  "SELECT 1 WHERE EXISTS (SELECT * FROM url('http://127.0.0.1/'))",
  "SELECT 1 ORDER BY (SELECT * FROM url('http://127.0.0.1/'))",
  "SELECT 1 LIMIT (SELECT count() FROM url('http://127.0.0.1/'))",
  "SELECT count() OVER (ORDER BY (SELECT 1 FROM url('http://127.0.0.1/'))) FROM events",
  "SELECT * FROM remote('127.0.0.1', system.one)",
  "SELECT * FROM remoteSecure('127.0.0.1', 'system', 'one')",
  "SELECT * FROM cluster('default', system.one)",
  "SELECT * FROM s3('http://127.0.0.1/x')",
  "SELECT * FROM executable('id', 'TSV', 'a String')",
  "SELECT * FROM mysql('127.0.0.1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM postgresql('127.0.0.1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM sqlite('x', 'y')",
  "SELECT * FROM merge('.*', '.*')",
  "SELECT * FROM merge(REGEXP('.*'), 'events')",
  "SELECT * FROM dictionary('alias')",
  'SELECT * FROM view(SELECT 1)',
  "SELECT * FROM values('a Int8', 1)",
  'SELECT * FROM numbers(10)',
  'SELECT count() FROM numbers(1000000000000)',
  'SELECT * FROM generateRandom()',
  'SELECT * FROM zeros(10)',
  'SELECT * FROM loop(events)',
  "SELECT * FROM input('a Int8')",
  "SELECT * FROM format(CSV, '1')",
  "SELECT * FROM Python('x')",
  'SELECT * FROM (VALUES (1))',
  "SELECT * FROM icebergLocal('/')",
  "SELECT file('/etc/passwd')",
  "SELECT FILE('/etc/passwd')",
  "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
  "SELECT if(1, `file`('/etc/passwd'), '')",
  // Other tables.
  'SELECT * FROM system.tables',
  'SELECT * FROM `system`.`tables`',
  'SELECT * FROM "system"."tables"',
  'SELECT * FROM `system.tables`',
  'SELECT * FROM system . tables',
  'SELECT * FROM system/**/.tables',
  'SELECT * FROM INFORMATION_SCHEMA.tables',
  'SELECT * FROM information_schema.columns',
  'SELECT * FROM default.events',
  'SELECT * FROM banyan.events',
  'SELECT * FROM aliases',
  'SELECT * FROM alias',
  'SELECT * FROM tables',
  'SELECT name IN system.databases FROM events',
  'SELECT in(name, system.databases) FROM events',
  'SELECT globalIn(name, system.databases) FROM events',
  'SELECT name GLOBAL NOT IN system.databases FROM events',
  'SELECT name IN aliases FROM events',
  'SELECT (SELECT count() FROM system.processes)',
  'WITH events AS (SELECT * FROM system.one) SELECT * FROM events',
  'SELECT system.one.dummy FROM system.one',
  'SELECT * FROM events AS system, system.one',
  'SELECT * FROM {t:Identifier}',
  'SELECT {t:Identifier} FROM events',
  "SELECT hasColumnInTable('system', 'tables', 'name')",
  // Dictionaries and joins kept by the engine.
  "SELECT dictGet('alias', 'root', toUInt64(1))",
  "SELECT dictGetOrDefault('alias', 'root', toUInt64(1), toUInt64(0))",
  "SELECT dictHas('alias', toUInt64(1))",
  "SELECT joinGet('x', 'y', 1)",
  // More than a question, or something else.
  'SELECT 1; DROP TABLE events',
  'SELECT 1;',
  'SELECT 1 -- \n ; DROP TABLE events',
  'SELECT 1 /* */ ; INSERT INTO events SELECT * FROM events',
  '/* SELECT */ DROP TABLE events',
  '-- SELECT 1\nDROP TABLE events',
  'INSERT INTO events SELECT * FROM events',
  "INSERT INTO FUNCTION file('x') SELECT 1",
  'CREATE TABLE x (a Int8) ENGINE = Memory',
  'CREATE FUNCTION f AS x -> x',
  'ALTER TABLE events DELETE WHERE 1',
  'TRUNCATE TABLE events',
  'OPTIMIZE TABLE events FINAL',
  'SYSTEM RELOAD DICTIONARIES',
  'SYSTEM SHUTDOWN',
  'KILL QUERY WHERE 1',
  'SET readonly = 0',
  'USE system',
  'SHOW TABLES',
  'SHOW CREATE TABLE events',
  'DESCRIBE events',
  'EXISTS TABLE events',
  'EXPLAIN SELECT 1',
  'EXPLAIN AST SELECT 1',
  'SELECT * FROM (EXPLAIN SELECT 1)',
  'SELECT * FROM (EXPLAIN AST SELECT 1)',
  'SELECT * FROM (SHOW TABLES)',
  'SELECT * FROM (DESCRIBE TABLE system.one)',
  'GRANT ALL ON *.* TO default',
  'ATTACH TABLE x',
  "BACKUP TABLE events TO File('x')",
  'BEGIN TRANSACTION',
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  'SELECT 1 FORMAT JSON',
  'SELECT 1 FORMAT Null',
  'SELECT 1) FORMAT JSON -- ',
  'SELECT 1 SETTINGS readonly = 0',
  'SELECT * FROM (SELECT 1 SETTINGS max_memory_usage = 0)',
  'WITH x AS (SELECT 1 SETTINGS allow_introspection_functions = 1) SELECT * FROM x',
  'SELECT * FROM events SETTINGS additional_table_filters = {}',
  'SELECT 1 PARALLEL WITH SELECT 2',
  // Out of the brackets it is put in.
  'SELECT 1) UNION ALL (SELECT 2',
  'SELECT 1) AS x, (SELECT 2',
  'SELECT 1)) LIMIT 1000000 --',
  '(SELECT 1',
  'SELECT 1 /*',
  'SELECT 1 /* /* */ ) */',
  "SELECT 'x",
  'SELECT `x',
  // Words for something else than they look like.
  "SELECT x'66696c65'",
  "SELECT b'0110'",
  'SELECT $$a$$',
  'SELECT $t$ a $t$',
  'SELECT 1 # comment',
  'SELECT 1 #! comment',
  'SELECT “a”',
  'SELECT ‘a’',
  'SELECT\u00a01',
  'SELECT 1\u20282',
  'SELECT ｆｉｌｅ(1)',
  'SELECT `a\nb` FROM events',
  'SELECT 1 AS `a`` b`',
  'SELECT 1 AS "a\\" b"',
  'SELECT \\x66',
  'SELECT @@version',
  // The machine and its settings.
  'SELECT version()',
  'SELECT hostName()',
  'SELECT currentUser()',
  'SELECT currentDatabase()',
  'SELECT DATABASE()',
  "SELECT getSetting('max_threads')",
  "SELECT getServerSetting('max_server_memory_usage')",
  "SELECT getMacro('x')",
  'SELECT filesystemAvailable()',
  'SELECT uptime()',
  'SELECT queryID()',
  'SELECT addressToSymbol(1)',
  'SELECT chdb()',
  'SELECT showCertificate()',
  "SELECT catboostEvaluate('x', 1)",
  "SELECT aiGenerate('x')",
  "SELECT formatQuery('SELECT 1')",
  // States that the engine reads without doubt.
  "SELECT finalizeAggregation(CAST('x', 'AggregateFunction(sum, UInt8)'))",
  "SELECT CAST('x' AS AggregateFunction(uniq, String))",
  "SELECT JSONExtract('{}', 'a', 'AggregateFunction(sum, UInt8)')",
  'SELECT sumState(1)',
  "SELECT sumMerge('x')",
  "SELECT initializeAggregation('sum', 1)",
  "SELECT arrayReduce('sum', [1])",
  // Time and memory.
  'SELECT sleep(3)',
  'SELECT sleepEachRow(3) FROM events',
  'SELECT SLEEP(3)',
  'SELECT throwIf(1)',
  'SELECT arrayWithConstant(1000000000000, 1)',
  "SELECT repeat('x', 1000000000000)",
  'SELECT randomString(1000000000000)',
  'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count() FROM r',
  'SELECT * APPLY(sum) FROM events',
  "SELECT COLUMNS('.*') FROM events",
  'SELECT * FROM events SAMPLE 0.1',
]

describe('a hostile statement', () => {
  test.each(HOSTILE)('is refused: %s', async (sql) => {
    const answer = await ask(sql)
    expect([answer.code, answer.status, answer.rows]).toEqual(['sql.refused', 400, undefined])
  })

  test('that takes all there is ends at its limits, and the next one is answered', async () => {
    for (const sql of [
      'SELECT sum(x) FROM (SELECT arrayJoin(range(100000000)) AS x) AS a, (SELECT arrayJoin(range(100000)) AS y) AS b',
      'SELECT groupUniqArray(cityHash64(a.x, b.x)) FROM (SELECT arrayJoin(range(100000)) AS x) AS a, (SELECT arrayJoin(range(100000)) AS x) AS b',
      'SELECT length(groupArray(x)) FROM (SELECT arrayJoin(range(400000000)) AS x)',
      `SELECT ${'('.repeat(300)}1${')'.repeat(300)}`,
      `SELECT ${Array.from({ length: 1800 }, (_, i) => `${i} + 1`).join(', ')}`,
    ]) {
      const { code } = await ask(sql)
      expect([sql.slice(0, 60), code]).toEqual([sql.slice(0, 60), expect.stringMatching(/^sql\.(too_heavy|refused)$/)])
    }
    expect(await rows('SELECT 1')).toEqual([[1]])
  })

  test('changes nothing, and finds no table where it runs', async () => {
    const { rows: seen } = await w.warehouse.table(
      'SELECT count() FROM system.tables WHERE database = currentDatabase()',
      {},
      { signal: AbortSignal.timeout(10_000), settings: {} },
    )
    expect(seen).toEqual([[0]])
    const change = w.warehouse.table(
      'CREATE TABLE x (a Int8) ENGINE = Memory',
      {},
      { signal: AbortSignal.timeout(10_000), settings: {} },
    )
    await expect(change).rejects.toThrow()
    const unnamed = w.warehouse.table('SELECT * FROM events', {}, { signal: AbortSignal.timeout(10_000), settings: {} })
    await expect(unnamed).rejects.toMatchObject({ code: '60' })
  })

  test('stops with its asker', async () => {
    const running = async () => {
      const [row] = await w.warehouse.query<{ n: number }>(
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%3777777%' AND query NOT LIKE '%system.processes%'",
      )
      return Number(row?.n ?? 0)
    }
    const until = async (holds: () => Promise<boolean>) => {
      for (const deadline = Date.now() + 20_000; !(await holds()); )
        if (Date.now() > deadline) throw new Error('it did not come to that')
    }
    const stop = new AbortController()
    const asked = fetch(`${await w.http()}/api/sql.query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        sql: 'SELECT sum(sin(a.x + b.x)) FROM (SELECT arrayJoin(range(3777777)) AS x) AS a, (SELECT arrayJoin(range(100000)) AS x) AS b',
      }),
      signal: stop.signal,
    })
    asked.catch(() => {})
    await until(async () => (await running()) > 0)
    stop.abort()
    await until(async () => (await running()) === 0)
    expect(await rows('SELECT 1')).toEqual([[1]])
  })
})

test('who may not ask is refused; what one asked and saved is one’s own', async () => {
  expect(await ask('SELECT 1', {}, w.operator('manager'))).toMatchObject({ code: 'access.denied' })
  await ask('SELECT 42', {}, analyst)
  await ask('SELECT broken', {}, analyst)
  const history = (await w.as(analyst, 'sql.history', { limit: 2 })) as { items: object[]; nextCursor: string }
  expect(history.items).toMatchObject([
    { statement: 'SELECT broken', problem: 'sql.failed' },
    { statement: 'SELECT 42', rows: 1, problem: null },
  ])
  expect(((await w.as(narrow, 'sql.history', {})) as { items: { statement: string }[] }).items).not.toContainEqual(
    expect.objectContaining({ statement: 'SELECT 42' }),
  )
  const mine = (await w.as(analyst, 'sql.save', { name: 'Mine', statement: 'SELECT 1' })) as { id: string }
  await w.as(analyst, 'sql.save', { name: 'Ours', statement: 'SELECT 2', shared: true })
  expect(await w.as(analyst, 'sql.save', { name: 'MINE', statement: 'x' })).toMatchObject({ code: 'sql.name_taken' })
  expect(await w.as(narrow, 'sql.saved')).toMatchObject({ items: [{ name: 'Ours', mine: false }] })
  expect(await w.as(narrow, 'sql.forget', { id: mine.id })).toMatchObject({ code: 'object.unknown' })
  expect(await w.as(analyst, 'sql.save', { id: mine.id, name: 'Mine', statement: 'SELECT 3' })).toEqual({ id: mine.id })
  await w.as(analyst, 'sql.forget', { id: mine.id })
  expect(await w.as(analyst, 'sql.saved')).toMatchObject({ items: [{ name: 'Ours', mine: true }] })
  expect(await w.as(analyst, 'sql.schema')).toMatchObject({ relations: [{ name: 'events' }, {}, {}, {}] })
})
