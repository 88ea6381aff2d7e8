// What operators do all day, in a real browser against a whole system.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtFrontEnd, firstLoadBytes, goAnew, launchChromium, visit } from '#test/browser'
import { type World, world } from '#test/world'

const PASSWORD = 'four quiet words suffice'

let w: World
let browser: Browser
let base: string
let folder: string
let page: Page
let faults: string[]

beforeAll(async () => {
  ;[w, browser, folder] = await Promise.all([world(), launchChromium(), builtFrontEnd('console')])
  base = await w.http()
  for (const [externalId, name] of [
    ['m-1', '冯望舒'],
    ['m-2', '汤俊杰'],
  ] as const) {
    const member = await w.member({ externalId, name })
    if (externalId === 'm-1') await w.as(member, 'checkin.complete')
  }
  await w.settle()
  ;({ page, faults } = await visit(browser, base, { width: 1440 }))
  const { token } = (await w.as(w.owner, 'operator.invite', { email: 'o@1.example', role: 'owner' })) as {
    token: string
  }
  await page.request.post('/api/operator.accept_invitation', { data: { token, password: PASSWORD } })
})
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

/** Chooses an option by its label; long lists draw only what can be seen, so it is searched for where that is offered. */
async function choose(name: string, option: string) {
  const box = page.getByRole('combobox', { name, exact: true }).first()
  await box.click()
  if (await box.isEditable()) await box.fill(option)
  await page.locator('.ant-select-item-option', { hasText: option }).first().click()
}

const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

test('a member is found from anywhere and understood', async () => {
  await page.goto('/console/')
  await heading('总览')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: '查找成员、页面或命令' }).fill('望舒')
  await page.getByRole('option', { name: '冯望舒' }).waitFor()
  await page.keyboard.press('Enter')
  await heading('冯望舒')
  await page.getByText('完成打卡').first().waitFor()
  await page.getByText('连续 1 天 · 最长 1 天 · 累计 1 次').waitFor()
})

test('a segment is built in sentences, sized before it is saved, and explains itself', async () => {
  await goAnew(page, '/console/segments/new')
  await page.getByLabel('分群名称').fill('近期打卡')
  await choose('事件', '完成打卡')
  await page.locator('.segment-count', { hasText: '1' }).waitFor()
  await page.getByRole('button', { name: '保存分群' }).click()
  await heading('近期打卡')
  await w.settle()
  await page.getByRole('cell', { name: '冯望舒' }).waitFor()
  await page.getByRole('button', { name: '原因' }).click()
  await page.getByText('在分群中', { exact: true }).waitFor()
  await page.getByText('过去 30 天 做过「完成打卡」').first().waitFor()
  expect(page.url()).toContain('tab=why')
})

test('a journey is drawn, published, and its run can be followed step by step', async () => {
  await goAnew(page, '/console/journeys')
  await page.getByRole('button', { name: '新建旅程' }).first().click()
  await page.getByLabel('旅程名称').fill('打卡致谢')
  await page.getByRole('button', { name: '创建并编辑' }).click()
  await heading('打卡致谢')

  await page.locator('.node-card.is-trigger').click()
  await choose('事件', '完成打卡')
  await page.locator('.node-card.is-wait').click()
  await page.getByRole('button', { name: '删除该步骤' }).click()
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存，可以发布').waitFor()
  await page.getByRole('button', { name: '发布' }).click()
  await page.getByRole('dialog').getByText('满足触发条件的成员将进入旅程').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '发布' }).click()
  await page.getByText('运行中', { exact: true }).waitFor()

  const second = await w.member({ externalId: 'm-2' })
  await w.as(second, 'checkin.complete')
  await w.settle()
  await page.getByRole('tab', { name: '运行记录' }).click()
  await page.getByRole('button', { name: '汤俊杰' }).click()
  await page.getByRole('dialog').getByText('发送消息 · 欢迎加入').waitFor()
  const sent = (await w.as(w.owner, 'message.list', { memberId: second.memberId })) as { items: unknown[] }
  expect(sent.items).toHaveLength(1)
})

test('members come from a table: mapping, dry run, import, and the rows that failed', async () => {
  await goAnew(page, '/console/imports/new')
  await page.locator('input[type=file]').setInputFiles({
    name: '会员.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('会员编号,姓名,邮箱\nm-10,宋安然,song@1.example\nm-11,卢子墨,not an address\n'),
  })
  await page.getByRole('button', { name: '试运行（不写入）' }).click()
  await page.getByText('试运行，不写入数据').waitFor()
  await page.getByText('已完成').waitFor()
  expect(await w.as(w.owner, 'member.find', { search: '宋安然' })).toMatchObject({ items: [] })

  await goAnew(page, '/console/imports/new')
  await page.locator('input[type=file]').setInputFiles({
    name: '会员.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('会员编号,姓名\nm-10,宋安然\n'),
  })
  await page.getByRole('button', { name: '直接导入' }).click()
  await page.getByText('已完成').waitFor()
  expect(await w.as(w.owner, 'member.find', { search: '宋安然' })).toMatchObject({ items: [{ externalId: 'm-10' }] })
})

