// A question asked without a language of its own, from the picture to the people behind one of its numbers.
import { readFileSync } from 'node:fs'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeProblems, builtFrontEnd, go, goAnew, launchChromium, overflow, visit } from '#test/browser'
import { type World, world } from '#test/world'
import { makeTown, townStory } from '../../src/data/insight/lens/town.fixture.ts'

const DAY_MS = 86_400_000
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

const CHECKED_IN = { event: 'checkin.completed' }
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
  await goAnew(page, question({ event: 'checkin.completed', measure: 'members' }))
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
  await goAnew(
    page,
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

/** A question of any kind, about check-ins of the last seven days. */
const asked = (kind: string, query: object, more = '') =>
  `/console/explore?kind=${kind}&range=7d${more}&q=${encodeURIComponent(JSON.stringify(query))}`
const people = () => page.getByRole('region', { name: '人群' })

test.each([
  ['retention', { start: CHECKED_IN, return: CHECKED_IN, period: 'week', periods: 2 }, '最近一期', /人数: 3$/],
  ['lifecycle', { ...CHECKED_IN, period: 'week' }, '活跃成员', / · 新增: 3$/],
  ['stickiness', { ...CHECKED_IN, interval: 'day' }, '30 天活跃', /^1 天 · 人数: 3$/],
])('%s names people at once, and those of any number that is picked', async (kind, query, first, number) => {
  await goAnew(page, asked(kind, query, '&view=table'))
  await people().locator('[data-people="3"]').waitFor()
  expect(await people().textContent()).toContain(first)
  await page.getByRole('button', { name: number }).last().click()
  await drawer().getByRole('status').filter({ hasText: '3 人' }).waitFor()
  await drawer().getByRole('listitem').filter({ hasText: '冯望舒' }).waitFor()
  const picked = (await drawer().locator('.ant-drawer-title').textContent()) ?? ''
  await drawer().getByRole('button', { name: '关闭' }).click()
  // Beside the chart they stay.
  await people().getByText(picked, { exact: true }).waitFor()
  await people().locator('[data-people="3"]').waitFor()
  expect(await people().textContent()).not.toContain(first)
})

test('a click on the picture opens the people of the nearest point', async () => {
  await goAnew(page, question({ event: 'checkin.completed', measure: 'members' }))
  const canvas = page.locator('.explore-picture [data-ready="true"] canvas')
  await canvas.scrollIntoViewIfNeeded()
  const box = await canvas.boundingBox()
  if (!box) throw new Error('nothing is drawn')
  // The last day stands left of half of its name; how high its 3 stands the axis decides.
  for (let y = 20; y < box.height && (await drawer().count()) === 0; y += 25)
    await page.mouse.click(box.x + box.width - 44, box.y + y)
  await drawer().getByRole('status').filter({ hasText: '3 人' }).waitFor()
})

test('a chart goes along as a picture', async () => {
  await goAnew(page, question({ event: 'checkin.completed', measure: 'members' }))
  await page.locator('.explore-picture [data-ready="true"] canvas').waitFor()
  await page.getByRole('button', { name: '导出' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: '图片（PNG）' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^趋势-.*\.png$/)
  const png = readFileSync(await download.path())
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  // Drawn at twice the size, and more than a ground of one colour.
  expect(png.readUInt32BE(16)).toBeGreaterThan(1000)
  const painted = await browser.newPage()
  const colours = await painted.evaluate(async (encoded) => {
    const image = new Image()
    image.src = `data:image/png;base64,${encoded}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const drawing = canvas.getContext('2d')
    drawing?.drawImage(image, 0, 0)
    const { data = new Uint8ClampedArray() } = drawing?.getImageData(0, 0, image.width, image.height) ?? {}
    const green = [0x17, 0x73, 0x4f]
    let line = 0
    for (let i = 0; i < data.length; i += 4) if (green.every((c, k) => data[i + k] === c)) line++
    return { line }
  }, png.toString('base64'))
  expect(colours.line).toBeGreaterThan(200)
  await painted.close()
})

test('an answer is put on a dashboard', async () => {
  await w.as(w.owner, 'dashboard.create', { name: '晨会' })
  await goAnew(page, question({ event: 'checkin.completed', measure: 'members' }))
  await page.locator('[data-people="3"]').waitFor()
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByRole('menuitem', { name: '添加到看板' }).click()
  await drawer().getByRole('combobox', { name: '看板' }).click()
  await page.getByTitle('晨会').click()
  await drawer().getByLabel('卡片标题').fill('打卡人数')
  await drawer().getByRole('button', { name: '添加并打开' }).click()
  await page.getByRole('heading', { level: 1, name: '晨会' }).waitFor()
  const tile = page.getByRole('article', { name: '打卡人数' })
  await tile.locator('[data-ready="true"] canvas').waitFor()
  // Asked with the dashboard's days, and the same number.
  await tile.getByRole('cell', { name: '3', exact: true }).first().waitFor({ state: 'attached' })
})

test('steps of a funnel change places by the pointer', async () => {
  const steps = [{ event: 'checkin.completed' }, { event: 'points.awarded' }]
  await goAnew(page, asked('funnel', { steps, window: '7d' }))
  await page.getByRole('button', { name: /完成打卡: 3/ }).waitFor()
  const item = (n: number) => page.locator('.reorder-item').nth(n)
  await item(1).locator('.reorder-handle').dragTo(item(0).locator('.reorder-handle'))
  await page.waitForURL((url) => (url.searchParams.get('q') ?? '').startsWith('{"steps":[{"event":"points.awarded"}'))
})

test('on a phone, in the dark and in English nothing has to be scrolled sideways', async () => {
  const phone = await signedIn(390, 'en', 'dark')
  for (const kind of ['trend', 'retention', 'heatmap']) {
    await go(phone.page, `/console/explore?kind=${kind}&range=28d`)
    await phone.page.locator(`[data-insight="${kind}"]`).waitFor()
    expect([kind, await overflow(phone.page)]).toEqual([kind, 0])
  }
  expect(await axeProblems(phone.page)).toEqual([])
  expect(phone.faults).toEqual([])
})

/** Whether anything is painted so near (px) to the edge of a picture. */
const inkAtEdge = (canvas: Locator, near: number) =>
  canvas.evaluate((node, margin) => {
    const canvas = node as HTMLCanvasElement
    const { width, height } = canvas
    const drawing = canvas.getContext('2d')
    const painted = (x: number, y: number, wide: number, high: number) =>
      drawing?.getImageData(x, y, wide, high).data.some((value, i) => i % 4 === 3 && value > 0) ?? true
    return (
      painted(0, 0, width, margin) ||
      painted(0, height - margin, width, margin) ||
      painted(0, 0, margin, height) ||
      painted(width - margin, 0, margin, height)
    )
  }, near)

test('the lenses of a community: nobody falls out of the network, and a number opens its people', async () => {
  const start = w.now().getTime() - 62 * DAY_MS
  await makeTown(w, townStory(start, 7), start)
  for (const [width, locale, theme] of [
    [1440, 'en', 'light'],
    [390, 'zh', 'dark'],
  ] as const) {
    const visitor = await signedIn(width, locale, theme)
    await visitor.page.goto('/console/lenses')
    const network = visitor.page.locator('[data-lens="lens_graph"]')
    const canvas = network.locator('[data-ready="true"] canvas')
    await canvas.waitFor()
    await expect.poll(() => visitor.page.locator('.ant-skeleton').count(), { timeout: 60_000 }).toBe(0)
    expect(await inkAtEdge(canvas, 2)).toBe(false)
    expect([await axeProblems(visitor.page), await overflow(visitor.page)]).toEqual([[], 0])
    const tied = network.locator('.lens-figures .cell-link').first()
    const count = await tied.textContent()
    await tied.click()
    await visitor.page
      .getByRole('dialog')
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${count} `) })
      .waitFor()
    expect(visitor.faults).toEqual([])
  }
})
