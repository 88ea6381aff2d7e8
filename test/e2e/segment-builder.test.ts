// A segment of several kinds of conditions, built by a community manager with keyboard and mouse, at a desk and on a
// phone: what was clicked together is what is saved, and who it finds is shown on the way.
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { axeProblems, builtFrontEnd, launchChromium, overflow, visit } from '#test/browser'
import { type World, world } from '#test/world'

/** Many steps in a browser, on a machine that may be busy. */
vi.setConfig({ testTimeout: 150_000 })

const PASSWORD = 'four quiet words suffice'
type Json = Record<string, unknown>

let w: World
let browser: Browser
let base: string

const ask = async (operation: string, input: Json = {}) => (await w.as(w.owner, operation, input)) as Json

beforeAll(async () => {
  ;[w, browser] = await Promise.all([world(), launchChromium(), builtFrontEnd('console')])
  base = await w.http()
  const { id: communityId } = await ask('community.create', { name: '闵行茶友会', type: 'interest', admission: 'open' })
  expect(await ask('tag.create', { key: 'vip', title: { en: 'VIP', zh: '贵宾' } })).not.toHaveProperty('code')
  for (const [externalId, name, amounts] of [
    ['m-1', '冯望舒', [40_000, 20_000]],
    ['m-2', '汤俊杰', [60_000]],
    ['m-3', '宋安然', [9_900]],
  ] as const) {
    const { memberId } = await w.member({ externalId, name })
    if (externalId === 'm-1') {
      await ask('community.add_member', { communityId, memberId })
      await ask('tag.apply', { memberId, key: 'vip' })
    }
    for (const [i, amount] of amounts.entries())
      await ask('order.import', {
        memberId,
        orderId: `${externalId}-${i}`,
        amount,
        currency: 'CNY',
        paidAt: w.now().toISOString(),
        items: [{ sku: 'tea', name: '绿茶', quantity: 1, price: amount }],
      })
  }
  await w.settle()
})
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

async function signedIn(width: number): Promise<Page> {
  const { page } = await visit(browser, base, { width })
  const email = `o${width}@1.example`
  const { token } = (await ask('operator.invite', { email, role: 'owner' })) as { token: string }
  await page.request.post('/api/operator.accept_invitation', { data: { token, password: PASSWORD } })
  return page
}

/** Chooses an option with the mouse, of the first field of this name that is still empty. */
async function choose(page: Page, name: string, option: string) {
  const box = page.getByRole('combobox', { name, exact: true }).last()
  await box.click()
  if (await box.isEditable()) await box.fill(option)
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click()
}

/** Adds a condition without the mouse: the button, a word of what is looked for, Enter. */
async function addByKeys(page: Page, word: string) {
  await page.getByRole('button', { name: '添加条件' }).last().focus()
  await page.keyboard.press('Enter')
  await page.locator('input[aria-label="条件类型"]:focus').waitFor()
  await page.keyboard.type(word)
  await page.keyboard.press('Enter')
}

/** Types into the field that has the focus, and takes the first that is found. */
async function typeChoice(page: Page, text: string, option: string) {
  await page.keyboard.type(text)
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option-active', { hasText: option }).waitFor()
  await page.keyboard.press('Enter')
}

const place = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest('[data-place]')?.getAttribute('data-place') ?? null)

