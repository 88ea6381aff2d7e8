// `npm run up`: installs, builds, starts; on the first start with a sample brand.
import { spawn } from 'node:child_process'
import { build, environment, install, node, root } from './ready.mjs'

install()
build()
// A larger young generation: what a batch makes is garbage by the next one, and need not be moved twice.
const server = spawn(node, ['--max-semi-space-size=64', 'src/app/cli.ts', 'serve'], {
  cwd: root,
  stdio: 'inherit',
  env: environment({ BANYAN_SAMPLE: process.env.BANYAN_SAMPLE || 'on' }),
})
// The server drains and ends by itself; we only pass the word on and wait.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
server.on('exit', (code) => process.exit(code ?? 1))
