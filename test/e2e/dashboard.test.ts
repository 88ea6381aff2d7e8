// A dashboard as an operator makes it in the browser: from a template, moved by keyboard and by pointer, saved, shared to
// somebody without an account, drawn for a mail; and the cockpit.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { axeProblems, builtFrontEnd, goAnew, launchChromium, overflow, visit } from '#test/browser'
import { type World, world } from '#test/world'

const PASSWORD = 'four quiet words suffice'
type Json = Record<string, unknown>

let w: World
let browser: Browser
let base: string
let page: Page
let faults: string[]

const ask = async (operation: string, input: Json = {}) => (await w.as(w.owner, operation, input)) as Json

async function signedIn(width: number, locale: 'zh' | 'en' = 'zh', theme: 'light' | 'dark' = 'light') {
  const visitor = await visit(browser, base, { width, locale, theme })
  const { token } = (await ask('operator.invite', { email: `o${width}${locale}@1.example`, role: 'owner' })) as {
    token: string
  }
  await visitor.page.request.post('/api/operator.accept_invitation', { data: { token, password: PASSWORD } })
  return visitor
}

beforeAll(async () => {
  vi.stubEnv('BANYAN_CHROMIUM', process.env.CHROMIUM ?? '/usr/bin/chromium')
  ;[w, browser] = await Promise.all([
    world({ at: new Date().toISOString() }),
    launchChromium(),
    builtFrontEnd('console'),
  ])
  base = await w.http()
  const { id } = await ask('community.create', { name: '茶友会', type: 'interest', admission: 'open' })
  for (const externalId of ['mei', 'lin', 'chen']) {
    const member = await w.member({ externalId, name: externalId })
    await w.as(member, 'community.join', { communityId: id })
    await w.as(member, 'checkin.complete')
  }
  await w.settle()
  ;({ page, faults } = await signedIn(1440))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await browser?.close()
  await w?.end()
})

const drawn = (on: Page) => expect.poll(() => on.locator('.ant-skeleton').count(), { timeout: 60_000 }).toBe(0)
/** The dashboard the first test made. */
const visitBoard = async (edit = '') => {
  const { items } = (await ask('dashboard.list')) as { items: { id: string }[] }
  await goAnew(page, `/console/dashboards/${items[0]?.id}${edit}`)
  await drawn(page)
}
const dialog = () => page.getByRole('dialog')
/** Left and top of a tile in the grid. */
const placeOf = (name: string) =>
  page.locator('.grid-tile', { has: page.getByRole('heading', { level: 2, name }) }).evaluate((tile) => {
    const { style } = tile as HTMLElement
    return [style.getPropertyValue('--x'), style.getPropertyValue('--y')].map(Number)
  })

test('a template becomes a dashboard; its days stand in the address; a number opens its people', async () => {
  await page.goto('/console/dashboards')
  await page.getByRole('button', { name: '新建看板' }).first().click()
  await dialog().getByRole('button', { name: '经营总览' }).click()
  await dialog().getByRole('button', { name: '创建', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: '经营总览' }).waitFor()
  await drawn(page)
  await page.getByRole('button', { name: /^时间范围/ }).click()
  await page.getByRole('button', { name: '近 7 天' }).click()
  await page.waitForURL(/range=7d/)
  await drawn(page)
  expect(await axeProblems(page)).toEqual([])
  const joined = page.getByRole('article', { name: '新入群成员' })
  await joined.getByRole('button', { name: '3', exact: true }).click()
  await dialog().getByText('mei').first().waitFor()
})

test('tiles are moved by arrow keys and by pointer, added, and saved', async () => {
  await visitBoard()
  await page.getByRole('button', { name: '编辑', exact: true }).click()
  await drawn(page)
  const [x = 0] = await placeOf('新入群成员')
  await page.getByRole('button', { name: /^移动「新入群成员」/ }).press('ArrowLeft')
  await expect.poll(() => placeOf('新入群成员').then(([now]) => now)).toBe(x - 1)
  const handle = await page.getByRole('button', { name: /^移动「支付金额」/ }).boundingBox()
  const [, y = 0] = await placeOf('支付金额')
  await page.mouse.move((handle?.x ?? 0) + 8, (handle?.y ?? 0) + 8)
  await page.mouse.down()
  await page.mouse.move((handle?.x ?? 0) + 8, (handle?.y ?? 0) + 300, { steps: 6 })
  await page.mouse.up()
  await expect.poll(() => placeOf('支付金额').then(([, now]) => now)).toBeGreaterThan(y)
  await page.getByRole('button', { name: '添加图块' }).click()
  await dialog().getByText('目标', { exact: true }).click()
  await dialog().getByLabel('标题').fill('本期活跃目标')
  await dialog().getByLabel('目标值').fill('6')
  await dialog().getByRole('button', { name: '添加', exact: true }).click()
  await page.getByRole('progressbar', { name: '本期活跃目标' }).waitFor()
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByRole('button', { name: '编辑', exact: true }).waitFor()
  await page.getByText('完成 50%').waitFor()
  const { items } = (await ask('dashboard.list')) as { items: { id: string }[] }
  expect(await ask('dashboard.get', { id: items[0]?.id })).toMatchObject({ version: 2 })
})