test('a list keeps its search and filters in the address, and exports what it shows', async () => {
  await page.goto('/console/members?q=汤')
  await page.getByRole('cell', { name: '汤俊杰' }).waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await choose('身份', '匿名访客')
  await page.getByText('没有符合条件的结果').waitFor()
  expect(decodeURIComponent(page.url())).toContain('f.status=anonymous')
  await page.getByRole('button', { name: '清除全部条件' }).click()
  await page.getByRole('cell', { name: '冯望舒' }).waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 CSV' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/^成员列表-.*\.csv$/)
})

test('a search is kept as a view, shared, renamed and deleted, by the keyboard', async () => {
  await goAnew(page, '/console/members?q=汤')
  await page.getByRole('cell', { name: '汤俊杰' }).waitFor()
  await page.getByRole('button', { name: '已存视图' }).press('Enter')
  await page.getByText('先搜索或筛选，再保存为视图').waitFor()
  await page.getByLabel('视图名称').fill('姓汤')
  await page.getByLabel('共享给所有人').press('Space')
  await page.getByLabel('视图名称').press('Enter')
  await page.getByRole('button', { name: '取消共享视图 姓汤' }).waitFor()
  const shared = (await w.as(w.operator('store'), 'view.list', { list: 'member' })) as { items: unknown[] }
  expect(shared.items).toMatchObject([{ name: '姓汤', query: { q: '汤' }, mine: false }])

  await goAnew(page, '/console/members')
  await page.getByRole('cell', { name: '冯望舒' }).waitFor()
  await page.getByRole('button', { name: '已存视图' }).press('Enter')
  const view = page.getByRole('button', { name: /^姓汤/ })
  await view.waitFor()
  await expect.poll(() => view.evaluate((e) => e === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('cell', { name: '冯望舒' }).waitFor({ state: 'detached' })
  expect(decodeURIComponent(page.url())).toContain('q=汤')

  await page.getByRole('button', { name: '已存视图' }).press('Enter')
  await page.getByRole('button', { name: '重命名视图 姓汤' }).press('Enter')
  await page.getByLabel('视图新名称').fill('汤氏茶友')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '删除视图 汤氏茶友' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).press('Enter')
  await expect.poll(() => w.as(w.owner, 'view.list', { list: 'member' })).toMatchObject({ items: [] })
})

test('what an event brought about is shown in numbers and taken back from its details', async () => {
  const { memberId } = await w.member({ externalId: 'm-1' })
  await goAnew(page, '/console/events?q=checkin.completed')
  await page
    .getByRole('row', { name: /冯望舒/ })
    .getByRole('button', { name: /完成打卡/ })
    .click()
  await page.getByRole('button', { name: '撤销影响' }).click()
  const asked = page.getByRole('dialog').filter({ hasText: '撤销该事件产生的影响' })
  await asked.getByText('收回积分').waitFor()
  await asked.getByText('-1', { exact: true }).waitFor()
  expect(await w.as(w.owner, 'points.balance', { memberId })).toMatchObject({ available: 1 })
  await asked.getByRole('button', { name: '确认撤销' }).click()
  await page.getByText('影响已撤销').waitFor()
  expect(await w.as(w.owner, 'points.balance', { memberId })).toMatchObject({ available: 0 })
})

test('where an event has no effects there is nothing to confirm, and awarded points name their own way back', async () => {
  const { memberId } = await w.member({ externalId: 'm-1' })
  await w.as(w.owner, 'points.award', { memberId, points: 5, reason: 'other' })
  await w.settle()
  for (const [name, told] of [
    ['checkin.completed', '没有可撤销的内容'],
    ['points.awarded', '请在积分中操作'],
  ] as const) {
    await goAnew(page, `/console/events?q=${name}`)
    await page
      .getByRole('row', { name: /冯望舒/ })
      .first()
      .getByRole('button')
      .first()
      .click()
    await page.getByRole('button', { name: '撤销影响' }).click()
    const asked = page.getByRole('dialog').filter({ hasText: '没有可撤销的影响' })
    await asked.getByText(told).waitFor()
    expect(await asked.getByRole('button', { name: '确认撤销' }).count()).toBe(0)
    await asked.getByRole('button', { name: '关闭' }).last().click()
    await asked.waitFor({ state: 'detached' })
  }
})

test('nothing complained on the way, and the console opens light', () => {
  expect(faults).toEqual([])
  // 450 KB is the promise for the first route with its charts; the entry alone has to leave room for them.
  expect(firstLoadBytes(folder)).toBeLessThan(300 * 1024)
})
