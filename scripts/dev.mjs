// `npm run dev`: the server restarts when its sources change; both front ends reload in the browser by themselves.
import { spawn } from 'node:child_process'
import { environment, install, node, root } from './ready.mjs'

install()
const port = process.env.PORT || '4000'
const env = environment({ PORT: port, BANYAN_SAMPLE: process.env.BANYAN_SAMPLE || 'on' })
const start = (command, args) => spawn(command, args, { cwd: root, stdio: 'inherit', env })
const children = [
  start(node, ['--watch-path=src', 'src/app/cli.ts', 'serve']),
  start('vite', ['--mode', 'console', '--port', String(Number(port) + 1)]),
  start('vite', ['--mode', 'portal', '--port', String(Number(port) + 2)]),
]
console.log(`console http://localhost:${Number(port) + 1}/console/   portal http://localhost:${Number(port) + 2}/`)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => children.forEach((child) => child.kill(signal)))
