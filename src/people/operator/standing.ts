// What whoever made something may still do: for what goes on without them, such as links they shared.
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Role } from '#kernel/capability'
import type { Scope } from '#kernel/context'
import { type OperatorRole, type StoredScope, scopeOf } from './tables.ts'

export interface Standing {
  scope: Scope
  /** Whether it holds a right that these roles hold beside the owner. */
  may(right: string, roles: readonly Role[]): boolean
}

/** Today's standing of an actor by its id; null when the account is switched off, the key revoked, or none is known. */
export async function standingOf(db: QueryExecutorProvider, actorId: string): Promise<Standing | null> {
  const [kind, id = ''] = actorId.split(':')
  if (!/^[0-9a-f-]{36}$/i.test(id)) return null
  if (kind === 'operator') {
    const { rows } = await sql<{ role: OperatorRole; scope: StoredScope }>`
      select role, scope from operators where id = ${id} and disabled_at is null`.execute(db)
    const [row] = rows
    if (!row) return null
    return { scope: scopeOf(row.scope, id), may: (_, roles) => row.role === 'owner' || roles.includes(row.role) }
  }
  if (kind !== 'key') return null
  const { rows } = await sql<{ rights: string[]; scope: StoredScope; created_by: string | null }>`
    select rights, scope, created_by from api_keys where id = ${id} and revoked_at is null`.execute(db)
  const [key] = rows
  if (!key) return null
  return {
    scope: scopeOf(key.scope, key.created_by ?? ''),
    may: (right) => key.rights.includes('*') || key.rights.includes(right),
  }
}
