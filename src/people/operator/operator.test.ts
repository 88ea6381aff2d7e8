import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureOwner, setupLink } from '#people/operator'
import { verifyAudit } from '#platform/audit-chain'
import { type Browser, openBrowser } from '#platform/browser.fixture'
import { type World, world } from '#test/world'

const PASSWORD = 'a fine day in march'
const OWNER = { email: 'mei@tea.example', password: PASSWORD }

let w: World
let base = ''
let owner: Browser
let ownerId = ''
beforeAll(async () => {
  w = await world()
  base = await w.http()
})
afterAll(() => w.end())
// Every test signs in afresh from one address; the limits have tests of their own.
beforeEach(() => w.db.deleteFrom('rate_limits').execute())

const open = (bearer?: string) => openBrowser(base, bearer)

async function signIn(email: string, password = PASSWORD): Promise<Browser> {
  const browser = open()
  expect(await browser.call('operator.login', { email, password })).toMatchObject({ status: 200 })
  return browser
}

async function hire(role: string, scope?: unknown): Promise<{ browser: Browser; operatorId: string; email: string }> {
  const email = `${role}.${crypto.randomUUID().slice(0, 8)}@tea.example`
  const invited = await owner.call('operator.invite', { email, role, ...(scope ? { scope } : {}) })
  const browser = open()
  const { body } = await browser.call('operator.accept_invitation', {
    token: invited.body.token,
    password: PASSWORD,
    name: role,
  })
  return { browser, operatorId: String(body.operatorId), email }
}

test('the printed link makes the owner, once, even for fifteen at once', async () => {
  expect(await setupLink(w.host.db, w.now())).not.toBeNull()
  const first = await setupLink(w.host.db, w.now())
  const token = await setupLink(w.host.db, w.now())
  const browser = open()
  const input = { ...OWNER, name: 'Mei' }
  expect(await browser.call('operator.setup', { ...input, token: first })).toMatchObject({ status: 404 })
  expect(await browser.call('operator.setup', { ...input, token, password: 'too short' })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'password' }] },
  })
  const setups = await Promise.all(Array.from({ length: 15 }, () => open().call('operator.setup', { ...input, token })))
  expect(setups.map((s) => s.status).sort()).toEqual([200, ...Array(14).fill(404)])
  const made = setups.find((s) => s.status === 200)
  const cookie = made?.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^banyan_session=[\w-]{43}; .*HttpOnly/)
  expect(cookie).toMatch(/SameSite=Lax/)
  expect(made?.body).toMatchObject({ name: 'Mei', role: 'owner' })
  ownerId = String(made?.body.operatorId)
  expect(await setupLink(w.host.db, w.now())).toBeNull()
  owner = await signIn(OWNER.email)
  expect((await owner.call('operator.me')).body).toMatchObject({ id: ownerId, role: 'owner', scope: { kind: 'all' } })
})

test('nothing that could open anything is stored in the clear', async () => {
  const [session, link] = [
    owner.cookies.get('banyan_session') ?? '',
    await owner.call('operator.invite', {
      email: 'later@tea.example',
      role: 'support',
    }),
  ]
  const key = await owner.call('key.create', { name: 'x', rights: ['operator.read'] })
  const tables = ['operators', 'operator_sessions', 'operator_links', 'api_keys', 'audit', 'audit_detail'] as const
  const stored = JSON.stringify(await Promise.all(tables.map((t) => w.db.selectFrom(t).selectAll().execute())))
  for (const secret of [PASSWORD, session, String(link.body.token), String(key.body.secret)]) {
    expect(secret.length).toBeGreaterThan(10)
    expect(stored).not.toContain(secret)
  }
})

test('unknown mail, wrong password and a disabled account are told alike', async () => {
  const { operatorId, email } = await hire('support')
  await owner.call('operator.update', { operatorId, disabled: true })
  const answers = await Promise.all(
    [
      { email: 'nobody@tea.example', password: PASSWORD },
      { email: OWNER.email, password: 'a fine day in april' },
      { email, password: PASSWORD },
    ].map((input) => open().call('operator.login', input)),
  )
  const told = answers.map(({ status, body: { instance: _, ...body } }) => ({ status, body }))
  expect(told[0]).toMatchObject({ status: 401, body: { code: 'operator.refused' } })
  expect(told[1]).toEqual(told[0])
  expect(told[2]).toEqual(told[0])
})

