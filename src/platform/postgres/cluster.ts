import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { commandAs, type ServerAccount } from './server-account.ts'
import { StartRefusal } from './start-refusal.ts'

/** Superuser and database of the embedded server; whoever can open its socket's 0700 folder is this user. */
export const USER = 'banyan'
export const DATABASE = 'banyan'

/** Throws StartRefusal when the cluster (which may not exist) was written by another major version. `version`: `postgres --version`. */
export async function checkMajor(cluster: string, version: string): Promise<void> {
  const written = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const ours = /\(PostgreSQL\) (\d+)/.exec(version)?.[1]
  if (!written || written === ours) return
  throw new StartRefusal('platform.postgres_major', {
    en: `The data in ${cluster} was written by PostgreSQL ${written}; this version of Banyan brings PostgreSQL ${ours}. Run \`banyan backup\` with the version that wrote it, then \`banyan restore\` with this one into a new data folder.`,
    zh: `${cluster} 中的数据由 PostgreSQL ${written} 写入，而当前版本的 Banyan 自带 PostgreSQL ${ours}。请先用写入数据的版本执行 \`banyan backup\`，再用当前版本执行 \`banyan restore\`，恢复到新的数据目录。`,
  })
}

/**
 * Makes the cluster unless it is there: under another name first, so that a kill at any moment leaves either none or a
 * whole one. UTF-8 and the built-in C.UTF-8 collation whatever the surroundings say (LANG unset would give SQL_ASCII).
 */
export async function createCluster(cluster: string, binaries: Binaries, account: ServerAccount): Promise<boolean> {
  const existing = await readdir(cluster).catch((): string[] => [])
  if (existing.includes('PG_VERSION')) {
    await giveTo(account, cluster)
    return false
  }
  if (existing.length > 0) throw notACluster(cluster)
  const parent = dirname(cluster)
  const unfinished = `${basename(cluster)}.new-`
  for (const name of await readdir(parent)) {
    // A killed start may have left an initdb that still writes here; what cannot be removed now goes next time.
    if (name.startsWith(unfinished)) await rm(join(parent, name), { recursive: true, force: true }).catch(() => {})
  }
  const fresh = join(parent, unfinished + randomBytes(4).toString('hex'))
  await mkdir(fresh, { mode: 0o700 })
  await giveTo(account, fresh)
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = [`--username=${USER}`, '--auth-local=trust', '--auth-host=reject']
  await run(account, [binaries.initdb, '-D', fresh, ...locale, ...access, '--no-instructions'], '')
  const output = await run(
    account,
    [binaries.postgres, '--single', '-D', fresh, 'postgres'],
    `create database ${DATABASE}\n`,
  )
  if (/ERROR|FATAL|PANIC/.test(output)) throw new Error(`The database could not be created: ${output}`)
  await rename(fresh, cluster)
  await syncFolder(parent)
  return true
}

/** The server wants its files to be its own account's: a cluster may have been made where root's way was another. */
async function giveTo({ ids }: ServerAccount, path: string) {
  if (ids) await promisify(execFile)('chown', ['-R', `${ids.uid}:${ids.gid}`, path])
}

async function syncFolder(path: string) {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Runs to the end and returns all output; throws with it when the exit code is not 0. */
async function run(account: ServerAccount, command: readonly string[], input: string): Promise<string> {
  const { file, args, options } = commandAs(account, command)
  // It takes one second; two minutes allow for the slowest disk.
  const child = spawn(file, args, { ...options, cwd: '/', stdio: 'pipe', timeout: 120_000 })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      // The end tells the reason; 8 kB holds it.
      output = (output + text).slice(-8_192)
    })
  }
  child.stdin.on('error', () => {}).end(input)
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`${basename(command[0] ?? '')} ended with ${code ?? signal}: ${output}`)
  return output
}

function notACluster(cluster: string) {
  return new StartRefusal('platform.folder_unusable', {
    en: `${cluster} is not empty and holds no PostgreSQL data. Move its contents away, or choose another data folder.`,
    zh: `${cluster} 不是空目录，且其中没有 PostgreSQL 数据。请移走其中的内容，或改用其他数据目录。`,
  })
}
