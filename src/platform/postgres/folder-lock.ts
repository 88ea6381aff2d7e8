import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartRefusal } from './start-refusal.ts'

export interface FolderLock {
  release(): void
}

/** Another process (or an earlier lock of this one) holds the folder; `pid` is undefined when it cannot be seen from here. */
export class FolderInUse extends StartRefusal {
  readonly pid: number | undefined

  constructor(folder: string, pid: number | undefined) {
    super('platform.folder_in_use', {
      en: `The data folder ${folder} is in use by ${pid ? `process ${pid}` : 'another process'}. Stop it first, or choose another folder.`,
      zh: `数据目录 ${folder} 正被${pid ? `进程 ${pid} ` : '另一个进程'}使用。请先停止该进程，或改用其他目录。`,
    })
    this.pid = pid
  }
}

// A holder writes its pid a moment after it has the lock, and two that start in the same instant may both be turned
// away once; half a second covers both and still refuses in under a second.
const PATIENCE_MS = 500
// A connection that is collected as garbage lets go of its lock: callers may drop the FolderLock, so they are kept here.
const held = new Set<DatabaseSync>()

const SQLITE_BUSY = 5
const SQLITE_CANTOPEN = 14
const SQLITE_READONLY = 8

/**
 * Takes `<folder>/lock` for this process, creating the folder (0700) when missing. The lock is the operating system's
 * (SQLite's file lock), so it dies with its holder, kill -9 included, and children do not inherit it.
 * Throws FolderInUse, in under a second, when it is taken.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pidFile = join(folder, 'pid')
  const deadline = Date.now() + PATIENCE_MS
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    const database = tryLock(folder)
    if (database) {
      held.add(database)
      writeFileSync(pidFile, `${process.pid}\n`)
      return {
        release() {
          if (!held.delete(database)) return
          rmSync(pidFile, { force: true })
          database.close()
        },
      }
    }
    const pid = livingPid(pidFile)
    if (pid || Date.now() > deadline) throw new FolderInUse(folder, pid)
    Atomics.wait(pause, 0, 0, 10)
  }
}

function tryLock(folder: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database?.close()
    const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
    if (code === SQLITE_BUSY) return undefined
    if (code === SQLITE_CANTOPEN || code === SQLITE_READONLY) {
      throw new StartRefusal('platform.folder_unusable', {
        en: `The data folder ${folder} cannot be written by this account. Start as the account that owns it, or change its owner.`,
        zh: `当前账户无法写入数据目录 ${folder}。请使用拥有该目录的账户启动，或修改目录的所有者。`,
      })
    }
    throw error
  }
}

function livingPid(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
    if (!(pid > 0)) return undefined
    process.kill(pid, 0)
    return pid
  } catch (error) {
    // EPERM: it lives, under another account.
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') {
      return Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
    }
    return undefined
  }
}
