// The portal as members use it, in a real browser against a whole system.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  axeProblems,
  builtFrontEnd,
  firstLoadBytes,
  go,
  launchChromium,
  mailedCode,
  overflow,
  type Visitor,
  visit,
} from '#test/browser'
import { type World, world } from '#test/world'

let w: World
let browser: Browser
let base: string
let folder: string
let communityId: string

beforeAll(async () => {
  ;[w, browser, folder] = await Promise.all([world(), launchChromium(), builtFrontEnd('portal')])
  base = await w.http()
  await done(w.as(w.owner, 'brand.update', { name: { en: 'Shanyue Tea', zh: '山月茶' } }))
  // Names of no language, so that what is left on a screen is the portal's own words.
  const made = await done(w.as(w.owner, 'community.create', { name: '№ 1', type: 'interest', admission: 'open' }))
  communityId = String(made.communityId ?? made.id)
  await done(w.as(w.owner, 'community.publish_rules', { communityId, text: '1. ♥' }))
})
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

async function done(answer: Promise<unknown>): Promise<Record<string, unknown>> {
  const value = (await answer) as Record<string, unknown>
  if ('code' in value && 'status' in value) throw new Error(JSON.stringify(value))
  return value
}

let count = 0
const somebody = () => `e${++count}@1.example`

/** Through the door by hand, as a member does. */
async function signIn(page: Page, email: string) {
  await page.locator('input[type=email]').fill(email)
  await page.keyboard.press('Enter')
  const code = page.locator('input[autocomplete=one-time-code]')
  await code.waitFor()
  await code.pressSequentially(await mailedCode(w, email))
  await code.waitFor({ state: 'detached' })
}

async function memberOf(page: Page): Promise<string> {
  const answer = await page.request.post('/api/member.me', { data: {} })
  return String((await answer.json()).memberId)
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const tab = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name }).click()

test('a member signs in by code, joins, checks in, and points and messages arrive by themselves', async () => {
  const { page, faults } = await visit(browser, base)
  await page.goto('/')
  await heading(page, '与同好相聚')
  await signIn(page, somebody())
  const memberId = await memberOf(page)

  await tab(page, '社群')
  await page.getByRole('link', { name: '№ 1' }).click()
  await page.getByRole('button', { name: '加入社群' }).click()
  await page.getByRole('dialog').getByText('1. ♥').waitFor()
  await page.getByRole('button', { name: '同意群规并加入' }).click()
  await page.getByText('欢迎加入№ 1').waitFor()
  await page.getByText('已同意').waitFor()
  const mine = await done(w.as(w.owner, 'community.mine', { memberId }))
  expect(mine.items).toMatchObject([{ communityId, state: 'active' }])

  await tab(page, '首页')
  const points = page.getByRole('region', { name: '我的积分' })
  await points.getByText('0', { exact: true }).waitFor()
  await page.getByRole('button', { name: '打卡' }).click()
  await page.getByText('连续 1 天').waitFor()
  await w.settle()
  await points.getByText('1', { exact: true }).waitFor()

  await tab(page, '消息')
  await page.getByText('还没有消息').waitFor()
  const content = { title: '新茶到店', body: '周三品鉴，见 https://tea.example/a，不见不散' }
  await done(w.as(w.owner, 'message.send', { memberId, channel: 'inbox', purpose: 'service', content }))
  await w.settle()
  await page.getByRole('navigation').getByText('1 条新消息').waitFor({ state: 'attached' })
  await page.getByRole('link', { name: '新茶到店' }).click()
  await page.getByRole('link', { name: 'https://tea.example/a', exact: true }).waitFor()
  await page.getByRole('navigation').getByText('条新消息').waitFor({ state: 'detached' })
  const sent = await done(w.as(w.owner, 'message.list', { memberId }))
  expect(sent.items).toMatchObject([{ state: 'read' }])
  expect(faults).toEqual([])
})

test('a link to a screen survives the door, and the profile is the member’s own', async () => {
  const { page, faults } = await visit(browser, base, { width: 1440, locale: 'en', theme: 'dark' })
  await page.goto('/me/edit')
  await signIn(page, somebody())
  await heading(page, 'Edit my profile')
  await page.getByLabel('What should we call you?').fill('Mei')
  await page.getByLabel('Birthday').fill('1990-05-17')
  await page.getByLabel('Gender').selectOption('female')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Mei' }).waitFor()
  await page.getByRole('link', { name: 'What is known of me' }).click()
  await page.getByText('1990-05-17').waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'Good company gathers here')
  expect((await page.request.post('/api/member.me', { data: {} })).status()).toBe(401)
  expect(faults).toEqual([])
})

test('an invitation opens a closed community to who accepts its rules', async () => {
  const closed = { name: '№ 2', type: 'interest', admission: 'closed' }
  const made = await done(w.as(w.owner, 'community.create', closed))
  const id = String(made.communityId ?? made.id)
  await done(w.as(w.owner, 'community.publish_rules', { communityId: id, text: '2. ♥' }))
  const { code } = await done(w.as(w.owner, 'community.invite', { communityId: id }))
  const { page } = await visit(browser, base)
  await page.goto(`/communities/${id}`)
  await page.getByText('找不到该社群').waitFor()
  await page.goto(`/communities/${id}?code=${String(code)}`)
  await page.getByRole('link', { name: '登录后接受' }).click()
  await signIn(page, somebody())
  await page.getByRole('button', { name: '接受邀请' }).click()
  await page.getByRole('dialog').getByText('2. ♥').waitFor()
  await page.getByRole('button', { name: '同意群规并加入' }).click()
  await heading(page, '№ 2')
  await page.getByText('已同意').waitFor()
})