test.each([1440, 390])('sentences become a nested definition (%i px)', async (width) => {
  const page = await signedIn(width)
  await page.goto('/console/segments/new')
  await page.getByLabel('分群名称').fill(`融入的贵宾 ${width}`)

  // With the mouse: a sum of money, written in yuan.
  await page.getByText('还需：选择事件').waitFor()
  await choose(page, '事件', '支付订单')
  await page.keyboard.press('Escape')
  await page.locator('.segment-count', { hasText: '3' }).waitFor()
  await choose(page, '度量方式', '合计')
  await page.getByText('还需：选择要计算的字段').waitFor()
  await choose(page, '计算字段', '金额')
  await page.getByRole('spinbutton', { name: '数值', exact: true }).fill('500')
  await page.locator('.segment-count', { hasText: '2' }).waitFor()

  // With the keyboard: a sequence, a tag, and both in a group of “any”.
  await addByKeys(page, '依次')
  expect(await place(page)).toBe('1')
  await typeChoice(page, '加入社群', '加入社群')
  await page.keyboard.press('Escape')
  await page.getByText('还需：选择第 2 步的事件').waitFor()
  await page.getByRole('combobox', { name: '第 2 步事件' }).focus()
  await typeChoice(page, '支付订单', '支付订单')
  await page.keyboard.press('Escape')
  await addByKeys(page, '标签')
  expect(await place(page)).toBe('2')
  await typeChoice(page, '贵宾', '贵宾')
  await page.locator('[data-place="1"] > .condition-handle').focus()
  await page.keyboard.press('Alt+ArrowRight')
  expect(await place(page)).toBe('1.0')
  await page.locator('[data-place="2"] > .condition-handle').focus()
  await page.keyboard.press('Alt+ArrowRight')
  expect(await place(page)).toBe('1.1')
  await page.locator('.segment-count', { hasText: '1' }).waitFor()
  await page.getByText('占全部 3 位成员的 33.3%').waitFor()
  await page.getByText('收窄最多').waitFor()

  // What a key has deleted comes back.
  await page.keyboard.press('Delete')
  expect(await page.locator('[data-place="1.1"]').count()).toBe(0)
  await page.getByRole('button', { name: '撤销' }).click()
  await page.locator('[data-place="1.1"]').waitFor()

  expect(await axeProblems(page)).toEqual([])
  expect(await overflow(page)).toBe(0)

  const definition = {
    all: [
      { event: 'order.paid', within: '30d', measure: { of: 'amount', fn: 'sum' }, op: 'gte', value: 50_000 },
      {
        any: [
          { sequence: [{ event: 'community.joined' }, { event: 'order.paid' }], gap: '3d', within: '30d' },
          { tag: 'vip' },
        ],
      },
    ],
  }
  await page.getByText('JSON', { exact: true }).click()
  expect(JSON.parse(await page.getByLabel('JSON 定义').inputValue())).toEqual(definition)
  expect(await axeProblems(page)).toEqual([])
  await page.getByRole('button', { name: '保存分群' }).click()
  await page.getByRole('heading', { level: 1, name: `融入的贵宾 ${width}` }).waitFor()
  const id = page.url().split('/').at(-1)?.split('?')[0] ?? ''
  const saved = (await ask('segment.get', { id })) as { definition: Json }
  expect(await ask('segment.preview', { definition: saved.definition })).toMatchObject({ count: 1 })
  expect(saved.definition).toMatchObject(definition)
})

test('places and metrics have forms, and read as sentences', async () => {
  const { id: store } = await ask('store.create', { name: '静安店', point: [31.2304, 121.4737] })
  const definition = { event: 'order.paid', measure: 'sum', of: 'amount' }
  await ask('metric.create', { key: 'turnover', name: { en: 'Turnover', zh: '成交额' }, definition, format: 'money' })
  for (const [externalId, point] of [
    ['m-1', [31.24, 121.5]],
    ['m-2', [31.2304, 121.4738]],
  ] as const) {
    await ask('location.allow', { externalId })
    await ask('location.tell', { externalId, point })
  }
  await w.settle()
  const page = await signedIn(1444)
  await page.goto('/console/segments/new')
  await page.getByLabel('分群名称').fill('附近的买家')
  await choose(page, '事件', '成交额')
  await page.locator('.segment-count', { hasText: '3' }).waitFor()
  await page.getByRole('button', { name: '附加条件' }).click()
  await choose(page, '事件字段', '金额')
  await page.getByRole('spinbutton', { name: '取值' }).fill('300')
  await page.locator('.segment-count', { hasText: '2' }).waitFor()
  await addByKeys(page, '附近')
  await page.getByText('还需：选择门店').waitFor()
  await choose(page, '门店', '静安店')
  await page.getByRole('spinbutton', { name: '距离', exact: true }).fill('1')
  await page.locator('.segment-count', { hasText: '1' }).waitFor()
  expect(await axeProblems(page)).toEqual([])
  await page.getByText('JSON', { exact: true }).click()
  const written = {
    all: [
      {
        ...{ event: { metric: 'turnover' }, within: '30d', count: { op: 'gte', value: 1 } },
        where: [{ path: 'amount', op: 'gte', value: 30_000 }],
      },
      { near: { store }, radius: '1km' },
    ],
  }
  expect(JSON.parse(await page.getByLabel('JSON 定义').inputValue())).toEqual(written)
})

