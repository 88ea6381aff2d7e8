// Largest contentful paint of the first pages, in Chromium, on a brand with the sample: the portal as a phone sees it
// (4 × slower processor, 1.6 Mbit/s, 150 ms), the console as a desk does (no throttle). A cold cache each time.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cookie, chromium, type Page } from 'playwright-core'

const PORT = 4795
const BASE = `http://127.0.0.1:${PORT}`
const RUNS = 5
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']

const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const server = spawn(process.execPath, ['src/app/cli.ts', 'serve'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    PATH: process.env.PATH ?? '',
    PORT: String(PORT),
    BANYAN_DATA_DIR: folder,
    BANYAN_LOG: 'silent',
    BANYAN_SAMPLE: 'on',
  },
})
const token = await new Promise<string>((resolve) => {
  let said = ''
  server.stdout.on('data', (text: Buffer) => {
    said += text.toString()
    const link = /setup\?token=(\S+)/.exec(said)?.[1]
    if (link) resolve(link)
  })
})
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })

/** The owner's session. */
async function signedIn(): Promise<Cookie[]> {
  const context = await browser.newContext({ baseURL: BASE })
  const owner = { token, email: 'bench@example.com', password: 'a long enough sentence', name: 'Bench' }
  const answer = await context.request.post('/api/operator.setup', { data: owner })
  if (!answer.ok()) throw new Error(await answer.text())
  const cookies = await context.cookies()
  await context.close()
  return cookies
}

async function throttle(page: Page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1024 * 1024) / 8,
    uploadThroughput: (750 * 1024) / 8,
  })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
}

async function paint(path: string, { phone, cookies = [] }: { phone: boolean; cookies?: Cookie[] }): Promise<number> {
  const context = await browser.newContext({
    baseURL: BASE,
    locale: 'zh-CN',
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    serviceWorkers: 'block',
  })
  await context.addCookies(cookies)
  const page = await context.newPage()
  if (phone) await throttle(page)
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) Object.assign(globalThis, { painted: entry.startTime })
    }).observe({ type: 'largest-contentful-paint', buffered: true })
  })
  await page.goto(path)
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(1000)
  const painted = await page.evaluate(() => (globalThis as { painted?: number }).painted ?? 0)
  await context.close()
  return painted
}

try {
  const cookies = await signedIn()
  for (const [name, path, how, reach] of [
    ['portal, public home, phone', '/', { phone: true }, 1500],
    ['console, sign-in', '/console', { phone: false }, 2000],
    ['console, overview of the sample', '/console', { phone: false, cookies }, 2000],
    ['console, members of the sample', '/console/members', { phone: false, cookies }, 2000],
  ] as const) {
    const times: number[] = []
    for (let i = 0; i < RUNS; i++) times.push(await paint(path, how))
    const median = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0
    console.log(`${name.padEnd(36)} LCP ${Math.round(median)} ms (reach ${reach} ms)`)
  }
} finally {
  await browser.close()
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
}
