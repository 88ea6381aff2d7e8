import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg, { type PoolConfig } from 'pg'
import { afterAll, beforeAll, expect, type TestContext, test, vi } from 'vitest'
import { findBinaries } from './binaries.ts'
import { type RunningPostgres, startPostgres } from './embedded.ts'
import { createDatabase, dropDatabase, openPostgres } from './postgres.ts'
import { endServer } from './server-process.ts'

const log = { info: () => {}, warn: () => {} }
const settings = { shared_buffers: '16MB' }
const isRoot = process.getuid?.() === 0
const PATH = '/usr/bin:/usr/sbin:/bin:/sbin'
const fixture = fileURLToPath(new URL('./embedded.fixture.ts', import.meta.url))
const nobody = account('nobody')
const postgres = account('postgres')
const base = mkdtempSync(join(tmpdir(), 'banyan-pg-'))
const seed = join(base, 'seed')
const children: ChildProcess[] = []

interface Said {
  pid?: number
  connection?: PoolConfig
  ms?: number
  error?: string
  holder?: number
  drained?: boolean
}

function account(name: string) {
  const line = readFileSync('/etc/passwd', 'utf8').match(new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm'))
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : undefined
}

function start(
  args: string[],
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv; before?: string[] } = {},
) {
  const { before = [], ...rest } = options
  const [file = '', ...more] = [...before, process.execPath, fixture, ...args]
  const child = spawn(file, more, { env: {}, cwd: '/', detached: true, ...rest, stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async (): Promise<Said> => JSON.parse(String((await lines.next()).value))
  return { child, next, lines }
}

/** Signals the whole group, as a terminal or a service manager does, and hears the last words. */
async function end({ child, next }: ReturnType<typeof start>): Promise<Said> {
  const gone = once(child, 'exit')
  process.kill(-(child.pid ?? 0), 'SIGTERM')
  const said = await next()
  await gone
  return said
}

async function killed(child: ChildProcess) {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function ask(connection: PoolConfig | undefined, query: string) {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query({ text: query, rowMode: 'array' })).rows[0]
  } finally {
    await client.end()
  }
}

/** A folder with a stopped cluster in it. */
function seeded(name: string) {
  const folder = join(base, name)
  mkdirSync(folder)
  execFileSync('cp', ['-a', join(seed, 'postgres'), folder])
  return folder
}

const running = (pid: number | undefined) => existsSync(`/proc/${pid}/cwd`)
const serverLog = (folder: string) => readFileSync(join(folder, 'postgres.log'), 'utf8')

beforeAll(async () => {
  const { stop } = await startPostgres({ dataDir: seed, log, settings })
  await stop()
})

afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) await killed(child)
  // After a failed test a server may still run.
  for (const name of readdirSync(base)) await endServer(join(base, name, 'postgres'))
  rmSync(base, { recursive: true, force: true })
})

test('without LANG, and whatever it says, the server is UTF-8 with the built-in collation and durable', async () => {
  for (const [name, env] of [
    ['lang-unset', {}],
    ['lang-gbk', { LANG: 'zh_CN.GBK', LC_ALL: 'zh_CN.GBK', PGPORT: '1', PGSSLMODE: 'require' }],
  ] as const) {
    const server = start([join(base, name)], { env })
    const { connection } = await server.next()
    const query = `select pg_encoding_to_char(encoding), datlocprovider, datlocale, upper('é社'), current_setting('fsync'),
      current_setting('synchronous_commit'), current_setting('listen_addresses'), current_setting('TimeZone'),
      current_setting('transaction_timeout') from pg_database where datname = current_database()`
    expect(await ask(connection, query)).toEqual(['UTF8', 'b', 'C.UTF-8', 'É社', 'on', 'on', '', 'UTC', '0'])
    expect(await end(server)).toEqual({ drained: true })
  }
})

test('signals to the process group pass the server by until it is stopped, and the stop is clean', async () => {
  const folder = seeded('clean')
  const server = start([folder])
  const { pid, connection } = await server.next()
  await ask(connection, 'create table kept as select 1')
  expect(await end(server)).toEqual({ drained: true })
  expect(running(pid)).toBe(false)
  expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false)
  const again = await startPostgres({ dataDir: folder, log, settings })
  expect(await ask(again.connection, 'select * from kept')).toEqual([1])
  await Promise.all([again.stop(), again.stop()])
  expect(serverLog(folder)).not.toContain('not properly shut down')
})

