import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { StartRefusal } from './start-refusal.ts'

/** Under which account the server's programs run: a command put before theirs, and the ids to take on. */
export interface ServerAccount {
  readonly before: readonly string[]
  /** Ids of an account that is not ours; its folders are given to it. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined
  /** Whether the process itself takes the ids on (else `before` does). */
  readonly switches: boolean
}

interface PasswdEntry {
  name: string
  uid: number
  gid: number
}

// Nothing of the caller's surroundings reaches the server: no LANG, PG* or secrets. LC_ALL must be a locale that exists everywhere.
const SERVER_ENV = { PATH: '/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin', LC_ALL: 'C', TZ: 'UTC' }

const OURSELVES: ServerAccount = { before: [], ids: undefined, switches: false }

/** File, arguments and options to spawn `command` under the account. */
export function commandAs(account: ServerAccount, command: readonly string[]) {
  const [file = '', ...args] = [...account.before, ...command]
  return { file, args, options: { env: SERVER_ENV, ...(account.switches ? account.ids : {}) } }
}

/**
 * Chooses the account for the cluster in `cluster` (which may not exist yet) below `folder`. PostgreSQL refuses to run
 * as root, so root tries, in turn: a user namespace (its files stay root's, so folders closed to others are no
 * obstacle), then the account `postgres`. A cluster that already belongs to another account keeps it.
 * Returns the account and the programs' version line. Throws StartRefusal when nothing works.
 */
export async function chooseAccount(
  folder: string,
  cluster: string,
  binaries: Binaries,
): Promise<{ account: ServerAccount; version: string }> {
  const own = process.getuid?.() ?? 0
  const owner = await stat(cluster).catch(() => undefined)
  if (own !== 0 && owner && owner.uid !== own) throw notOurs(cluster, owner.uid)
  const reasons: string[] = []
  for (const account of own === 0 ? accountsForRoot(owner) : [OURSELVES]) {
    const answer = await probe(account, folder, binaries)
    if (answer.version) return { account, version: answer.version }
    reasons.push(`- ${account.before[0] ?? (account.ids ? `uid ${account.ids.uid}` : `uid ${own}`)}: ${answer.reason}`)
  }
  throw own === 0 ? noAccountForRoot(folder, reasons) : notRunnable(binaries, reasons)
}

function accountsForRoot(owner: { uid: number; gid: number } | undefined): ServerAccount[] {
  const entries = passwd()
  const accounts: ServerAccount[] = []
  // initdb looks its own user up by number, so the number mapped to must be one the system knows; which one is no matter.
  const mapped = entries.find((entry) => entry.uid !== 0)
  if (!owner?.uid && mapped && process.platform === 'linux') {
    accounts.push({
      before: ['unshare', '--user', `--map-user=${mapped.uid}`, '--'],
      ids: undefined,
      switches: false,
    })
  }
  const other = owner?.uid ? owner : entries.find((entry) => entry.name === 'postgres')
  if (other) {
    const ids = { uid: other.uid, gid: other.gid }
    accounts.push({ before: [], ids, switches: true })
    // The same account, let through folders that are closed to it: root may do this where user namespaces are forbidden.
    const passing = '-all,+dac_override'
    const drop = ['--reuid', `${ids.uid}`, '--regid', `${ids.gid}`, '--clear-groups']
    accounts.push({
      before: ['setpriv', ...drop, '--inh-caps', passing, '--ambient-caps', passing, '--'],
      ids,
      switches: false,
    })
  }
  return accounts
}

function passwd(): PasswdEntry[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && /^\d+$/.test(fields[2] ?? ''))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}

/** Whether the account is not root, can enter the folder, and can run the server's program with its libraries. */
async function probe(account: ServerAccount, folder: string, { postgres }: Binaries) {
  const script = 'if [ "$(id -u)" = 0 ]; then echo "still root" >&2; exit 1; fi; cd "$1" && exec "$2" --version'
  const { file, args, options } = commandAs(account, ['/bin/sh', '-c', script, 'sh', folder, postgres])
  try {
    const { stdout } = await promisify(execFile)(file, args, { ...options, cwd: '/', timeout: 10_000 })
    return { version: stdout.trim() }
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return { reason: (stderr || String(error)).slice(0, 300) }
  }
}

function notOurs(cluster: string, uid: number) {
  return new StartRefusal('platform.folder_unusable', {
    en: `The database in ${cluster} belongs to another account (uid ${uid}). Start as that account, or change the owner.`,
    zh: `${cluster} 中的数据库属于另一个账户（uid ${uid}）。请使用该账户启动，或修改目录的所有者。`,
  })
}

function notRunnable(binaries: Binaries, reasons: string[]) {
  return new StartRefusal('platform.postgres_not_runnable', {
    en: `PostgreSQL (${binaries.postgres}) does not run here:\n${reasons.join('\n')}\nSet DATABASE_URL to use another server.`,
    zh: `PostgreSQL（${binaries.postgres}）无法在本机运行：\n${reasons.join('\n')}\n可设置 DATABASE_URL 使用其他服务器。`,
  })
}

function noAccountForRoot(folder: string, reasons: string[]) {
  return new StartRefusal('platform.postgres_as_root', {
    en: `PostgreSQL does not run as root, and no other way was found:\n${reasons.join('\n')}\nStart as an ordinary user who owns ${folder}, allow user namespaces, add an account named postgres, or set DATABASE_URL.`,
    zh: `PostgreSQL 不能以 root 身份运行，且没有找到其他方式：\n${reasons.join('\n')}\n请使用拥有 ${folder} 的普通用户启动，或允许用户命名空间（user namespace），或添加名为 postgres 的账户，或设置 DATABASE_URL。`,
  })
}
