// A real Chromium for the tests of the two front ends: launched once per file, a fresh profile per member or operator.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import type { World } from '#test/world'

export type FrontEnd = 'console' | 'portal'

const ROOT = join(import.meta.dirname, '..')
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Nothing that reaches for the network or shares a profile with another run. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** A machine that runs many tests at once is slow, not broken. */
const PATIENCE_MS = 30_000

/** In a UTF-8 locale: without one Chromium calls a file with a Chinese name “download”. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
    env: { ...(process.env as Record<string, string>), LC_ALL: 'C.UTF-8' },
  })

export interface Visitor {
  page: Page
  /** What the page complained of: uncaught errors, and refusals by the content security policy. */
  faults: string[]
}

/** A new profile: no cookies, no storage. Sizes in CSS pixels. */
export async function visit(
  browser: Browser,
  base: string,
  {
    width = 390,
    locale = 'zh',
    theme = 'light',
  }: { width?: number; locale?: 'zh' | 'en'; theme?: 'light' | 'dark' } = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width, height: width < 700 ? 844 : 900 },
    locale: locale === 'zh' ? 'zh-CN' : 'en-US',
    timezoneId: 'Asia/Shanghai',
    colorScheme: theme,
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && /content security policy/i.test(message.text())) faults.push(message.text())
  })
  return { page, faults }
}

/** Goes there as a link in the page does: the front end is loaded once, which takes longer than most of its pages. */
export async function go(page: Page, path: string): Promise<void> {
  if (page.url() === 'about:blank') {
    await page.goto(path)
    return
  }
  const before = await page.evaluateHandle((to) => {
    const isOther = new URL(to, location.href).pathname !== location.pathname
    history.pushState({}, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
    return isOther ? document.querySelector('h1') : null
  }, path)
  // The page before stays until the code of this one is there.
  await page.waitForFunction((heading) => !heading?.isConnected, before)
}

/** The same for a page that may be the one that stands there: nothing is left of what was done on it. */
export async function goAnew(page: Page, path: string): Promise<void> {
  if (page.url() !== 'about:blank') await go(page, '/console/nowhere')
  await go(page, path)
}

/** What axe finds wrong, one line per element; empty is what every screen must answer. */
export async function axeProblems(page: Page): Promise<string[]> {
  // Half a megabyte of script: once a document.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
      // Style sheets and media, for rules that are off or that find nothing here: half of a small page's time.
      preload: false,
    })
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`))
  })
}

/** How far the page is wider than its window; 0 where nothing has to be scrolled sideways. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** The folder of a built front end; builds it where `npm run build` has not yet. */
export async function builtFrontEnd(end: FrontEnd): Promise<string> {
  const folder = join(ROOT, 'dist', end)
  if (!existsSync(join(folder, 'index.html')))
    await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), mode: end, logLevel: 'error' })
  return folder
}

/** Bytes of JavaScript, gzip, that a first visit loads before anything shows: the entry and all it names. */
export function firstLoadBytes(folder: string): number {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="[^"]*?(assets\/[^"]+\.js)"/g)].map((m) => m[1] ?? '')
  if (scripts.length === 0) throw new Error('the page names no script')
  return scripts.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0)
}

/** The sign-in code in the newest mail to a mailbox. */
export async function mailedCode(w: World, email: string): Promise<string> {
  await w.settle()
  const folder = join(w.config.BANYAN_DATA_DIR, 'mail')
  const mails = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  const mail = mails.findLast((m) => m.includes(`To: ${email}`)) ?? ''
  const encoded = /text\/plain[^\n]*\nContent-Transfer-Encoding: base64\n\n([\w+/=\n]+)/.exec(mail)?.[1]
  const text = encoded ? Buffer.from(encoded, 'base64').toString() : mail.slice(mail.indexOf('\n\n'))
  const code = /^\d{6}$/m.exec(text)?.[0]
  if (!code) throw new Error(`no code was mailed to ${email}`)
  return code
}