test('hostile e-mails and passwords are refused before they cost anything', async () => {
  for (const email of [
    'a@b.c,evil@x.y',
    'a@b.example\r\nBcc: x@y.example',
    ['a@b.example'],
    'a@b.example\0',
    { $ne: '' },
  ])
    expect(await open().call('operator.login', { email, password: PASSWORD })).toMatchObject({ status: 400 })
  const huge = await open().call('operator.login', { email: OWNER.email, password: 'x'.repeat(1_000_000) })
  expect(huge).toMatchObject({ status: 400, code: 'input.invalid' })
})

test('ten wrong passwords in a row and the address has to wait; the right one in between starts afresh', async () => {
  const { email } = await hire('support')
  const wrong = { email, password: 'a fine day in april' }
  for (let i = 0; i < 9; i++) expect(await open().call('operator.login', wrong)).toMatchObject({ status: 401 })
  await signIn(email)
  for (let i = 0; i < 10; i++) expect(await open().call('operator.login', wrong)).toMatchObject({ status: 401 })
  const refused = await open().call('operator.login', { email, password: PASSWORD })
  expect(refused).toMatchObject({ status: 429, code: 'rate.exceeded' })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  // Others at this address, and this account elsewhere, are not kept out.
  await signIn(OWNER.email)
  const elsewhere = { ...w.public, address: '203.0.113.9' }
  expect(await w.as(elsewhere, 'operator.login', { email, password: PASSWORD })).toMatchObject({ role: 'support' })
})

test('a session ends after 30 idle minutes and after 12 hours whatever happens', async () => {
  await w.at('2026-03-02T00:00:00.000Z')
  const busy = await signIn(OWNER.email)
  const idle = await signIn(OWNER.email)
  const me = async (browser: Browser) => (await browser.call('operator.me')).status
  await w.at('2026-03-02T00:29:00.000Z')
  expect([await me(busy), await me(idle)]).toEqual([200, 200])
  await w.at('2026-03-02T00:58:00.000Z')
  expect(await me(busy)).toBe(200)
  await w.at('2026-03-02T01:00:00.000Z')
  expect([await me(busy), await me(idle)]).toEqual([200, 401])
  for (let minutes = 80; minutes < 720; minutes += 25) {
    await w.at(new Date(Date.parse('2026-03-02T00:00:00.000Z') + minutes * 60_000).toISOString())
    expect(await me(busy)).toBe(200)
  }
  await w.at('2026-03-02T12:00:00.000Z')
  expect(await me(busy)).toBe(401)
  owner = await signIn(OWNER.email)
})

test('signing in gives a new token and ends the session the browser came with; signing out ends it', async () => {
  const browser = await signIn(OWNER.email)
  const before = browser.cookies.get('banyan_session') ?? ''
  await browser.call('operator.login', OWNER)
  const after = browser.cookies.get('banyan_session') ?? ''
  expect(after).not.toBe(before)
  const old = open()
  old.cookies.set('banyan_session', before)
  expect(await old.call('operator.me')).toMatchObject({ status: 401 })
  // A token that somebody planted is not taken over.
  const planted = open()
  planted.cookies.set('banyan_session', 'planted-planted-planted')
  await planted.call('operator.login', OWNER)
  expect(planted.cookies.get('banyan_session')).not.toBe('planted-planted-planted')
  const copy = open()
  copy.cookies.set('banyan_session', after)
  expect(await browser.call('operator.logout')).toMatchObject({ status: 200 })
  expect(browser.cookies.has('banyan_session')).toBe(false)
  expect(await copy.call('operator.me')).toMatchObject({ status: 401 })
})

test('sessions are listed and ended one by one, never those of others', async () => {
  const { browser, email } = await hire('support')
  const other = await signIn(email)
  const { body } = await browser.call('operator.sessions')
  const items = body.items as { sessionId: string; current: boolean }[]
  expect(items).toHaveLength(2)
  const theirs = items.find((s) => !s.current)
  expect(await owner.call('operator.end_session', { sessionId: theirs?.sessionId })).toMatchObject({ status: 404 })
  expect(await browser.call('operator.end_session', { sessionId: theirs?.sessionId })).toMatchObject({ status: 200 })
  expect(await other.call('operator.me')).toMatchObject({ status: 401 })
  expect(await browser.call('operator.me')).toMatchObject({ status: 200 })
})

