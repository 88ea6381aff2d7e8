import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditEntry, Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import { APP_ROLE, ensureAppRole } from './app-role.ts'
import { AUDIT_APPEND_ONLY, appendAudit, auditMigrations, eraseAudit, mergeAudit, unmergeAudit } from './audit.ts'
import { auditHead, chain, verifyAudit } from './audit-chain.ts'
import { openDatabase } from './database.ts'
import { openState, type State, stateOf } from './state.fixture.ts'

let state: State
let db: Db
beforeAll(async () => {
  state = await openState(auditMigrations)
  db = state.db
})
afterAll(() => state.end())

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  operation: 'points.award',
  actor: `operator:${newId()}`,
  memberId: newId(),
  communityId: null,
  address: '203.0.113.7',
  cause: `request:${newId()}`,
  at: new Date('2026-11-22T01:02:03.456Z'),
  change: { before: { points: 1, 名称: '旧' }, after: { points: 2.5, nested: [null, 'é', { b: 1, a: 2 }] } },
  ...more,
})

const append = (more?: Partial<AuditEntry>) => db.transaction().execute((tx) => appendAudit(tx as Db, entry(more)))
async function chainAll() {
  while ((await chain(db)) > 0);
}
const exec = (statement: string, on = db) => sql.raw(statement).execute(on)

test('64 writers at once, some rolling back, and several chainers: one chain without fork or gap', async () => {
  let writing = true
  const chainers = Array.from({ length: 3 }, async () => {
    while (writing) await chain(db)
  })
  await Promise.all(
    Array.from({ length: 64 }, async (_, writer) => {
      for (let i = 0; i < 10; i++)
        await db
          .transaction()
          .execute(async (tx) => {
            await appendAudit(tx as Db, entry({ cause: `${writer}/${i}` }))
            if (i % 5 === 4) throw new Error('rolled back')
          })
          .catch((error: Error) => expect(error.message).toBe('rolled back'))
    }),
  )
  writing = false
  await Promise.all(chainers)
  await chainAll()
  const verdict = await verifyAudit(db)
  expect(verdict).toMatchObject({ ok: true, rows: 64 * 8, pending: 0, erased: 0 })
  expect(verdict.head).toEqual(await auditHead(db))
})

test('a row that commits late is chained late and nothing is left out', async () => {
  const before = (await verifyAudit(db)).rows
  await db.transaction().execute(async (tx) => {
    await appendAudit(tx as Db, entry())
    await append()
    await chainAll()
    expect((await verifyAudit(db)).rows).toBe(before + 1)
  })
  await chainAll()
  expect(await verifyAudit(db)).toMatchObject({ ok: true, rows: before + 2, pending: 0 })
})

/** Does harm as the superuser who has switched the triggers off, looks, and takes the harm back. */
async function tampered(statement: string, heads?: Parameters<typeof verifyAudit>[1]) {
  let verdict: Awaited<ReturnType<typeof verifyAudit>> | undefined
  await db
    .transaction()
    .execute(async (tx) => {
      for (const table of ['audit', 'audit_detail', 'audit_chain'])
        await exec(`alter table ${table} disable trigger all`, tx as Db)
      await exec(statement, tx as Db)
      verdict = await verifyAudit(tx as Db, heads)
      throw new Error('undo')
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error
    })
  return verdict
}

test('each changed field, and each row deleted, inserted or moved, is found and named', async () => {
  const { rows } = await sql<{ n: number; audit_id: number; next: number }>`
    select n, audit_id, (select audit_id from audit_chain after where after.n = c.n + 1) as next
    from audit_chain c where n in (7, 300)`.execute(db)
  for (const { n, audit_id: id, next } of rows) {
    const changes: [string, string][] = [
      ...[
        `at = at + interval '1 microsecond'`,
        `actor = 'operator:somebody'`,
        `operation = 'points.take'`,
        'member_id = null',
        'member_id = gen_random_uuid()',
        'community_id = gen_random_uuid()',
        `cause = cause || 'x'`,
        `digest = repeat('0', 64)`,
      ].map((set): [string, string] => [`update audit set ${set} where id = ${id}`, 'row']),
      ...[`salt = '00'`, `address = '203.0.113.8'`, `change = change || '{"x": 1}'`, `salt = null`].map(
        (set): [string, string] => [`update audit_detail set ${set} where audit_id = ${id}`, 'detail'],
      ),
      [`update audit_chain set hash = repeat('0', 64) where n = ${n}`, 'row'],
      [`update audit_chain set prev = repeat('0', 64) where n = ${n}`, 'link'],
      [`delete from audit where id = ${id}`, 'row_missing'],
      [`delete from audit_detail where audit_id = ${id}`, 'detail_missing'],
    ]
    for (const [statement, reason] of changes)
      expect(await tampered(statement), statement).toMatchObject({
        ok: false,
        brokenAt: { reason, n, auditId: id },
      })
    const gap = await tampered(`delete from audit_chain where n = ${n}`)
    expect(gap?.brokenAt).toMatchObject({ reason: 'gap', n: n + 1 })
    const moved = await tampered(`update audit_chain set audit_id = -n where n in (${n}, ${n + 1});
      update audit_chain set audit_id = ${next} where n = ${n}; update audit_chain set audit_id = ${id} where n = ${n + 1}`)
    expect(moved?.brokenAt).toMatchObject({ reason: 'row', n })
  }
  const smuggled = await tampered(
    `insert into audit (at, actor, operation, cause, digest) values (now(), 'a', 'b', 'c', 'd')`,
  )
  expect(smuggled?.brokenAt?.reason).toBe('unchained')
  expect(await verifyAudit(db)).toMatchObject({ ok: true })
})

