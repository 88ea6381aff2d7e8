// Pictures of a shared dashboard, drawn by a Chromium of this machine. The page gets its files and its numbers from us,
// request by request; whatever else it asks for is refused, so that nothing it shows comes from anywhere else.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Locale } from '#kernel/text'
import { Gate } from '#platform/clickhouse/gate'
import { configFromEnvironment } from '#platform/config'
import { contentType } from '#platform/content-type'
import type { Format } from './tables.ts'

/** Where systems put it. */
const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser that draws; null where there is none. */
export function drawing(): string | null {
  const { BANYAN_CHROMIUM: named } = configFromEnvironment()
  if (named === 'off') return null
  return (named ? [named] : USUAL).find((path) => existsSync(path)) ?? null
}

export const NO_BROWSER = 'no_browser'

/** A browser takes some 300 MB while it draws. */
const gate = new Gate(1, 20)
const PATIENCE_MS = 60_000
const WIDTH = 1240
/** A page longer than this no reader of PDF shows well. */
const MOST_HEIGHT = 12_000
const DIST = join(import.meta.dirname, '../../../dist/console')
/** A name that leads nowhere: every request is answered here. */
const ORIGIN = 'http://banyan.invalid'

interface Picture {
  format: Format
  language: Locale
  timezone: string
  /** What `dashboard.open_link` would answer. */
  opened: object
  /** What `dashboard.read_tile` would answer, by tile; absent where it failed. */
  answers: ReadonlyMap<string, object>
  signal: AbortSignal
}

/** Throws when the browser cannot be started or the page does not come to its end. */
export async function draw(path: string, picture: Picture): Promise<Uint8Array> {
  if (!(await gate.enter(picture.signal))) throw new Error('too many pictures are waiting')
  try {
    const { chromium } = await import('playwright-core')
    const browser = await chromium.launch({
      executablePath: path,
      // Chromium refuses its sandbox to root.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
      timeout: PATIENCE_MS,
    })
    const stop = () => void browser.close()
    picture.signal.addEventListener('abort', stop, { once: true })
    try {
      const context = await browser.newContext({
        viewport: { width: WIDTH, height: 900 },
        deviceScaleFactor: 2,
        locale: picture.language === 'zh' ? 'zh-CN' : 'en-US',
        timezoneId: picture.timezone,
        colorScheme: 'light',
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(PATIENCE_MS)
      const page = await context.newPage()
      await page.route('**/*', async (route) => {
        const { status, type, body } = await answerTo(route.request().url(), route.request().postData(), picture)
        await route.fulfill({ status, contentType: type, body: Buffer.from(body) })
      })
      await page.goto(`${ORIGIN}/console/shared/${NOBODY}#${'x'.repeat(43)}`)
      await page.waitForSelector('[data-drawn="true"]')
      await page.waitForLoadState('networkidle')
      const full = await page.evaluate(() => document.documentElement.scrollHeight)
      const height = Math.min(full, MOST_HEIGHT)
      await page.setViewportSize({ width: WIDTH, height })
      if (picture.format === 'png') return await page.screenshot({ type: 'png' })
      return await page.pdf({ width: `${WIDTH}px`, height: `${height + 1}px`, printBackground: true, pageRanges: '1' })
    } finally {
      picture.signal.removeEventListener('abort', stop)
      await browser.close()
    }
  } finally {
    gate.leave()
  }
}

const NOBODY = '00000000-0000-7000-8000-000000000000'
const nothing = { status: 404, type: 'application/json', body: '{}' }

async function answerTo(url: string, posted: string | null, { opened, answers }: Picture) {
  const { origin, pathname } = new URL(url)
  if (origin !== ORIGIN) return nothing
  const told = (of: object) => ({ status: 200, type: 'application/json', body: JSON.stringify(of) })
  if (pathname === '/api/dashboard.open_link') return told(opened)
  if (pathname === '/api/dashboard.read_tile') {
    const answer = answers.get(String((JSON.parse(posted ?? '{}') as { tileId?: unknown }).tileId))
    return answer ? told({ answer }) : nothing
  }
  if (!pathname.startsWith('/console/')) return nothing
  const file = normalize(join(DIST, decodeURIComponent(pathname.slice('/console/'.length))))
  const isShell = extname(file) === ''
  if (!isShell && !file.startsWith(DIST + sep)) return nothing
  const path = isShell ? join(DIST, 'index.html') : file
  const body = await readFile(path).catch(() => null)
  return body ? { status: 200, type: contentType(path), body } : nothing
}