test('a new password ends all other sessions and wants the old one', async () => {
  const { browser, email } = await hire('content')
  const other = await signIn(email)
  const change = (current: string, password: string) => browser.call('operator.change_password', { current, password })
  expect(await change('a fine day in april', 'the river ran dry')).toMatchObject({ code: 'operator.password_refused' })
  for (const weak of ['short', 'banyan-banyan-2026', 'content1234567890'])
    expect(await change(PASSWORD, weak)).toMatchObject({ status: 400, body: { errors: [{ path: 'password' }] } })
  expect(await change(PASSWORD, 'the river ran dry')).toMatchObject({ body: { endedSessions: 1 } })
  expect(await other.call('operator.me')).toMatchObject({ status: 401 })
  expect(await browser.call('operator.me')).toMatchObject({ status: 200 })
  await signIn(email, 'the river ran dry')
})

test('with an app: the code is asked for, opens once, and allows a shorter password', async () => {
  const { browser, email } = await hire('analyst')
  expect(await browser.call('operator.begin_totp', { password: 'wrong' })).toMatchObject({ status: 403 })
  const begun = await browser.call('operator.begin_totp', { password: PASSWORD })
  expect(String(begun.body.uri)).toMatch(/^otpauth:\/\/totp\/Banyan:/)
  const secret = Secret.fromBase32(String(begun.body.secret))
  expect(secret.bytes.length).toBe(20)
  const totp = new TOTP({ secret })
  // Of the next step: accepted already, and later than whatever was used before.
  const nextCode = () => totp.generate({ timestamp: Date.now() + 30_000 })
  expect(await browser.call('operator.confirm_totp', { code: '000000' })).toMatchObject({ status: 403 })
  const confirmed = await browser.call('operator.confirm_totp', { code: totp.generate() })
  const recovery = confirmed.body.recoveryCodes as string[]
  const stored = await w.db.selectFrom('operators').selectAll().where('email', '=', email).executeTakeFirstOrThrow()
  expect(stored.totp_secret).toMatch(/^[\w-]{40,}$/)
  expect(JSON.stringify(stored)).not.toContain(String(begun.body.secret))
  expect(new Set(recovery).size).toBe(10)

  const login = (code?: string, password = PASSWORD) =>
    open().call('operator.login', { email, password, ...(code ? { code } : {}) })
  expect(await login()).toMatchObject({ status: 401, code: 'operator.code_needed' })
  expect(await login('123')).toMatchObject({ status: 401, code: 'operator.code_refused' })
  expect(await login(nextCode(), 'a fine day in april')).toMatchObject({ code: 'operator.refused' })
  const code = nextCode()
  const tries = await Promise.all(Array.from({ length: 8 }, () => login(code)))
  expect(tries.filter((t) => t.status === 200)).toHaveLength(1)
  expect(await login(recovery[0]?.toLowerCase().replaceAll('-', ' '))).toMatchObject({ status: 200 })
  expect(await login(recovery[0])).toMatchObject({ code: 'operator.code_refused' })

  const short = 'xk29vmqt'
  expect(await browser.call('operator.change_password', { current: PASSWORD, password: short })).toMatchObject({
    status: 200,
  })
  expect(await browser.call('operator.disable_totp', { password: short, code: recovery[1] })).toMatchObject({
    code: 'operator.code_required',
  })
  await browser.call('operator.change_password', { current: short, password: PASSWORD })
  expect(await browser.call('operator.disable_totp', { password: PASSWORD, code: recovery[1] })).toMatchObject({
    status: 200,
  })
  await signIn(email)
})

