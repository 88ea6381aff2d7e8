import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Browser, openBrowser } from '#platform/browser.fixture'
import { type World, world } from '#test/world'

let w: World
let base = ''
beforeAll(async () => {
  w = await world()
  base = await w.http()
})
afterAll(() => w.end())
beforeEach(() => w.db.deleteFrom('rate_limits').execute())

const open = () => openBrowser(base)
let people = 0
const somebody = () => `member${++people}@tea.example`

/** The code in the last mail to this mailbox; without a mail server mails are files. */
function codeFor(email: string): string {
  const folder = `${w.config.BANYAN_DATA_DIR}/mail`
  const mails = readdirSync(folder)
    .sort()
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .filter((mail) => mail.includes(email))
  return /\b\d{6}\b/.exec(mails.at(-1)?.replace(/^(Message-ID|Date|Content-Type).*$/gim, '') ?? '')?.[0] ?? ''
}

async function request(email: string, browser = open()): Promise<string> {
  expect(await browser.call('signin.request_code', { email })).toMatchObject({ status: 200 })
  await w.settle()
  return codeFor(email)
}

async function signIn(email: string): Promise<{ browser: Browser; memberId: string }> {
  const browser = open()
  const { body } = await browser.call('signin.verify', { email, code: await request(email) })
  return { browser, memberId: String(body.memberId) }
}

const verify = (email: string, code: string, browser = open()) => browser.call('signin.verify', { email, code })

test('a code makes a member the first time and finds it again', async () => {
  const email = somebody()
  const browser = open()
  const first = await browser.call('signin.verify', { email: email.toUpperCase(), code: await request(email) })
  expect(first).toMatchObject({ status: 200, body: { first: true } })
  expect(first.headers.get('set-cookie')).toMatch(/^banyan_member=[\w-]{43}; .*HttpOnly.*Max-Age=2592000/)
  const again = await verify(email, await request(email))
  expect(again.body).toEqual({ memberId: first.body.memberId, first: false })
  const sessions = (await browser.call('signin.sessions')).body.items as { current: boolean }[]
  expect(sessions.filter((s) => s.current)).toHaveLength(1)
  expect(sessions).toHaveLength(2)
  const members = await w.db.selectFrom('members').selectAll().where('email', '=', email).execute()
  expect(members).toMatchObject([{ id: first.body.memberId, external_id: `email:${email}` }])
})

test('somebody who is known by this e-mail keeps the member and its externalId', async () => {
  const email = somebody()
  const known = (await w.as(w.owner, 'member.upsert', {
    externalId: 'crm-7',
    identities: [{ kind: 'email', value: email }],
  })) as { memberId: string }
  const { memberId } = await signIn(email)
  expect(memberId).toBe(known.memberId)
  const member = await w.db.selectFrom('members').selectAll().where('id', '=', memberId).executeTakeFirst()
  expect(member).toMatchObject({ external_id: 'crm-7' })
})

test('fifty at once with one code: one gets in', async () => {
  const email = somebody()
  const code = await request(email)
  const answers = await Promise.all(Array.from({ length: 50 }, () => verify(email, code)))
  expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
  expect(answers.filter((a) => a.code === 'signin.code_refused')).toHaveLength(49)
})

test('after five wrong tries the right code is void too, also when they come at once', async () => {
  const email = somebody()
  const code = await request(email)
  const wrong = code === '000000' ? '000001' : '000000'
  for (let i = 0; i < 4; i++) expect(await verify(email, wrong)).toMatchObject({ status: 401 })
  expect(await verify(email, code)).toMatchObject({ status: 200 })
  const second = await request(email)
  await Promise.all(Array.from({ length: 20 }, () => verify(email, second === '000000' ? '000001' : '000000')))
  expect(await verify(email, second)).toMatchObject({ status: 401, code: 'signin.code_refused' })
})

test('a code ends after ten minutes, with the next one, and fits one mailbox only', async () => {
  const [email, other] = [somebody(), somebody()]
  const old = await request(email)
  await request(other)
  expect(await verify(other, old === codeFor(other) ? 'x' : old)).toMatchObject({ status: 401 })
  const current = await request(email)
  if (old !== current) expect(await verify(email, old)).toMatchObject({ status: 401 })
  await w.at(new Date(w.now().getTime() + 10 * 60_000).toISOString())
  expect(await verify(email, current)).toMatchObject({ status: 401 })
  // Ended codes are taken away with their addresses.
  expect(await w.db.selectFrom('signin_codes').select('email').where('email', 'in', [email, other]).execute()).toEqual(
    [],
  )
  expect(await verify(somebody(), '123456')).toMatchObject({ status: 401, code: 'signin.code_refused' })
})