test('a link shows it to somebody without an account, on a phone too', async () => {
  await visitBoard()
  await page.getByRole('button', { name: '分享' }).click()
  await dialog().getByLabel('分享对象').fill('合作方')
  await dialog().getByRole('button', { name: '创建链接' }).click()
  const address = (await dialog().locator('.share-link code').first().textContent()) ?? ''
  for (const guest of [
    await visit(browser, base, { width: 1440, locale: 'zh' }),
    await visit(browser, base, { width: 390, locale: 'en', theme: 'dark' }),
  ]) {
    await guest.page.goto(address)
    await guest.page.getByRole('heading', { level: 1, name: '经营总览' }).waitFor()
    await drawn(guest.page)
    expect([await axeProblems(guest.page), await overflow(guest.page), guest.faults]).toEqual([[], 0, []])
    expect(await guest.page.getByRole('article', { name: '新入群成员' }).textContent()).toContain('3')
  }
  await page.getByRole('button', { name: '撤销' }).click()
  await page.locator('.ant-modal-confirm').getByRole('button', { name: '撤销', exact: true }).click()
  await page.getByText('已撤销').waitFor()
  const late = await visit(browser, base, { width: 1440 })
  await late.page.goto(address)
  await late.page.getByText('该链接无法查看').waitFor()
})

test('a mail carries it as a picture', { timeout: 120_000 }, async () => {
  await visitBoard()
  await page.getByRole('button', { name: '分享' }).click()
  await dialog().getByText('定时邮件', { exact: true }).first().click()
  await dialog().getByRole('button', { name: '设置定时邮件' }).click()
  await dialog().getByRole('button', { name: '立即发送' }).click()
  await w.settle()
  await dialog().getByRole('button', { name: '发送记录' }).click()
  await dialog().getByText('已发送').waitFor()
  const folder = join(w.config.BANYAN_DATA_DIR, 'mail')
  const mails = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const [, encoded = ''] = /Content-Type: application\/pdf[\s\S]*?\n\n([\w+/=\n]+)/.exec(mails.join('\n')) ?? []
  expect(Buffer.from(encoded.slice(0, 40), 'base64').toString('latin1')).toMatch(/^%PDF/)
})

test('the cockpit counts what happens while it is looked at', async () => {
  const wall = await signedIn(1920, 'en', 'dark')
  await wall.page.goto('/console/cockpit')
  const orders = wall.page.locator('.cockpit-figure', { hasText: 'Joined' }).locator('strong')
  await expect.poll(() => orders.textContent(), { timeout: 30_000 }).toBe('3')
  await wall.page.getByText('live', { exact: true }).waitFor()
  const { items } = (await ask('community.list')) as { items: { id: string }[] }
  await w.as(await w.member({ externalId: 'new' }), 'community.join', { communityId: items[0]?.id })
  await w.settle()
  await expect.poll(() => orders.textContent(), { timeout: 30_000 }).toBe('4')
  expect([await axeProblems(wall.page), wall.faults]).toEqual([[], []])
  await wall.page.keyboard.press('Escape')
  await wall.page.waitForURL(/\/console\/?$/)
  expect(faults).toEqual([])
})

test('what is looked at follows what happens, and asks nothing while nobody looks', async () => {
  const { items: boards } = (await ask('dashboard.list')) as { items: { id: string }[] }
  const { items } = (await ask('community.list')) as { items: { id: string }[] }
  const watch = await signedIn(1280)
  await watch.page.clock.install()
  let asked = 0
  watch.page.on('request', (request) => {
    if (request.url().includes('/api/insight.')) asked++
  })
  await watch.page.goto(`/console/dashboards/${boards[0]?.id}`)
  await drawn(watch.page)
  const joined = watch.page.getByRole('article', { name: '新入群成员' }).locator('.tile-value')
  const before = Number(await joined.textContent())
  const join = async (externalId: string) => {
    await w.as(await w.member({ externalId }), 'community.join', { communityId: items[0]?.id })
    await w.settle()
  }
  const seen = (isHidden: boolean) =>
    watch.page.evaluate((hidden) => {
      Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    }, isHidden)
  await join('later')
  await watch.page.clock.fastForward(61_000)
  await expect.poll(() => joined.textContent(), { timeout: 30_000 }).toBe(String(before + 1))
  await watch.page.waitForLoadState('networkidle')
  await seen(true)
  const sofar = asked
  await join('last')
  await watch.page.clock.fastForward(600_000)
  await watch.page.evaluate(() => new Promise(requestAnimationFrame))
  expect([asked, await joined.textContent()]).toEqual([sofar, String(before + 1)])
  await seen(false)
  await expect.poll(() => joined.textContent(), { timeout: 30_000 }).toBe(String(before + 2))
  expect(watch.faults).toEqual([])
})