test('after kill -9 the next start ends the orphan with its sessions and keeps what was committed', async () => {
  const folder = seeded('orphan')
  const first = start([folder])
  const { pid, connection } = await first.next()
  await ask(connection, 'create table kept as select 1 as n')
  const session = new pg.Client(connection)
  const ended = new Promise((resolve) => session.on('error', resolve))
  await session.connect()
  await session.query('begin; lock table kept; insert into kept values (2)')
  await killed(first.child)
  expect(running(pid)).toBe(true)
  const second = await startPostgres({ dataDir: folder, log, settings })
  await ended
  expect(running(pid)).toBe(false)
  expect(await ask(second.connection, 'select sum(n)::int from kept')).toEqual([1])
  await second.stop()
})

test('a second start on the folder is refused in less than a second with the pid of the first', async () => {
  const folder = seeded('twice')
  const first = start([folder])
  const { pid } = await first.next()
  const refused = await start([folder]).next()
  expect(refused.holder).toBe(first.child.pid)
  expect(refused.error).toContain(`in use by process ${first.child.pid}`)
  expect(refused.ms).toBeLessThan(1_000)
  expect(running(pid)).toBe(true)
  expect(await end(first)).toEqual({ drained: true })
})

test('a kill -9 while the database is being made leaves no half of it', async () => {
  const folder = join(base, 'half')
  const first = start([folder])
  const unfinished = () => (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.includes('.new-'))
  await vi.waitUntil(() => unfinished().some((name) => existsSync(join(folder, name, 'PG_VERSION'))), {
    timeout: 30_000,
    interval: 5,
  })
  await killed(first.child)
  expect(existsSync(join(folder, 'postgres'))).toBe(false)
  const second = await startPostgres({ dataDir: folder, log, settings })
  expect(await ask(second.connection, 'select current_database()')).toEqual(['banyan'])
  await second.stop()
})

test('a claim left by a server whose number an innocent process has now does not stand in the way', async () => {
  const folder = seeded('stale')
  const innocent = spawn('sleep', ['600'])
  children.push(innocent)
  const claim = [innocent.pid, join(folder, 'postgres'), 1, 5432, '', '', '  1 1', 'ready', '']
  writeFileSync(join(folder, 'postgres', 'postmaster.pid'), claim.join('\n'), { mode: 0o600 })
  const server = await startPostgres({ dataDir: folder, log, settings })
  expect(running(innocent.pid)).toBe(true)
  await server.stop()
})

test('a server that dies is started again at the same address', async () => {
  const server = await startPostgres({ dataDir: seeded('dies'), log, settings })
  const first = server.pid
  process.kill(first, 'SIGKILL')
  await vi.waitUntil(() => ask(server.connection, 'select 1').catch(() => false), { timeout: 30_000, interval: 20 })
  expect(server.pid).not.toBe(first)
  await server.stop()
  expect(running(server.pid)).toBe(false)
})

test('a path of 120 bytes moves the socket, not the data', async () => {
  const folder = seeded('数据 folder'.padEnd(120 - base.length, 'x'))
  const server = await startPostgres({ dataDir: folder, log, settings })
  const { host } = server.connection
  expect(Buffer.byteLength(folder)).toBeGreaterThanOrEqual(120)
  expect(host).toMatch(/\/banyan-[0-9a-f]{16}$/)
  const query = `select current_setting('data_directory')`
  expect(await ask({ connectionString: server.url }, query)).toEqual([join(folder, 'postgres')])
  await server.stop()
  expect(existsSync(host ?? '')).toBe(false)
})

test('data of another major version is refused and the way across is named', async () => {
  const folder = seeded('major')
  writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '17\n')
  const attempt = () => startPostgres({ dataDir: folder, log, settings })
  await expect(attempt()).rejects.toThrow(/written by PostgreSQL 17.*`banyan backup`.*`banyan restore`/)
  // The refusal lets go of the folder.
  await expect(attempt()).rejects.toThrow('由 PostgreSQL 17 写入')
})

test('a setting the server does not know is told with its own words', async () => {
  const start = startPostgres({ dataDir: seeded('setting'), log, settings: { wal_compression: 'wrong' } })
  await expect(start).rejects.toThrow('invalid value for parameter "wal_compression"')
})

test('four servers run at the same time with the default settings', async () => {
  const folders = ['a', 'b', 'c', 'd'].map((name) => seeded(`four-${name}`))
  const servers = await Promise.all(folders.map((dataDir) => startPostgres({ dataDir, log })))
  const answers = await Promise.all(servers.map(({ connection }) => ask(connection, `show data_directory`)))
  expect(answers.flat()).toEqual(folders.map((folder) => join(folder, 'postgres')))
  await Promise.all(servers.map((server) => server.stop()))
})