test('ten wrong codes for one account and it has to wait, wherever they come from', async () => {
  const { browser, email } = await hire('analyst')
  const begun = await browser.call('operator.begin_totp', { password: PASSWORD })
  const totp = new TOTP({ secret: Secret.fromBase32(String(begun.body.secret)) })
  await browser.call('operator.confirm_totp', { code: totp.generate() })
  const login = (address: string, code: string) =>
    w.as({ ...w.public, address }, 'operator.login', { email, password: PASSWORD, code })
  for (let i = 0; i < 10; i++)
    expect(await login(`203.0.113.${i}`, 'no')).toMatchObject({ code: 'operator.code_refused' })
  expect(await login('203.0.113.99', totp.generate({ timestamp: Date.now() + 30_000 }))).toMatchObject({
    code: 'rate.exceeded',
  })
})

test('invitations: once, for a week, replaced by a second one; roles and scope come from the link', async () => {
  const input = { email: 'lin@tea.example', role: 'manager', scope: { kind: 'own' } }
  const first = await owner.call('operator.invite', input)
  const second = await owner.call('operator.invite', input)
  const accept = (token: unknown, browser = open()) =>
    browser.call('operator.accept_invitation', { token, password: PASSWORD, name: 'Lin', role: 'owner' })
  expect(await accept(first.body.token)).toMatchObject({ status: 404 })
  const browser = open()
  const both = await Promise.all([accept(second.body.token, browser), accept(second.body.token, browser)])
  expect(both.map((b) => b.status).sort()).toEqual([200, 404])
  const me = await browser.call('operator.me')
  expect(me.body).toMatchObject({ role: 'manager', scope: { kind: 'own' }, email: 'lin@tea.example' })
  expect(await owner.call('operator.invite', input)).toMatchObject({ status: 409, code: 'operator.email_taken' })
  const late = await owner.call('operator.invite', { ...input, email: 'late@tea.example' })
  const now = w.now()
  await w.at(new Date(now.getTime() + 7 * 86_400_000).toISOString())
  expect(await accept(late.body.token)).toMatchObject({ status: 404 })
  owner = await signIn(OWNER.email)
})

test('only who manages operators invites, changes and sees e-mails; everybody sees names', async () => {
  const { browser } = await hire('manager')
  expect(await browser.call('operator.invite', { email: 'x@y.example', role: 'support' })).toMatchObject({
    status: 403,
  })
  expect(await browser.call('operator.update', { operatorId: ownerId, role: 'support' })).toMatchObject({ status: 403 })
  expect(await open().call('operator.list')).toMatchObject({ status: 401 })
  const seen = (await browser.call('operator.list')).body.items as { operatorId: string; email: unknown }[]
  expect(seen.find((o) => o.operatorId === ownerId)).toMatchObject({ name: 'Mei', email: null, scope: null })
  const full = (await owner.call('operator.list', { limit: 1 })).body
  expect(full).toMatchObject({ items: [{ email: OWNER.email }], nextCursor: expect.any(String) })
})

test('a changed role, a narrowed scope and a switched-off account work at once', async () => {
  const { browser, operatorId } = await hire('manager')
  const created = await browser.call('key.create', { name: 'mine', rights: ['key.manage'] })
  const key = open(String(created.body.secret))
  expect(await key.call('key.list')).toMatchObject({ status: 200 })
  await owner.call('operator.update', { operatorId, role: 'analyst' })
  expect((await browser.call('operator.me')).body).toMatchObject({ role: 'analyst' })
  expect(await browser.call('key.list')).toMatchObject({ status: 403 })
  expect(await key.call('key.list')).toMatchObject({ status: 401 })
  await owner.call('operator.update', { operatorId, disabled: true })
  expect(await browser.call('operator.me')).toMatchObject({ status: 401 })
  await owner.call('operator.update', { operatorId, disabled: false })
  expect(await browser.call('operator.me')).toMatchObject({ status: 401 })
})

test('the last owner stays, also when two owners remove each other at once', async () => {
  for (const change of [{ role: 'manager' }, { disabled: true }, { scope: { kind: 'own' } }])
    expect(await owner.call('operator.update', { operatorId: ownerId, ...change })).toMatchObject({
      code: 'operator.last_owner',
    })
  const second = await hire('owner')
  const answers = await Promise.all([
    owner.call('operator.update', { operatorId: second.operatorId, role: 'manager' }),
    second.browser.call('operator.update', { operatorId: ownerId, role: 'manager' }),
  ])
  expect(answers.map((a) => a.status).filter((s) => s === 200)).toHaveLength(1)
  const owners = await w.db.selectFrom('operators').select('id').where('role', '=', 'owner').execute()
  expect(owners).toHaveLength(1)
  if (owners[0]?.id !== ownerId)
    await second.browser.call('operator.update', { operatorId: ownerId, role: 'owner', scope: { kind: 'all' } })
})

