import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Connection = { readonly chdbConnection: unique symbol }

export interface NativeAnswer {
  readonly bytes: Uint8Array
  readonly elapsed: number
  /** Rows of the result; after an INSERT from a file, rows written. */
  readonly rowsRead: number
}

export interface Chdb {
  CreateConnection(folder: string, engineArguments?: readonly string[]): Connection
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<NativeAnswer>
  CloseConnection(connection: Connection): void
}

/**
 * chDB's addon itself. The package's `Session` puts off closing a connection until every statement of the process that
 * runs at that moment has ended: with one connection a statement, a long report would hold thousands of them
 * (100 KB each). The addon closes at once; only an idle connection may be closed (a busy one aborts the engine).
 */
export function loadChdb(): Chdb {
  const require = createRequire(import.meta.url)
  const loader = join(dirname(require.resolve('chdb')), 'dist', 'loader.js')
  return (require(loader) as { loadNative(): Chdb }).loadNative()
}
