// `npm test`: installs what the tests need, then every check and every test; ends with `N passed, N failed`.
// --external runs against a PostgreSQL of Debian's, started for the run, in place of the embedded one.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExternal } from './external-postgres.mjs'
import { build, install, root, start } from './ready.mjs'

const args = process.argv.slice(2)
const external = args.includes('--external')
const only = args.filter((a) => a !== '--external')

// Beside the packages, which wait for the network and the disk as this does.
const browser = installChromium()
install()
build()
await browser
// Beside the tests, which leave a sixth of two cores idle.
const checks = checkAll(only.length > 0 ? [] : ['lint', 'types', 'unused', 'generated'])
const server = external ? await startExternal() : null
const folder = mkdtempSync(join(tmpdir(), 'banyan-report-'))
const report = join(folder, 'report.json')
await start('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...only], {
  stdio: 'inherit',
  env: server ? { TEST_DATABASE_URL: server.url } : {},
})
server?.stop()
const results = await checks
const tests = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { numPassedTests: 0, numFailedTests: 1 }
rmSync(folder, { recursive: true, force: true })
for (const { name, ok } of results) console.log(`${ok ? '✓' : '✗'} check:${name}`)
// A file that could not be loaded has no failed test and is a failure all the same.
const broken = (tests.testResults ?? []).filter((f) => f.status === 'failed' && f.assertionResults.every((a) => a.status !== 'failed'))
for (const file of broken) console.log(`✗ ${file.name.replace(`${root}/`, '')} did not run: ${file.message?.split('\n')[0] ?? ''}`)
// An error outside of any test leaves the counts as they are.
const stray = tests.numFailedTests === 0 && broken.length === 0 && tests.success === false ? 1 : 0
if (stray > 0) console.log('✗ an error outside of the tests')
const passed = tests.numPassedTests + results.filter((r) => r.ok).length
const failed = tests.numFailedTests + broken.length + stray + results.filter((r) => !r.ok).length
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

/** One after the other; a failure is told at once. */
async function checkAll(names) {
  const done = []
  for (const name of names) {
    const { status, text } = await start('npm', ['run', '--silent', `check:${name}`])
    if (status !== 0) console.log(`\n✗ check:${name}\n${text}`)
    done.push({ name, ok: status === 0 })
  }
  return done
}

/** Debian's Chromium and a font for Chinese, where root may install them; else the browser tests say what is missing. */
async function installChromium() {
  if (existsSync('/usr/bin/chromium') && existsSync('/usr/share/fonts/opentype/noto')) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log('Installing Chromium and fonts for the browser tests …')
  // One command: this process waits for the packages meanwhile, and reads nothing.
  const { status } = await start(
    'sh',
    ['-c', 'apt-get update -qq; exec apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk'],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { DEBIAN_FRONTEND: 'noninteractive' } },
  )
  if (status === 0) return
  console.error('Chromium could not be installed')
  process.exit(status)
}
