// A separate PostgreSQL for `npm test -- --external`: Debian's binaries on a folder of their own, on loopback.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function startExternal() {
  const bin = findBinaries()
  const folder = mkdtempSync(join(tmpdir(), 'banyan-external-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  const account = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  if (account.uid) for (const path of [folder, data]) chownSync(path, account.uid, account.gid)
  const options = { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } }
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'banyan', '--auth=trust', '--encoding=UTF8'], options)
  if (made.status !== 0) throw new Error('initdb failed')
  const port = await freePort()
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=200', '-c', 'log_min_messages=panic'], options)
  const url = `postgres://banyan@127.0.0.1:${port}/postgres`
  for (let tries = 0; spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).status !== 0; tries++) {
    if (tries > 300) throw new Error('the external PostgreSQL did not start')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url,
    stop() {
      server.kill('SIGINT')
      server.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    },
  }
}

function findBinaries() {
  const base = '/usr/lib/postgresql'
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((v) => join(base, v, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
  if (!found) throw new Error('no PostgreSQL of Debian is installed: apt-get install postgresql')
  return found
}

const idOf = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
