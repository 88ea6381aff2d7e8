// Cold start (empty and with data), memory of all our processes when idle (PSS), and what the browsers load first.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const PORT = 4791
const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-'))

async function start() {
  const began = performance.now()
  const server = spawn(process.execPath, ['src/app/cli.ts', 'serve'], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '', PORT: String(PORT), BANYAN_DATA_DIR: folder, BANYAN_LOG: 'silent' },
  })
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => null)
    if (ready?.ok) break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return { server, seconds: (performance.now() - began) / 1000 }
}
const stop = (server: ReturnType<typeof spawn>) =>
  new Promise((resolve) => {
    server.once('exit', resolve)
    server.kill('SIGTERM')
  })

/** Proportional set size of a process and all below it, in MB. */
function memory(root: number): number {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = read(`/proc/${name}/stat`)
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    parents.set(Number(name), parent)
  }
  const postmaster = Number(read(join(folder, 'postgres/postmaster.pid')).split('\n')[0])
  const ours = [...parents.keys()].filter((pid) => {
    for (let p: number | undefined = pid; p; p = parents.get(p)) if (p === root || p === postmaster) return true
    return false
  })
  return (
    ours.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0) /
    1024
  )
}
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function firstLoad(end: string): number {
  const dist = join(import.meta.dirname, '../dist', end)
  if (!existsSync(join(dist, 'index.html'))) return 0
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="[^"]*?(assets\/[^"]+\.js)"/g)].map((m) => m[1] ?? '')
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0) / 1024
}

const first = await start()
console.log(`cold start, empty folder: ${first.seconds.toFixed(1)} s`)
await stop(first.server)
const second = await start()
console.log(`cold start, with data: ${second.seconds.toFixed(1)} s`)
await new Promise((resolve) => setTimeout(resolve, 60_000))
console.log(`memory, 60 s idle (PSS of all processes): ${Math.round(memory(second.server.pid ?? 0))} MB`)
await stop(second.server)
for (const end of ['console', 'portal'])
  console.log(`${end}, first load: ${Math.round(firstLoad(end))} KB of JavaScript, gzip`)
rmSync(folder, { recursive: true, force: true })
