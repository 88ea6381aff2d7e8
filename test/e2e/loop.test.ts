// The loop in one test, in a real browser on both sides: a member checks in on the portal, points arrive, a segment is
// entered, its journey sends an inbox message, and the operator sees all of it on the timeline. In both languages, on a
// phone and on a desk.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeProblems, builtFrontEnd, launchChromium, mailedCode, overflow, visit } from '#test/browser'
import { type World, world } from '#test/world'

let w: World
let browser: Browser
let base: string
const OWNER = { email: 'owner@1.example', password: 'a long tea-house password 7' }

beforeAll(async () => {
  ;[w, browser] = await Promise.all([world(), launchChromium(), builtFrontEnd('console'), builtFrontEnd('portal')])
  base = await w.http()
  const { ensureOwner } = await import('#people/operator')
  await ensureOwner(w.host.db, { ...OWNER, now: w.now() })
  const community = (await w.as(w.owner, 'community.create', {
    name: '闵行茶友会',
    type: 'interest',
    admission: 'open',
  })) as { id: string }
  expect(community.id).toBeTruthy()
  const segment = (await w.as(w.owner, 'segment.create', {
    name: '今天打过卡',
    definition: { event: 'checkin.completed', within: '1d' },
  })) as { id: string }
  await w.settle()
  const journey = (await w.as(w.owner, 'journey.create', {
    name: '打卡致谢',
    settings: { reentry: 'always' },
    graph: {
      start: 'entered',
      nodes: {
        entered: { type: 'trigger', on: { segment: segment.id, when: 'entered' }, next: 'thank' },
        thank: {
          type: 'action',
          action: 'message.send',
          input: {
            channel: 'inbox',
            purpose: 'service',
            content: { title: '今日好茶已记下', body: '{{member.name}}，明天见。' },
          },
          next: 'end',
        },
        end: { type: 'exit' },
      },
    },
  })) as { id: string }
  expect(await w.as(w.owner, 'journey.publish', { id: journey.id })).not.toHaveProperty('code')
  await w.settle()
})
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

const LOOKS = [
  { locale: 'zh', width: 390, theme: 'light', checkIn: '打卡', inbox: '消息', points: '获得积分', sent: '完成打卡' },
  {
    locale: 'en',
    width: 1440,
    theme: 'dark',
    checkIn: 'Check in',
    inbox: 'Inbox',
    points: 'Points awarded',
    sent: 'Checked in',
  },
] as const

async function signInToPortal(page: Page, email: string): Promise<string> {
  await page.goto('/')
  await page.locator('input[type=email]').fill(email)
  await page.keyboard.press('Enter')
  const code = page.locator('input[autocomplete=one-time-code]')
  await code.waitFor()
  await code.pressSequentially(await mailedCode(w, email))
  await code.waitFor({ state: 'detached' })
  const answer = await page.request.post('/api/member.me', { data: {} })
  return String((await answer.json()).memberId)
}

async function signInToConsole(page: Page) {
  await page.goto('/console/')
  await page.locator('input[type=email]').fill(OWNER.email)
  await page.locator('input[type=password]').fill(OWNER.password)
  await page.keyboard.press('Enter')
  await page.locator('input[type=password]').waitFor({ state: 'detached' })
}

test.each(LOOKS)('check-in → points → segment → journey → inbox → timeline ($locale, $width px)', async (look) => {
  const { page: member, faults } = await visit(browser, base, look)
  const memberId = await signInToPortal(member, `loop-${look.locale}@1.example`)
  const answered = member.waitForResponse('**/api/checkin.complete')
  await member.getByRole('button', { name: look.checkIn }).first().click()
  await answered
  await w.settle()
  expect(await w.as(w.owner, 'points.balance', { memberId })).toMatchObject({ available: 1 })
  await member.getByRole('navigation').getByRole('link', { name: look.inbox }).click()
  await member.getByText('今日好茶已记下').waitFor()
  expect(await axeProblems(member)).toEqual([])
  expect(await overflow(member)).toBe(0)

  const { page: desk, faults: deskFaults } = await visit(browser, base, look)
  await signInToConsole(desk)
  await desk.goto(`/console/members/${memberId}`)
  await desk.getByText(look.sent).first().waitFor()
  await desk.getByText(look.points).first().waitFor()
  const names = ((await w.as(w.owner, 'member.timeline', { memberId, limit: 100 })) as { items: { name: string }[] })
    .items
  expect(names.map((e) => e.name)).toEqual(
    expect.arrayContaining([
      'checkin.completed',
      'points.awarded',
      'segment.entered',
      'journey.entered',
      'message.sent',
    ]),
  )
  expect(await axeProblems(desk)).toEqual([])
  expect([...faults, ...deskFaults]).toEqual([])
})
