import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureOwner } from '#people/operator'
import { type Browser, openBrowser } from '#platform/browser.fixture'
import { type World, world } from '#test/world'

let w: World
let base = ''
let root: Browser
beforeAll(async () => {
  w = await world()
  base = await w.http()
  const apiKey = 'environment-key-environment'
  await ensureOwner(w.host.db, { apiKey, now: w.now() })
  root = openBrowser(base, apiKey)
})
afterAll(() => w.end())
beforeEach(() => w.db.deleteFrom('rate_limits').execute())

async function make(by: Browser, rights: unknown, scope?: unknown) {
  const answer = await by.call('key.create', { name: 'key', rights, ...(scope ? { scope } : {}) })
  return { ...answer, keyId: String(answer.body.keyId), browser: openBrowser(base, String(answer.body.secret)) }
}

const here = '0191f5b0-0000-7000-8000-000000000001'
const there = '0191f5b0-0000-7000-8000-000000000002'

test('a key does what it names and nothing else', async () => {
  const reader = await make(root, ['operator.read'])
  expect(await reader.browser.call('operator.list')).toMatchObject({ status: 200 })
  for (const operation of ['key.list', 'audit.find', 'brand.update', 'operator.logout'])
    expect((await reader.browser.call(operation)).status, operation).toBe(operation === 'operator.logout' ? 200 : 403)
  // Things of a person's own account are not for keys.
  for (const operation of ['operator.begin_totp', 'operator.change_password'])
    expect((await reader.browser.call(operation, { password: 'x', current: 'x' })).code, operation).toBe(
      'access.denied',
    )
})

test('a repeat with the same idempotency key tells the same secret, which stands in no table', async () => {
  const create = () =>
    fetch(`${base}/api/key.create`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer environment-key-environment',
        'content-type': 'application/json',
        'idempotency-key': 'idempotent-1',
      },
      body: JSON.stringify({ name: 'repeated', rights: ['operator.read'] }),
    }).then((response) => response.json() as Promise<{ secret: string }>)
  const first = await create()
  expect(first.secret).toMatch(/^banyan_/)
  expect(await create()).toEqual(first)
  const kept = await w.db.selectFrom('idempotency_keys').selectAll().where('key', '=', 'idempotent-1').execute()
  expect(kept).toHaveLength(1)
  expect(JSON.stringify(kept)).not.toContain(first.secret.slice('banyan_'.length))
})

test('no key has more than its maker', async () => {
  const maker = await make(root, ['key.manage', 'operator.read'], { kind: 'communities', ids: [here, there] })
  const attempts: [unknown, unknown][] = [
    ['*', undefined],
    [['audit.read'], undefined],
    [['operator.read', 'operator.manage'], undefined],
    [['operator.read'], { kind: 'all' }],
    [['operator.read'], { kind: 'own' }],
    [['operator.read'], { kind: 'communities', ids: [here, '0191f5b0-0000-7000-8000-000000000003'] }],
  ]
  for (const [rights, scope] of attempts)
    expect(await make(maker.browser, rights, scope), JSON.stringify([rights, scope])).toMatchObject({
      status: 403,
      code: 'key.exceeds',
    })
  const child = await make(maker.browser, ['operator.read'], { kind: 'communities', ids: [here] })
  expect(child.status).toBe(200)
  const heir = await make(maker.browser, ['operator.read'])
  expect((await heir.browser.call('operator.me')).body).toMatchObject({
    scope: { kind: 'communities', ids: [here, there] },
    rights: ['operator.read'],
  })
  for (const rights of [[], ['nonsense'], ['a.b; drop table'], 'operator.read', Array(201).fill('a.b')])
    expect(await make(root, rights)).toMatchObject({ status: 400 })
})

test('a key that manages operators cannot make an owner of anybody', async () => {
  const manager = await make(root, ['operator.manage'])
  const invite = (role: string) => manager.browser.call('operator.invite', { email: 'new@tea.example', role })
  expect(await invite('owner')).toMatchObject({ code: 'access.denied' })
  expect(await invite('support')).toMatchObject({ status: 200 })
  expect(await root.call('operator.invite', { email: 'boss@tea.example', role: 'owner' })).toMatchObject({
    status: 200,
  })
})

test('revoking works at once and takes the keys that the key made along', async () => {
  const parent = await make(root, ['key.manage', 'operator.read'])
  const child = await make(parent.browser, ['key.manage', 'operator.read'])
  const grandchild = await make(child.browser, ['operator.read'])
  const stranger = await make(root, ['key.manage'])
  expect(await stranger.browser.call('key.revoke', { keyId: parent.keyId })).toMatchObject({ status: 404 })
  expect((await stranger.browser.call('key.list')).body.items).toEqual([])
  expect((await parent.browser.call('key.list')).body.items).toMatchObject([{ keyId: child.keyId }])
  expect(await grandchild.browser.call('operator.list')).toMatchObject({ status: 200 })
  expect(await root.call('key.revoke', { keyId: parent.keyId })).toMatchObject({ body: { revoked: 3 } })
  for (const { browser } of [parent, child, grandchild])
    expect(await browser.call('operator.list')).toMatchObject({ status: 401 })
  expect(await root.call('key.revoke', { keyId: parent.keyId })).toMatchObject({ body: { revoked: 0 } })
})

test('the list shows a beginning, the use to the hour, never the secret', async () => {
  const used = await make(root, ['operator.read'])
  await used.browser.call('operator.list')
  const { body } = await root.call('key.list', { limit: 1 })
  expect(body.items).toMatchObject([
    { keyId: used.keyId, prefix: expect.stringMatching(/^[\w-]{8}$/), lastUsedAt: w.now().toISOString() },
  ])
  expect(JSON.stringify(body)).not.toContain(String(used.body.secret))
})

test('a key that is wrong is told so and a cookie beside it does not help', async () => {
  for (const bearer of ['', 'x', 'banyan_', `banyan_${'x'.repeat(43)}`, 'Bearer', 'x'.repeat(5000)].slice(1))
    expect(await openBrowser(base, bearer).call('brand.get')).toMatchObject({ status: 401 })
})
