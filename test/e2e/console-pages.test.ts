// Every page of the console in a real browser: both languages, both themes, a desk and a phone.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setupLink } from '#people/operator'
import { axeProblems, builtFrontEnd, go, launchChromium, overflow, type Visitor, visit } from '#test/browser'
import { type World, world } from '#test/world'

const PASSWORD = 'four quiet words suffice'

let w: World
let browser: Browser
let base: string
let paths: string[]

beforeAll(async () => {
  ;[w, browser] = await Promise.all([world(), launchChromium(), builtFrontEnd('console')])
  base = await w.http()
  // Names of no language, so that what is left on a page is the console's own words.
  await done(w.as(w.owner, 'brand.update', { name: { en: '№', zh: '№' } }))
  const community = await done(w.as(w.owner, 'community.create', { name: '№ 1', type: 'interest', admission: 'open' }))
  const member = await w.member({ externalId: 'm-1', email: 'm1@1.example', name: '№ 7' })
  await done(w.as(w.owner, 'community.add_member', { communityId: community.id, memberId: member.memberId }))
  await done(w.as(member, 'checkin.complete'))
  const segment = await done(
    w.as(w.owner, 'segment.create', { name: '№ 2', definition: { event: 'checkin.completed', within: '7d' } }),
  )
  const journey = await done(
    w.as(w.owner, 'journey.create', {
      name: '№ 3',
      graph: {
        start: 'a',
        nodes: {
          a: { type: 'trigger', on: { event: 'community.joined' }, next: 'b' },
          b: { type: 'wait', for: '3d', next: 'c' },
          c: { type: 'exit' },
        },
      },
    }),
  )
  const list = await done(w.as(w.owner, 'list.create', { name: '№ 4', externalIds: ['m-1', 'm-2'] }))
  await done(w.as(w.owner, 'tag.create', { key: 'five', title: '№ 5' }))
  await done(w.as(w.owner, 'tag.apply', { key: 'five', externalId: 'm-1' }))
  const scheme = await done(w.as(w.owner, 'layer.install', { preset: 'value' }))
  const trait = await done(
    w.as(w.owner, 'trait.create', {
      key: 'six',
      name: '№ 6',
      definition: { measure: { event: 'checkin.completed', fn: 'count' } },
    }),
  )
  await w.settle()
  paths = [
    ...declaredPaths().filter((path) => !path.includes('$')),
    `/members/${member.memberId}`,
    `/communities/${community.id}`,
    `/communities/${community.id}?tab=rules`,
    `/communities/${community.id}?tab=invitations`,
    `/segments/${segment.id}`,
    `/segments/${segment.id}?tab=why&member=${member.memberId}`,
    `/segments/${segment.id}/edit`,
    `/journeys/${journey.id}`,
    `/journeys/${journey.id}?tab=runs`,
    `/segments/${segment.id}?tab=changes`,
    `/lists/${list.id}`,
    '/tags/five',
    `/layers/${scheme.id}`,
    `/layers/${scheme.id}?tab=flow`,
    `/traits/${trait.id}`,
    '/events?tab=rejected',
    '/events?tab=catalogue',
    '/nowhere',
  ]
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

/** Paths as the slices declare them, so that a new page is tested without a line here. */
function declaredPaths(): string[] {
  const src = join(import.meta.dirname, '../../src')
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /[\\/]page\.tsx$/.test(file))
  return files.flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/^\s+path: '([^']+)'/gm)].map((m) => m[1] ?? ''),
  )
}

let owners = 0
/** Somebody with all rights, signed in by the cookie that signing in gives. */
async function operator(options: Parameters<typeof visit>[2]): Promise<Visitor> {
  const visitor = await visit(browser, base, options)
  const email = `o${++owners}@1.example`
  const { token } = (await done(w.as(w.owner, 'operator.invite', { email, role: 'owner' }))) as { token: string }
  const answer = await visitor.page.request.post('/api/operator.accept_invitation', {
    data: { token, password: PASSWORD, name: '№ 0' },
  })
  expect(answer.status()).toBe(200)
  return visitor
}

/** The page has come to rest: its heading is there and nothing loads any more. */
async function settled(page: Page) {
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.ant-skeleton, .ant-spin'))
}

/** What the page says in a language that is not the reader's: all Chinese but what is marked as Chinese. */
const chineseOn = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const body = document.body.cloneNode(true) as HTMLElement
    for (const element of body.querySelectorAll('[lang="zh-CN"], script, style')) element.remove()
    return /\p{Script=Han}+/u.exec(body.textContent ?? '')?.[0] ?? null
  })

const looks = [
  { width: 1440, locale: 'zh', theme: 'light' },
  { width: 390, locale: 'en', theme: 'dark' },
] as const

test.each(looks)(
  'every page holds at $width px, $locale, $theme: no fault, axe clean, nothing overflows',
  async (look) => {
    const { page, faults } = await operator(look)
    const wrong: string[] = []
    await page.goto('/console/')
    await settled(page)
    for (const path of paths) {
      await go(page, `/console${path}`)
      await settled(page)
      for (const problem of await axeProblems(page)) wrong.push(`${path} axe ${problem}`)
      if ((await overflow(page)) > 1) wrong.push(`${path} is wider than the window`)
      const chinese = look.locale === 'en' ? await chineseOn(page) : null
      if (chinese) wrong.push(`${path} says ${chinese} in English`)
    }
    expect([...wrong, ...faults]).toEqual([])
  },
  240_000,
)

test('the first owner sets the account up by the one-time link, signs out and in again', async () => {
  const { page, faults } = await visit(browser, base, { width: 1440 })
  // The link of a first start is made only while nobody runs the place.
  await w.db.deleteFrom('operators').execute()
  const token = await setupLink(w.host.db, w.now())
  await page.goto(`/console/setup?token=${token}`)
  await page.getByLabel('邮箱').fill('first@1.example')
  await page.getByLabel('姓名').fill('№ 0')
  await page.getByLabel('密码').fill(PASSWORD)
  await page.getByRole('button', { name: '创建账号' }).click()
  await page.getByRole('heading', { level: 1, name: '总览' }).waitFor()

  await page.getByRole('button', { name: '账号' }).click()
  await page.getByText('退出登录').click()
  await page.getByLabel('邮箱').fill('first@1.example')
  await page.getByLabel('密码').fill('not the password at all')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('alert').getByText('邮箱或密码不正确').waitFor()
  await page.getByLabel('密码').fill(PASSWORD)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('heading', { level: 1, name: '总览' }).waitFor()
  expect(faults).toEqual([])
})
