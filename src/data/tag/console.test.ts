// Tags as operators use them, in a real browser: made, put on many with the numbers shown first, verified and taken off
// on a member's page, and the library installed from.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeProblems, builtFrontEnd, launchChromium, overflow, visit } from '#test/browser'
import { type World, world } from '#test/world'

const PASSWORD = 'four quiet words suffice'

let w: World
let browser: Browser
let base: string
const ids: string[] = []

type Answer = Record<string, unknown> & { items?: Record<string, unknown>[] }
const ask = async (operation: string, input: object = {}) => (await w.as(w.owner, operation, input)) as Answer

beforeAll(async () => {
  ;[w, browser] = await Promise.all([world(), launchChromium(), builtFrontEnd('console')])
  base = await w.http()
  for (const [externalId, name] of [
    ['m-1', '冯望舒'],
    ['m-2', '汤俊杰'],
  ] as const)
    ids.push((await w.member({ externalId, name })).memberId)
  await ask('tag.set_dimension', { key: 'care', title: { en: 'Care', zh: '客户经营' } })
  await w.settle()
})
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

async function signedIn(width: number, locale: 'zh' | 'en' = 'zh'): Promise<Page> {
  const { page } = await visit(browser, base, { width, locale })
  const email = `o${width}@1.example`
  const { token } = await ask('operator.invite', { email, role: 'manager' })
  await page.request.post('/api/operator.accept_invitation', { data: { token, password: PASSWORD, name: '№ 0' } })
  return page
}

async function choose(page: Page, name: string, option: string) {
  await page.getByRole('combobox', { name, exact: true }).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click()
}

async function clean(page: Page) {
  expect(await axeProblems(page)).toEqual([])
  expect(await overflow(page)).toBeLessThan(2)
}

test('a fixed tag is made and put on members by their ids', async () => {
  const page = await signedIn(1440)
  await page.goto('/console/new-tag')
  await page.getByLabel('中文名称').fill('新品试饮官')
  await choose(page, '维度', '客户经营')
  await page.getByRole('switch', { name: '到期自动移除' }).click()
  await page.getByRole('button', { name: '保存标签' }).click()
  await page.getByRole('heading', { level: 1, name: '新品试饮官' }).waitFor()
  await page.getByText('打标后 90 天自动失效。').waitFor()
  await page.getByRole('button', { name: '批量打标' }).click()
  await page.getByLabel('品牌会员号').fill('m-1, m-2\nnobody')
  await page.getByText('未找到的会员号').waitFor()
  await page.getByRole('button', { name: '为 2 人打标' }).click()
  await page.getByText('已完成，共变更 2 名成员。').waitFor()
  await page.getByRole('button', { name: '完成' }).click()
  await page.getByRole('link', { name: /汤俊杰/ }).waitFor()
  await clean(page)
  expect((await ask('tag.members', { key: '新品试饮官' })).items).toMatchObject([
    { sources: ['import'], verification: 'unverified' },
    { sources: ['import'], verification: 'unverified' },
  ])
})

test('on a member’s page it is verified, taken off and put on again', async () => {
  const page = await signedIn(390)
  await page.goto(`/console/members/${ids[0]}`)
  await page.getByRole('button', { name: '查看「新品试饮官」' }).click()
  await page.getByRole('button', { name: '确认无误' }).click()
  await page.getByText('已确认').waitFor()
  expect(await overflow(page)).toBeLessThan(2)
  const mine = async () => (await ask('tag.of_member', { memberId: ids[0] })).items
  expect(await mine()).toMatchObject([{ key: '新品试饮官', verification: 'confirmed' }])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '移除「新品试饮官」' }).click()
  await page.getByText('暂无标签。').waitFor()
  expect(await mine()).toEqual([])
  await choose(page, '添加标签', '新品试饮官')
  await page.getByRole('button', { name: '移除「新品试饮官」' }).waitFor()
  expect(await mine()).toMatchObject([{ key: '新品试饮官', sources: ['operator'], verification: 'unverified' }])
})

test('a tag of the library is found, installed with one click and opened', async () => {
  const page = await signedIn(1200, 'en')
  await page.goto('/console/tag-library?q=KOC')
  const row = page.getByRole('row', { name: /Community KOC/ })
  await row.getByRole('button', { name: 'Install' }).click()
  await row.getByRole('link', { name: 'Open' }).click()
  await page.getByRole('heading', { level: 1, name: 'Community KOC' }).waitFor()
  await page.getByRole('tab', { name: 'Used by' }).click()
  await page.getByText('Nothing uses this tag yet').waitFor()
  await clean(page)
  expect(await ask('tag.get', { key: 'standing.koc' })).toMatchObject({ kind: 'dynamic' })
})
