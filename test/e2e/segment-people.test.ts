// From a file of ids to a list, a segment on it, its overlap with another, a file of members and an action for all of
// them, as an operator does it in the browser.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeProblems, builtFrontEnd, go, goAnew, launchChromium, overflow, visit } from '#test/browser'
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
  const email = `o${width}${locale}${theme}@1.example`
  const { token } = (await ask('operator.invite', { email, role: 'owner' })) as { token: string }
  await visitor.page.request.post('/api/operator.accept_invitation', { data: { token, password: PASSWORD } })
  return visitor
}

beforeAll(async () => {
  ;[w, browser] = await Promise.all([world(), launchChromium(), builtFrontEnd('console')])
  base = await w.http()
  for (const [i, name] of ['冯望舒', '汤俊杰', '宋安然', '卢子墨', '林晚晴', '周以宁'].entries())
    await w.member({ externalId: `m-${i + 1}`, name })
  for (const externalId of ['m-1', 'm-2', 'm-5']) await w.as(await w.member({ externalId }), 'checkin.complete')
  await ask('topic.create', { key: 'new', title: '新品上架', default: 'optIn' })
  // Whoever is there before it is there by the definition.
  await w.settle()
  await ask('segment.create', { name: '近期打卡', definition: { event: 'checkin.completed', within: '7d' } })
  await w.settle()
  ;({ page, faults } = await signedIn(1440))
})
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const fileOf = async (click: () => Promise<unknown>) => {
  const [download] = await Promise.all([page.waitForEvent('download'), click()])
  return readFileSync(await download.path(), 'utf8')
}
async function choose(name: string, option: string) {
  const box = page.getByRole('combobox', { name, exact: true }).first()
  await box.click()
  if (await box.isEditable()) await box.fill(option)
  await page.locator('.ant-select-item-option', { hasText: option }).first().click()
}

test('a file with unknown ids becomes a list after its report', async () => {
  await page.goto('/console/lists/new')
  await page.getByLabel('名单名称').fill('春茶品鉴会')
  await page.locator('input[type=file]').setInputFiles({
    name: '签到.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('姓名,会员编号\n冯望舒,m-1\n宋安然,m-3\n宋安然,m-3\n游客,guest\n新客,=new-1\n'),
  })
  await page.getByText('将新增 3 个 ID，2 名成员加入名单').waitFor()
  const unknown = await fileOf(() => page.getByRole('button', { name: '下载未匹配 ID' }).click())
  expect(unknown).toContain("'=new-1")
  await page.getByRole('button', { name: '追加 3 个 ID' }).click()
  await heading('春茶品鉴会')
  await page.getByRole('cell', { name: '宋安然' }).waitFor()
  await page.getByText('1 个 ID 暂未匹配').waitFor()
})

test('a change is seen with its source, taken back, and taken back only once', async () => {
  await page.getByRole('button', { name: '上传名单' }).click()
  await page.locator('input[type=file]').setInputFiles({
    name: '替换.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('id\nm-4\n'),
  })
  await page.getByText('替换整个名单').click()
  await page.getByText('1 人加入，2 人离开').waitFor()
  await page.getByRole('button', { name: '替换名单' }).click()
  await page.getByRole('dialog').getByText('2 人移出名单，1 人加入').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '替换名单' }).click()
  const row = page.getByRole('row', { name: /替换\.csv/ })
  await row.getByText('+1 / −3').waitFor()
  await row.getByRole('button', { name: '撤销' }).click()
  await page.getByRole('dialog').getByText('将恢复 3 个 ID，移除 1 个 ID').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '撤销变更' }).click()
  await page.getByRole('row', { name: /\+3 \/ −1/ }).waitFor()
  expect(await row.first().getByRole('button', { name: '撤销' }).count()).toBe(0)
})