test('databases are copied and dropped, by the embedded connection and by a URL', async () => {
  const server = await startPostgres({ dataDir: seeded('databases'), log, settings })
  const byUrl = await openPostgres({ databaseUrl: server.url, dataDir: join(base, 'unused'), log })
  for (const connection of [server.connection, byUrl.connection]) {
    const source = await createDatabase(connection, 'source "one"')
    await ask(source, 'create table kept as select 7')
    const copy = await createDatabase(connection, 'copy', 'source "one"')
    expect(await ask(copy, 'select * from kept')).toEqual([7])
    await dropDatabase(connection, 'copy')
    await dropDatabase(connection, 'copy')
    await dropDatabase(connection, 'source "one"')
    await expect(ask(copy, 'select 1')).rejects.toThrow('does not exist')
  }
  await byUrl.stop()
  expect(existsSync(join(base, 'unused'))).toBe(false)
  await server.stop()
})

function asRootOnly(context: TestContext) {
  if (!isRoot) context.skip('needs root')
}

test('an ordinary user can start, and root after it on the same folder', async (context) => {
  asRootOnly(context)
  if (!nobody) return context.skip('no account nobody')
  const reach = spawnSync(process.execPath, ['--check', fixture], { ...nobody, cwd: '/' })
  if (reach.status !== 0) context.skip('the clone is closed to the account nobody')
  const open = mkdtempSync(join(tmpdir(), 'banyan-pg-user-'))
  chownSync(open, nobody.uid, nobody.gid)
  const folder = join(open, 'data')
  const server = start([folder], nobody)
  const { pid, error } = await server.next()
  expect(error).toBeUndefined()
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toContain(`\nUid:\t${nobody.uid}\t`)
  expect(await end(server)).toEqual({ drained: true })

  const root = await startPostgres({ dataDir: folder, log, settings })
  expect(readFileSync(`/proc/${root.pid}/status`, 'utf8')).toContain(`\nUid:\t${nobody.uid}\t`)
  await root.stop()
  rmSync(open, { recursive: true })
})

test('as root, programs and data may lie below a folder closed to others', async (context) => {
  asRootOnly(context)
  const closed = mkdtempSync(join(base, 'closed-'))
  execFileSync('cp', ['-a', join(dirname(findBinaries().postgres), '..'), join(closed, 'native')])
  const server = await startPostgres({ dataDir: join(closed, 'data'), native: join(closed, 'native'), log, settings })
  expect(await ask(server.connection, 'select 1')).toEqual([1])
  await server.stop()
})

/**
 * The fixture where user namespaces are forbidden and root may not look into other accounts' processes, as in a
 * container; `accounts` is how many account numbers exist there.
 */
async function startConfined(folder: string, accounts: number) {
  const enter = 'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set -sys_ptrace "$@"'
  const script = `echo {}; read -r go; exec sh -c '${enter}' sh "$@"`
  const server = start([folder], { before: ['unshare', '--user', 'sh', '-c', script, 'sh'], env: { PATH } })
  await server.next()
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${server.child.pid}/${map}`, `0 0 ${accounts}`)
  server.child.stdin.end('\n')
  return server
}

test('as root without user namespaces the account postgres serves, below a closed folder too', async (context) => {
  asRootOnly(context)
  if (!postgres) return context.skip('no account postgres')
  const folder = join(base, 'confined')
  const first = await startConfined(folder, 4_294_967_295)
  const { pid, error } = await first.next()
  expect(error).toBeUndefined()
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toContain(`\nUid:\t${postgres.uid}\t`)
  await killed(first.child)
  expect(running(pid)).toBe(true)
  const inside = ['nsenter', '--user', `--target=${pid}`, 'setpriv', '--bounding-set', '-sys_ptrace']
  const second = start([folder], { before: inside, env: { PATH } })
  const next = await second.next()
  expect(next.error).toBeUndefined()
  expect(running(pid)).toBe(false)
  expect(await end(second)).toEqual({ drained: true })
  expect(running(next.pid)).toBe(false)
})

test('as root with no way at all it is said what to do', async (context) => {
  asRootOnly(context)
  const { error } = await (await startConfined(join(base, 'none'), 1)).next()
  expect(error).toContain('PostgreSQL does not run as root')
  expect(error).toContain('PostgreSQL 不能以 root 身份运行')
})

test('a stopped server may be started again by the same process', async () => {
  const dataDir = seeded('again')
  const servers: RunningPostgres[] = []
  for (let round = 0; round < 2; round++) {
    const server = await startPostgres({ dataDir, log, settings })
    servers.push(server)
    await server.stop()
  }
  expect(new Set(servers.map(({ pid }) => pid)).size).toBe(2)
})