test('JSON says where it is wrong, and goes to the form and back without a loss', async () => {
  const page = await signedIn(1441)
  await page.goto('/console/segments/new')
  await page.getByText('JSON', { exact: true }).click()
  const text = page.getByLabel('JSON 定义')
  await text.fill('{\n  "all": [\n    {"tag": "vip"},\n    {"event": "order.paid" "within": "7d"}\n  ]\n}')
  await page.getByRole('button', { name: /^第 4 行第 28 列\s*此处应为“,”或“}”$/ }).waitFor()
  expect(await page.getByRole('radio', { name: '表单' }).isDisabled()).toBe(true)
  const odd = {
    any: [
      { tag: 'vip' },
      { event: 'order.paid', within: 'soon' },
      { insight: { kind: 'trend', query: {}, cell: 'x' } },
    ],
  }
  await text.fill(JSON.stringify(odd, null, 2))
  await page.getByRole('button', { name: /^第 6 行.*填写时长/ }).waitFor()
  odd.any[1] = { event: 'order.paid', within: '7d', matches: 'what the server does not know' } as never
  await text.fill(JSON.stringify(odd, null, 2))
  await page.getByRole('button', { name: /^第 6 行/ }).waitFor()
  await page.getByText('表单', { exact: true }).click()
  await page.locator('[data-place="1"] .condition-wrong').waitFor()
  await page.getByText('该条件没有表单，会原样保留').waitFor()
  await page.getByText('JSON', { exact: true }).click()
  expect(JSON.parse(await page.getByLabel('JSON 定义').inputValue())).toEqual(odd)
})

test('a newer question about the size takes the place of the one before', async () => {
  const page = await signedIn(1442)
  const held: Route[] = []
  const answers: ((route: Route) => void)[] = []
  await page.route('**/api/segment.preview', async (route) => {
    const { definition } = route.request().postDataJSON() as { definition: Json }
    if (definition.within === '30d' && 'event' in definition) {
      held.push(route)
      answers.shift()?.(route)
    } else await route.continue()
  })
  await page.goto('/console/segments/new')
  const asked = new Promise<Route>((resolve) => answers.push(resolve))
  await choose(page, '事件', '支付订单')
  await page.keyboard.press('Escape')
  const first = await asked
  const aborted = page.waitForEvent('requestfailed', (r) => r === first.request())
  await page.getByRole('spinbutton', { name: '时长', exact: true }).fill('7')
  expect((await aborted).failure()?.errorText).toMatch(/ABORTED/)
  await page.locator('.segment-count', { hasText: '3' }).waitFor()
})

test('a template begins a segment in words; those without their events wait', async () => {
  const page = await signedIn(1443)
  await page.goto('/console/segments/new')
  await page.getByRole('button', { name: '从模板开始' }).click()
  const dialog = page.getByRole('dialog', { name: '从模板开始' })
  await dialog.getByLabel('搜索模板').fill('复购')
  await dialog.getByRole('button', { name: /^使用：复购/ }).click()
  await page.locator('.segment-count', { hasText: '1' }).waitFor()
  expect(await page.getByLabel('分群名称').inputValue()).toBe('复购')
  await page.getByRole('button', { name: '添加条件' }).click()
  await page.locator('input[aria-label="条件类型"]:focus').waitFor()
  expect(await axeProblems(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.locator('button:focus', { hasText: '添加条件' }).waitFor()
  await page.getByRole('button', { name: '从模板开始' }).click()
  await dialog.getByText('等待数据接入').scrollIntoViewIfNeeded()
  await dialog.getByText('需要：加入购物车').waitFor()
  expect(await axeProblems(page)).toEqual([])
})
