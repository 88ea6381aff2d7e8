// A question asked without a language of its own, from the picture to the people behind one of its numbers.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeProblems, builtFrontEnd, launchChromium, overflow, visit } from '#test/browser'
import { type World, world } from '#test/world'

const PASSWORD = 'four quiet words suffice'

let w: World
let browser: Browser
let base: string
let page: Page
let faults: string[]

async function signedIn(width: number, locale: 'zh' | 'en', theme: 'light' | 'dark' = 'light') {
  const visitor = await visit(browser, base, { width, locale, theme })
  // The last seven days are those of the world.
  await visitor.page.clock.setFixedTime(w.now())
  const email = `x${width}${locale}@1.example`
  const { token } = (await w.as(w.owner, 'operator.invite', { email, role: 'owner' })) as { token: string }
  await visitor.page.request.post('/api/operator.accept_invitation', { data: { token, password: PASSWORD } })
  return visitor
}

beforeAll(async () => {
  ;[w, browser] = await Promise.all([world(), launchChromium(), builtFrontEnd('console')])
  base = await w.http()
  for (const [i, name] of ['冯望舒', '汤俊杰', '宋安然', '卢子墨'].entries())
    await w.member({ externalId: `m-${i + 1}`, name })
  for (const externalId of ['m-1', 'm-2', 'm-4']) await w.as(await w.member({ externalId }), 'checkin.complete')
  await w.settle()
  ;({ page, faults } = await signedIn(1440, 'zh'))
})
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

const drawer = () => page.getByRole('dialog')
const question = (series: object) =>
  `/console/explore?range=7d&q=${encodeURIComponent(JSON.stringify({ series: [series], interval: 'day' }))}`

test('a number on the picture opens exactly its people, who are kept as a list', async () => {
  await page.goto(question({ event: 'checkin.completed', measure: 'members' }))
  await page.locator('[data-people="3"]').waitFor()
  const plot = page.getByRole('application', { name: /趋势/ })
  await plot.locator('[data-ready="true"]').waitFor()
  await plot.focus()
  await page.keyboard.press('End')
  expect(await plot.locator('[aria-live]').textContent()).toMatch(/: 3$/)
  await page.keyboard.press('Enter')
  await drawer().getByRole('status').filter({ hasText: '3 人' }).waitFor()
  await drawer().getByRole('listitem').filter({ hasText: '冯望舒' }).waitFor()
  expect(
    (await drawer().getByRole('listitem').allTextContents())
      .map((t) => t.replace(/.*?([冯汤宋卢]\S{2}).*/, '$1'))
      .sort(),
  ).toEqual(['冯望舒', '卢子墨', '汤俊杰'].sort())
  expect(await axeProblems(page)).toEqual([])
  await drawer().getByRole('button', { name: '存为名单' }).click()
  await page.getByRole('button', { name: '保存 3 人' }).click()
  await page.getByRole('heading', { level: 1, name: /趋势/ }).waitFor()
})

test('the table says the same, the address holds the question, and the way back leads to the one before', async () => {
  await page.goto(question({ event: 'checkin.completed', measure: 'members' }))
  await page.getByRole('button', { name: '以表格显示' }).click()
  await page.getByRole('button', { name: '整个时段 · 完成打卡: 3' }).waitFor()
  await page.getByRole('button', { name: '漏斗', exact: true }).click()
  await page.waitForURL(/kind=funnel/)
  await page.getByRole('columnheader', { name: '上一步转化率' }).waitFor()
  await page.goBack()
  await page.waitForURL((url) => url.searchParams.get('kind') !== 'funnel')
  await page.getByRole('button', { name: '趋势', exact: true, pressed: true }).waitFor()
  await page.getByRole('button', { name: '整个时段 · 完成打卡: 3' }).waitFor()
})

test('steps of a funnel change places by the keyboard', async () => {
  const steps = [{ event: 'checkin.completed' }, { event: 'points.awarded' }]
  await page.goto(
    `/console/explore?kind=funnel&range=7d&q=${encodeURIComponent(JSON.stringify({ steps, window: '7d' }))}`,
  )
  await page.getByRole('button', { name: /完成打卡: 3/ }).waitFor()
  await page.getByRole('button', { name: /移动第 2 个步骤/ }).focus()
  await page.keyboard.press('ArrowUp')
  await page.waitForURL((url) => (url.searchParams.get('q') ?? '').startsWith('{"steps":[{"event":"points.awarded"}'))
  await page.getByRole('button', { name: /^获得积分: \d/ }).waitFor()
  expect(await axeProblems(page)).toEqual([])
  expect(faults).toEqual([])
})

test('on a phone, in the dark and in English nothing has to be scrolled sideways', async () => {
  const phone = await signedIn(390, 'en', 'dark')
  for (const kind of ['trend', 'retention', 'heatmap']) {
    await phone.page.goto(`/console/explore?kind=${kind}&range=28d`)
    await phone.page.locator(`[data-insight="${kind}"]`).waitFor()
    expect([kind, await overflow(phone.page)]).toEqual([kind, 0])
  }
  expect(await axeProblems(phone.page)).toEqual([])
  expect(phone.faults).toEqual([])
})