test('a link for a new password ends the sessions and keeps the second factor', async () => {
  const { browser, operatorId, email } = await hire('support')
  const begun = await browser.call('operator.begin_totp', { password: PASSWORD })
  const totp = new TOTP({ secret: Secret.fromBase32(String(begun.body.secret)) })
  await browser.call('operator.confirm_totp', { code: totp.generate() })
  const { body } = await owner.call('operator.reset_password', { operatorId })
  const fresh = open()
  expect(
    await fresh.call('operator.accept_invitation', { token: body.token, password: 'the river ran dry' }),
  ).toMatchObject({ status: 200 })
  expect(fresh.cookies.size).toBe(0)
  expect(await browser.call('operator.me')).toMatchObject({ status: 401 })
  expect(await open().call('operator.login', { email, password: 'the river ran dry' })).toMatchObject({
    code: 'operator.code_needed',
  })
})

test('the environment makes owner and key at every start, and leaves alone what was changed since', async () => {
  const { db } = w.host
  const start = {
    email: 'Env@Tea.example',
    password: 'the river ran dry',
    apiKey: 'environment-key-environment',
    now: w.now(),
  }
  expect(await ensureOwner(db, start)).toEqual([])
  const browser = await signIn('env@tea.example', start.password)
  await browser.call('operator.change_password', { current: start.password, password: PASSWORD })
  expect(await ensureOwner(db, start)).toEqual([])
  await signIn('env@tea.example', PASSWORD)
  const key = open(start.apiKey)
  expect(await key.call('operator.list')).toMatchObject({ status: 200 })
  expect((await key.call('operator.me')).body).toMatchObject({ kind: 'key', rights: ['*'] })
  await ensureOwner(db, { ...start, apiKey: 'another-key-of-the-environment' })
  expect(await key.call('operator.list')).toMatchObject({ status: 401 })
  await ensureOwner(db, { now: w.now() })
  expect(await open('another-key-of-the-environment').call('operator.list')).toMatchObject({ status: 401 })
  expect(await ensureOwner(db, { ...start, email: 'weak@tea.example', password: 'fourteen-chars' })).toHaveLength(1)
  await expect(ensureOwner(db, { ...start, email: 'w@tea.example', password: 'seven77' })).rejects.toThrow('8')
})

test('the log tells all of this, without secrets, and proves itself', async () => {
  const found = await owner.call('audit.find', { operation: 'operator.', search: 'lin@tea.example', limit: 200 })
  const items = found.body.items as Record<string, unknown>[]
  expect(items.map((i) => i.operation)).toContain('operator.invite')
  expect(items[0]).toMatchObject({ actor: `operator:${ownerId}`, actorName: 'Mei', address: expect.any(String) })
  const mei = await w.member({ externalId: 'email:mei.li@tea.example' })
  const group = (await w.as(w.owner, 'community.create', { name: 'Tea tasters' })) as { id: string }
  await w.as(mei, 'community.join', { communityId: group.id })
  const joined = (await owner.call('audit.find', { operation: 'community.join' })).body as { items: object[] }
  expect(joined.items[0]).toMatchObject({
    actor: `member:${mei.memberId}`,
    actorName: 'mei.li@tea.example',
    memberId: mei.memberId,
    memberName: 'mei.li@tea.example',
    communityName: 'Tea tasters',
  })
  const first = (await owner.call('audit.find', { limit: 2 })).body as { items: { id: number }[]; nextCursor: string }
  const next = (await owner.call('audit.find', { limit: 2, cursor: first.nextCursor })).body as typeof first
  expect(next.items[0]?.id).toBeLessThan(first.items[1]?.id ?? 0)
  const { body } = await owner.call('audit.find', { from: '2999-01-01T00:00:00Z' })
  expect(body.items).toEqual([])
  await expect.poll(async () => (await verifyAudit(w.host.db)).pending, { timeout: 10_000 }).toBe(0)
  expect(await verifyAudit(w.host.db)).toMatchObject({ ok: true })
})