test('a cut tail and a chain written anew are found with a head kept elsewhere', async () => {
  const head = await auditHead(db)
  const cut = `delete from audit_chain where n > 100; delete from audit where id not in (select audit_id from audit_chain);
    delete from audit_detail where audit_id not in (select audit_id from audit_chain)`
  expect(await tampered(cut)).toMatchObject({ ok: true, rows: 100 })
  expect(await tampered(cut, [head])).toMatchObject({ ok: false, brokenAt: { reason: 'head', n: head.n } })
  expect(await verifyAudit(db, [{ n: head.n, hash: 'f'.repeat(64) }])).toMatchObject({
    ok: false,
    brokenAt: { reason: 'head', n: head.n },
  })
  expect(await verifyAudit(db, [head])).toMatchObject({ ok: true })
})

test('nobody changes rows: the triggers refuse the superuser, the role refuses the app', async () => {
  await exec('create table notes (id bigint generated always as identity, text text)')
  expect(await ensureAppRole(db, AUDIT_APPEND_ONLY)).toBe(true)
  expect(await ensureAppRole(db, AUDIT_APPEND_ONLY)).toBe(true)
  await exec('create table later (id bigserial primary key)')
  const harm = [
    'update audit set actor = actor',
    'delete from audit',
    'truncate audit',
    'update audit_chain set hash = hash',
    'delete from audit_chain',
    'truncate audit_chain',
    'delete from audit_detail',
    'truncate audit_detail',
    `update audit_detail set address = 'elsewhere'`,
  ]
  for (const statement of harm) expect(await stateOf(db, statement), statement).toBe('42501')
  expect(await stateOf(db, `set session_replication_role = replica; delete from audit`)).toBe('42501')

  const app = openDatabase({ ...state.connection, options: `-c role=${APP_ROLE}` }, 2)
  try {
    const structure = [
      'alter table audit disable trigger all',
      'drop trigger audit_append_only on audit',
      'drop table audit',
      'alter table audit add column x text',
      'create or replace function audit_refuse() returns trigger language plpgsql as $$ begin return null; end $$',
      'set session_replication_role = replica',
      'create table mine (x int)',
      'truncate notes',
    ]
    for (const statement of [...harm, ...structure]) expect(await stateOf(app.db, statement), statement).toBe('42501')
    // And it can do its work.
    await app.db.transaction().execute((tx) => appendAudit(tx as Db, entry()))
    expect(await chain(app.db)).toBe(1)
    await exec(`insert into notes (text) values ('x'); update notes set text = 'y'; delete from notes`, app.db)
    await exec('insert into later default values; delete from later', app.db)
  } finally {
    await app.close()
  }
  expect(await verifyAudit(db)).toMatchObject({ ok: true })
})

test('an account that may not make roles is told so', async () => {
  await exec(`create role plain_user login; create role maker login createrole`)
  const as = (user: string) => openDatabase({ ...state.connection, options: `-c role=${user}` }, 1)
  const maker = as('maker')
  const plain = as('plain_user')
  try {
    expect(await ensureAppRole(plain.db, [], [])).toBe(false)
    // The role is there already and is not the maker's to take.
    expect(await ensureAppRole(maker.db, [], [])).toBe(false)
    await exec(`drop owned by ${APP_ROLE}`)
    await exec(`drop role ${APP_ROLE}`)
    expect(await ensureAppRole(plain.db, [], [])).toBe(false)
    expect(await ensureAppRole(maker.db, [], [])).toBe(true)
  } finally {
    await maker.close()
    await plain.close()
  }
})

test('erasure takes what is personal, also after a merge, and the chain stays whole', async () => {
  const [kept, merged, other] = [newId(), newId(), newId()]
  for (const memberId of [kept, merged, other]) await append({ memberId, change: { phone: '13800000000' } })
  await append({ memberId: null, actor: `member:${merged}`, change: {} })
  await chainAll()
  const { erased } = await verifyAudit(db)
  const moved = await mergeAudit(db, kept, merged)
  expect(moved).toHaveLength(2)
  await unmergeAudit(db, merged, moved)
  await mergeAudit(db, kept, merged)
  await eraseAudit(db, kept)
  await eraseAudit(db, kept)
  expect(await verifyAudit(db)).toMatchObject({ ok: true, erased: erased + 3 })
  const { rows } = await sql<{ member_id: string }>`
    select member_id from audit_detail where change->>'phone' = '13800000000'`.execute(db)
  expect(rows).toEqual([{ member_id: other }])
})

test('a note of any size is cut down, not refused', async () => {
  await append({ change: { huge: 'x'.repeat(100_000), small: 1 } })
  const { rows } = await sql<{ change: unknown }>`
    select change from audit_detail order by audit_id desc limit 1`.execute(db)
  expect(rows[0]?.change).toEqual({ tooLarge: expect.any(Number), fields: ['huge', 'small'] })
  await chainAll()
  expect(await verifyAudit(db)).toMatchObject({ ok: true })
})
