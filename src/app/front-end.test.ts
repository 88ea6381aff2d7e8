import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtFrontEnd, launchChromium, visit } from '#test/browser'
import { type World, world } from '#test/world'

let w: World
let base: string
let browser: Browser
beforeAll(async () => {
  const folder = await builtFrontEnd('portal')
  if (!readFileSync(join(folder, 'index.html'), 'utf8').includes('<template'))
    execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/pack.mjs')])
  ;[w, browser] = await Promise.all([world(), launchChromium()])
  base = await w.http()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await w?.end()
})

const HOSTILE = '</script><script>alert(1)</script><!--<script>'
const page = async (headers: Record<string, string> = {}, path = '/') => {
  const answer = await fetch(base + path, { headers })
  return { status: answer.status, headers: answer.headers, html: await answer.text() }
}
const carried = (html: string) =>
  JSON.parse(/<script type="application\/json" id="brand">([^<]*)<\/script>/.exec(html)?.[1] ?? 'null')
const rename = async (name: string) => {
  await w.as(w.owner, 'brand.update', { name: { en: name, zh: name } })
  await w.settle()
}

test('every address of the portal is one page that carries the brand, and is another when the brand is', async () => {
  await rename('Before')
  const before = await page()
  expect(carried(before.html)).toEqual(await w.as(w.public, 'brand.get'))
  expect(before.html).toContain('<title>Before</title>')
  expect(before.headers.get('cache-control')).toBe('no-cache')
  const etag = before.headers.get('etag') ?? ''
  expect(await page({ 'if-none-match': `"other", ${etag}` }, '/points')).toMatchObject({ status: 304, html: '' })
  await rename('After')
  const after = await page({ 'if-none-match': etag }, '/points')
  expect(after).toMatchObject({ status: 200 })
  expect(carried(after.html)).toMatchObject({ name: { en: 'After', zh: 'After' } })
  // Nothing personal: who asks makes no difference, nor how it is packed.
  expect((await page({ cookie: 'session=somebody', 'accept-encoding': 'identity' })).html).toBe(after.html)
})

test('a hostile name of a brand is text and nothing else', async () => {
  await rename('Plain')
  const tags = (html: string) => html.match(/<\/?\w+/g)
  const plain = await page()
  await rename(HOSTILE)
  const hostile = await page()
  expect(tags(hostile.html)).toEqual(tags(plain.html))
  expect(carried(hostile.html)).toMatchObject({ name: { en: HOSTILE, zh: HOSTILE } })
  const policy = hostile.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'self';")
  expect(policy).not.toMatch(/script-src|unsafe-eval|default-src[^;]*unsafe/)
  const visitor = await visit(browser, base)
  const asked: string[] = []
  const alerts: string[] = []
  visitor.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  visitor.page.on('dialog', (dialog) => {
    alerts.push(dialog.message())
    void dialog.dismiss()
  })
  await visitor.page.goto('/')
  await visitor.page.locator('input[type=email]:not([readonly])').waitFor()
  expect(await visitor.page.getByText(HOSTILE).count()).toBeGreaterThan(0)
  expect(await visitor.page.title()).toContain(HOSTILE)
  expect(visitor.faults).toEqual([])
  expect(alerts).toEqual([])
  // It came with the page.
  expect(asked).not.toContain('/api/brand.get')
  await visitor.page.context().close()
})

/** A page whose own script never comes. */
async function withoutScript(locale: 'zh' | 'en', path: string, kept: Record<string, string> = {}): Promise<Page> {
  const { page } = await visit(browser, base, { locale, theme: 'dark' })
  await page.route('**/assets/index-*.js', (route) => route.abort())
  await page.addInitScript((entries) => {
    for (const [key, value] of entries) localStorage.setItem(key, value)
  }, Object.entries(kept))
  await page.goto(path)
  return page
}

test('the door is seen before the script is there, by whoever will come to it, and cannot be written on', async () => {
  await w.as(w.owner, 'brand.update', { name: { en: 'Shanyue Tea', zh: '山月茶' } })
  await w.settle()
  const english = await withoutScript('en', '/')
  await english.getByText('Shanyue Tea').waitFor()
  await english.getByText('Sign in or join').waitFor()
  expect(await english.locator('html').getAttribute('data-theme')).toBe('dark')
  expect(await english.locator('#app > [inert] input:not([readonly])').count()).toBe(0)
  // The language that was chosen here goes before the browser's.
  const chosen = await withoutScript('en', '/sign-in', { 'banyan.locale': 'zh' })
  await chosen.getByText('山月茶').waitFor()
  for (const page of [await withoutScript('zh', '/', { 'banyan.member': '1' }), await withoutScript('zh', '/points')]) {
    expect(await page.locator('#app').innerHTML()).toBe('')
    await page.context().close()
  }
  // The real one takes the picture's place.
  await english.unroute('**/assets/index-*.js')
  await english.reload()
  await english.locator('input[type=email]:not([readonly])').fill('somebody@example.com')
  expect(await english.locator('[inert]').count()).toBe(0)
  expect(await english.getByText('Sign in or join').count()).toBe(1)
  await english.context().close()
  await chosen.context().close()
})