test('a segment stands on the list, is compared, and its overlap becomes a list of its own', async () => {
  const { items } = (await ask('list.list')) as { items: { id: string }[] }
  await ask('segment.create', { name: '品鉴会到场', definition: { list: items[0]?.id } })
  await w.settle()
  await goAnew(page, '/console/segments')
  for (const name of ['近期打卡', '品鉴会到场']) await page.getByRole('checkbox', { name: `选择 ${name}` }).check()
  await page.getByRole('status').getByRole('button', { name: '对比与重叠' }).click()
  await heading('分群对比与重叠')
  await page.getByText('合计 4 人（去重）').waitFor()
  expect(await axeProblems(page)).toEqual([])
  await page.getByRole('button', { name: '仅在「品鉴会到场」「近期打卡」中的 1 人' }).click()
  await page.getByRole('cell', { name: '冯望舒' }).waitFor()
  await page.getByRole('button', { name: '存为静态名单' }).click()
  await page.getByRole('dialog').getByLabel('名单名称').fill('到场且打卡')
  await page.getByRole('dialog').getByRole('button', { name: '保存 1 人' }).click()
  await heading('到场且打卡')
  await page.getByRole('cell', { name: '冯望舒' }).waitFor()
})

test('members are exported with a property, and something is done for all of them and taken back', async () => {
  await goAnew(page, '/console/segments')
  await page.getByRole('link', { name: '品鉴会到场' }).click()
  await heading('品鉴会到场')
  await page.getByRole('button', { name: '导出成员' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '导出 2 人' }).click()
  const link = page.getByRole('dialog').getByRole('link', { name: '下载文件' })
  await link.waitFor()
  const csv = await fileOf(() => link.click())
  expect(csv).toMatch(/^\uFEFF外部 ID,姓名,进入时间\n/)
  expect(csv).toContain('m-3,宋安然,')
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click()

  await page.getByRole('button', { name: '更多操作' }).click()
  await page.getByRole('menuitem', { name: '批量操作' }).click()
  await choose('选择操作', '发放积分')
  await page.getByRole('dialog').getByRole('spinbutton').first().fill('30')
  await page.getByRole('dialog').getByLabel('原因').fill('到场礼')
  await page.getByRole('dialog').getByRole('button', { name: '预览人数' }).click()
  await page.getByText('将对此刻分群中的 2 名成员执行「发放积分」').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '对 2 人执行' }).click()
  await page.getByRole('dialog').getByText('2 / 2 人').waitFor()
  await w.settle()
  expect(await ask('points.balance', { externalId: 'm-3' })).toMatchObject({ available: 30 })
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click()
  await page.getByRole('tab', { name: '批量任务' }).click()
  await page
    .getByRole('row', { name: /发放积分/ })
    .getByRole('button', { name: '撤销' })
    .click()
  await page.getByRole('dialog').getByText('收回积分').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '撤销', exact: true }).click()
  await page.getByText('已撤销').first().waitFor()
  expect(await ask('points.balance', { externalId: 'm-3' })).toMatchObject({ available: 0 })
})

test('who came and went is told with what brought it about', async () => {
  await goAnew(page, '/console/segments')
  await page.getByRole('link', { name: '近期打卡' }).click()
  await page.getByRole('tab', { name: '进出明细' }).click()
  await page
    .getByRole('row', { name: /冯望舒/ })
    .getByText('分群条件创建或修改')
    .waitFor()
  expect(faults).toEqual([])
})

test('all of it is clean in English, on a phone in the dark and at a desk', { timeout: 240_000 }, async () => {
  const { items: lists } = (await ask('list.list')) as { items: { id: string }[] }
  const { items: segments } = (await ask('segment.list')) as { items: { id: string }[] }
  const ids = segments.map((s) => s.id).join()
  const paths = [
    `/console/lists/${lists[0]?.id}`,
    `/console/lists/${lists[0]?.id}?tab=history`,
    `/console/lists/${lists[0]?.id}/upload`,
    `/console/segments/${segments[0]?.id}?tab=changes&since=7d`,
    `/console/segments/${segments[0]?.id}?tab=works`,
    `/console/segments/compare?ids=${ids}&region=0`,
    '/console/topics',
  ]
  const [phone, desk] = [await signedIn(390, 'en', 'dark'), await signedIn(1440, 'en')]
  for (const visitor of [phone, desk]) {
    for (const path of paths) {
      // Loaded anew once, for every address is one to arrive at.
      if (visitor === phone) await visitor.page.goto(path)
      else await go(visitor.page, path)
      await visitor.page.getByRole('heading', { level: 1 }).waitFor()
      await expect.poll(() => visitor.page.locator('.ant-skeleton').count(), { timeout: 30_000 }).toBe(0)
      expect([path, await axeProblems(visitor.page), await overflow(visitor.page)]).toEqual([path, [], 0])
    }
    expect(visitor.faults).toEqual([])
  }
})
