// What every script needs before it can run: packages installed, and the Node that came with them. Plain JavaScript
// for any Node ≥ 20, since it runs before anything is there.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
export const node = join(root, 'node_modules/node/bin/node')

/** Runs a command in the project's folder with its tools on the path; ends this process when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options, env: environment(options.env) })
  if (result.status !== 0 && !options.mayFail) {
    console.error(`\n${command} ${args.join(' ')} failed (${result.status ?? result.signal ?? result.error?.message})`)
    process.exit(result.status || 1)
  }
  return result
}

/** The same beside what else goes on: its status, and what it printed unless that is shown. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options, env: environment(options.env) })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (text += part))
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: 1, text: error.message }))
    child.once('close', (status) => resolve({ status: status ?? 1, text }))
  })
}

/** The project's own Node and tools come first, whatever Node started this. */
export function environment(more = {}) {
  const path = [join(root, 'node_modules/node/bin'), join(root, 'node_modules/.bin'), process.env.PATH].join(':')
  return { ...process.env, PATH: path, ...more }
}

/** Installs when the lockfile is newer than what is installed, then checks what must answer. */
export function install() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installed) || changed(join(root, 'package-lock.json')) > changed(installed)) {
    console.log('Installing packages · 正在安装依赖 …')
    run('npm', ['install', '--no-fund', '--no-audit', '--loglevel=error'])
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''
  if (!version.startsWith('v24.')) {
    console.error(`Node 24 is needed and should have come with the packages; found "${version}". Run: npm install`)
    process.exit(1)
  }
}

const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0)

/** The newest change below these folders. */
function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}

/** Builds the two front ends when a source is newer than what was built. */
export function build() {
  const built = Math.min(changed(join(root, 'dist/console/index.html')), changed(join(root, 'dist/portal/index.html')))
  const sources = ['src', 'vite.config.ts', 'package-lock.json'].map((name) => newest(join(root, name)))
  if (built > Math.max(...sources)) return
  console.log('Building the console and the portal · 正在构建前端 …')
  run('npm', ['run', 'build', '--silent'])
}