test('a wrong code is refused in words, and the keyboard reaches past the navigation', async () => {
  const { page } = await visit(browser, base)
  await page.goto('/')
  const email = somebody()
  await page.locator('input[type=email]').fill(email)
  await page.getByRole('button', { name: '获取验证码' }).click()
  const code = page.locator('input[autocomplete=one-time-code]')
  await code.waitFor()
  const right = await mailedCode(w, email)
  await code.pressSequentially(right === '000000' ? '000001' : '000000')
  await page.getByRole('alert').getByText('验证码错误或已失效').waitFor()
  await code.pressSequentially(right)
  await page.getByRole('navigation').waitFor()
  await page.reload()
  await page.getByRole('navigation').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
})

/** Everything a member can open, and one address that is nothing. */
const screens = (messageId: string) => [
  '/',
  '/check-in',
  '/points',
  '/communities',
  `/communities/${communityId}`,
  '/inbox',
  `/inbox/${messageId}`,
  '/me',
  '/me/edit',
  '/me/known',
  '/me/devices',
  '/no/such/place',
]

async function shown({ page }: Visitor, path: string, how: (page: Page, path: string) => Promise<unknown> = go) {
  await how(page, path)
  await page.locator('h1').waitFor()
  await page.waitForFunction(() => document.querySelector('[class*=bone]') === null)
}

/** What the portal itself says on a screen: no addresses, no names of languages in their own language. */
async function ownWords(page: Page): Promise<string> {
  const text = await page.evaluate(() => document.body.textContent)
  return text.replace(/\S*@\S*|中文|English|Shanyue Tea|山月茶/g, '')
}

const LOOKS = [
  { width: 390, locale: 'zh', theme: 'light', foreign: /[a-z]{2,}/i },
  { width: 1440, locale: 'en', theme: 'dark', foreign: /\p{Script=Han}/u },
] as const

/** Fourteen screens, each read by axe. */
const LOOK_MS = 240_000

test.each(LOOKS)(
  'every screen is whole in $locale, $theme, $width px',
  async ({ foreign, ...look }) => {
    const visitor = await visit(browser, base, look)
    const { page } = visitor
    const said: string[] = []
    const look_at = async (path: string) => {
      await shown(visitor, path)
      for (const problem of await axeProblems(page)) said.push(`${path} ${problem}`)
      if ((await overflow(page)) > 0) said.push(`${path} is wider than its window`)
      const word = foreign.exec(await ownWords(page))?.[0]
      if (word) said.push(`${path} says “${word}”`)
    }
    await look_at('/')
    await look_at(`/communities/${communityId}`)
    await page.goto('/')
    await signIn(page, somebody())
    const memberId = await memberOf(page)
    const content = { title: '№ 3', body: '♥' }
    await done(w.as(w.owner, 'points.award', { memberId, points: 5, reason: 'checkin' }))
    const message = { memberId, channel: 'inbox', purpose: 'marketing', content }
    const { messageId } = await done(w.as(w.owner, 'message.send', message))
    await page.request.post('/api/community.join', { data: { communityId, rulesVersion: 1 } })
    await page.request.post('/api/checkin.complete', { data: {} })
    await w.settle()
    for (const path of screens(String(messageId))) await look_at(path)
    expect(said).toEqual([])
    expect(visitor.faults).toEqual([])
  },
  LOOK_MS,
)

test('nothing has to be scrolled sideways at 320 px, which is 1280 px at 400 % zoom', async () => {
  const visitor = await visit(browser, base, { width: 320, locale: 'en' })
  await visitor.page.goto('/')
  await signIn(visitor.page, somebody())
  const wide: string[] = []
  // Each loaded anew: every address is one to arrive at.
  for (const path of screens('none')) {
    await shown(visitor, path, (page, to) => page.goto(to))
    if ((await overflow(visitor.page)) > 0) wide.push(path)
  }
  expect(wide).toEqual([])
})

test('it can be installed, and opens without a network', async () => {
  const { page } = await visit(browser, base)
  await page.goto('/')
  const devtools = await page.context().newCDPSession(page)
  const { errors, data } = await devtools.send('Page.getAppManifest')
  expect(errors).toEqual([])
  const manifest = JSON.parse(data ?? '{}') as {
    icons: { src: string; sizes: string; type: string; purpose: string }[]
  }
  expect(manifest).toMatchObject({ start_url: '/', display: 'standalone', id: '/' })
  for (const icon of manifest.icons.filter((i) => i.type === 'image/png')) {
    const answer = await page.request.get(icon.src)
    expect(answer.headers()['content-type']).toBe('image/png')
    // A PNG names its size in bytes 16 to 23.
    const bytes = await answer.body()
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(icon.sizes)
  }
  expect(manifest.icons.map((i) => `${i.sizes} ${i.purpose}`)).toEqual(
    expect.arrayContaining(['192x192 any', '512x512 any', '512x512 maskable']),
  )
  await signIn(page, somebody())
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.context().setOffline(true)
  await page.goto('/points')
  await page.getByText('网络好像断开了').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('button', { name: '重试' }).click()
  await heading(page, '我的积分')
})

test('the first load is at most 150 KB of JavaScript, and the page allows no script but its own', async () => {
  expect(firstLoadBytes(folder)).toBeLessThanOrEqual(150 * 1024)
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
  expect((await fetch(`${base}/points`)).headers.get('content-security-policy')).toContain("default-src 'self'")
})
