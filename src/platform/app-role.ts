// The role that runs operations. It may read and write rows and neither change tables nor, where rows are only ever
// added, change or delete them. The platform connects with `-c role=banyan_app` once this has answered true.
import { sql } from 'kysely'
import type { Db } from '#kernel/host'
import { JOBS_SCHEMA } from './jobs.ts'

export const APP_ROLE = 'banyan_app'

/** A number of our own: two processes that grant at once would trip over each other's catalogue rows. */
const LOCK = 724_413

/**
 * Creates the role where the connected user may, and (again at each start, after the migrations) grants what it needs.
 * `appendOnly` names tables whose rows nobody changes. Answers false where the user may not make the role: then the
 * triggers of these tables are the only protection.
 */
export async function ensureAppRole(
  db: Db,
  appendOnly: readonly string[],
  schemas: readonly string[] = ['public', JOBS_SCHEMA],
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const tx = transaction as Db
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx)
    if (!(await mayBecome(tx))) return false
    const role = sql.id(APP_ROLE)
    const there = await sql<{ name: string }>`
      select nspname as name from pg_namespace where nspname = any(${schemas}::text[])`.execute(tx)
    for (const schema of there.rows.map(({ name }) => sql.id(name))) {
      await sql`grant usage on schema ${schema} to ${role}`.execute(tx)
      for (const [rights, objects] of [
        [sql`select, insert, update, delete`, sql`tables`],
        [sql`usage, select`, sql`sequences`],
      ] as const) {
        await sql`grant ${rights} on all ${objects} in schema ${schema} to ${role}`.execute(tx)
        await sql`alter default privileges in schema ${schema} grant ${rights} on ${objects} to ${role}`.execute(tx)
      }
    }
    for (const table of appendOnly)
      await sql`revoke update, delete, truncate on ${sql.table(table)} from ${role}`.execute(tx)
    return true
  })
}

/** Whether the role is there and the connected user may take it; makes it when possible. */
async function mayBecome(tx: Db): Promise<boolean> {
  const { rows } = await sql<{ there: boolean; makes: boolean; superuser: boolean }>`
    select exists (select from pg_roles where rolname = ${APP_ROLE}) as there,
      rolsuper or rolcreaterole as makes, rolsuper as superuser
    from pg_roles where rolname = current_user`.execute(tx)
  const user = rows[0]
  if (!user || (!user.there && !user.makes)) return false
  // Roles belong to the whole server: a process on another of its databases may be making this one now.
  if (!user.there)
    await sql`do $$ begin create role ${sql.id(APP_ROLE)} nologin;
      exception when duplicate_object or unique_violation then null; end $$`.execute(tx)
  if (user.superuser) return true
  const becomes = async () => {
    const answer = await sql<{ may: boolean }>`
      select pg_has_role(current_user, ${APP_ROLE}, 'set') as may`.execute(tx)
    return answer.rows[0]?.may === true
  }
  if (await becomes()) return true
  if (!user.makes) return false
  await sql`do $$ begin execute format('grant %I to %I', '${sql.raw(APP_ROLE)}', current_user);
    exception when insufficient_privilege then null; end $$`.execute(tx)
  return becomes()
}