test('neither code nor token is stored in the clear', async () => {
  const email = somebody()
  const code = await request(email)
  const { browser } = await signIn(somebody())
  const token = browser.cookies.get('banyan_member') ?? 'none'
  const tables = ['signin_codes', 'member_sessions', 'audit', 'audit_detail'] as const
  const stored = JSON.stringify(await Promise.all(tables.map((t) => w.db.selectFrom(t).selectAll().execute())))
  expect(stored).toContain(email)
  expect(stored).not.toContain(`"${code}"`)
  expect(stored).not.toContain(token)
})

test('one mailbox gets ten mails an hour; odd addresses get none', async () => {
  const email = somebody()
  for (let i = 0; i < 10; i++)
    expect(await open().call('signin.request_code', { email })).toMatchObject({ status: 200 })
  const refused = await open().call('signin.request_code', { email })
  expect(refused).toMatchObject({ status: 429, code: 'rate.exceeded' })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  for (const odd of [
    'a@b.example,c@d.example',
    'a@b.example\r\nBcc: c@d.example',
    ['a@b.example'],
    '',
    'a'.repeat(300),
  ])
    expect(await open().call('signin.request_code', { email: odd })).toMatchObject({ status: 400 })
})

test('a session lives 30 days; a new sign-in changes the token; signing out ends it', async () => {
  const email = somebody()
  const { browser } = await signIn(email)
  const before = browser.cookies.get('banyan_member') ?? ''
  await verify(email, await request(email), browser)
  const after = browser.cookies.get('banyan_member') ?? ''
  expect(after).not.toBe(before)
  const old = open()
  old.cookies.set('banyan_member', before)
  expect(await old.call('signin.sessions')).toMatchObject({ status: 401 })
  const started = w.now().getTime()
  await w.at(new Date(started + 30 * 86_400_000 - 1000).toISOString())
  expect(await browser.call('signin.sessions')).toMatchObject({ status: 200 })
  await w.at(new Date(started + 30 * 86_400_000).toISOString())
  expect(await browser.call('signin.sessions')).toMatchObject({ status: 401 })
  expect(await w.db.selectFrom('member_sessions').select('id').where('expires_at', '<=', w.now()).execute()).toEqual([])

  const { browser: next } = await signIn(email)
  const copy = open()
  for (const [name, value] of next.cookies) copy.cookies.set(name, value)
  expect(await next.call('signin.logout')).toMatchObject({ status: 200 })
  expect(next.cookies.size).toBe(0)
  expect(await copy.call('signin.sessions')).toMatchObject({ status: 401 })
})

test('sessions of others can be neither seen nor ended', async () => {
  const [mine, theirs] = [await signIn(somebody()), await signIn(somebody())]
  const { items } = (await theirs.browser.call('signin.sessions')).body as { items: { sessionId: string }[] }
  const end = (browser: Browser) => browser.call('signin.end_session', { sessionId: items[0]?.sessionId })
  expect(await end(mine.browser)).toMatchObject({ status: 404 })
  expect(await end(theirs.browser)).toMatchObject({ status: 200 })
  expect(await theirs.browser.call('signin.sessions')).toMatchObject({ status: 401 })
})

test('sessions follow a merge and come back, and end with an erasure', async () => {
  const [kept, merged] = [await signIn(somebody()), await signIn(somebody())]
  const merge = (await w.as(w.owner, 'member.merge', { keepId: kept.memberId, mergeId: merged.memberId })) as {
    mergeId: string
  }
  const count = async ({ browser }: { browser: Browser }) =>
    ((await browser.call('signin.sessions')).body.items as unknown[] | undefined)?.length
  expect([await count(kept), await count(merged)]).toEqual([2, 2])
  await w.as(w.owner, 'member.unmerge', { mergeId: merge.mergeId })
  expect([await count(kept), await count(merged)]).toEqual([1, 1])
  await w.as(w.owner, 'member.erase', { memberId: merged.memberId })
  expect(await merged.browser.call('signin.sessions')).toMatchObject({ status: 401 })
  expect(await count(kept)).toBe(1)
})
