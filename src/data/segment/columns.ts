// Properties of members as conditions see them: the last value of each, whichever of the member's identities told it.
import { z } from 'zod'
import type { Context, Warehouse } from '#kernel/context'
import { maskDeep } from '#people/member'
import { rootOf } from './query.ts'

/** Paths of properties to show beside a member. */
export const columns = z
  .array(z.string().min(1).max(500))
  .max(50)
  .meta({ en: 'Columns', zh: '列', description: 'Paths of properties' })

type Values = Record<string, string | number | boolean | null>

/** What holds of these members at these paths, masked for who may not see contact details. */
export async function propertiesOf(
  ctx: { warehouse: Warehouse; seesContact: boolean },
  memberIds: readonly string[],
  paths: readonly string[],
  lane: 'interactive' | 'background' = 'interactive',
): Promise<Map<string, Values>> {
  if (memberIds.length === 0 || paths.length === 0) return new Map()
  const rows = await ctx.warehouse.query<{ id: string; path: string; value: string; kind: string }>(
    `WITH own AS (SELECT number, memberId FROM members WHERE memberId IN (SELECT toUUID(arrayJoin({ids:Array(String)}))))
     SELECT toString(any(own.memberId)) AS id, substring(f.key, 10) AS path,
       argMax((f.value, toString(f.kind)), (f.validFrom, f.seq)) AS last, last.1 AS value, last.2 AS kind
     FROM (SELECT ${rootOf('member')} AS root, key, value, kind, validFrom, seq FROM facts
       WHERE key IN {keys:Array(String)} AND (member IN (SELECT number FROM own)
         OR member IN (SELECT toUInt32(number) FROM aliases WHERE root IN (SELECT toUInt64(number) FROM own)))) AS f
     JOIN own ON own.number = f.root GROUP BY own.number, f.key`,
    { ids: [...memberIds], keys: paths.map((p) => `property:${p}`) },
    { lane },
  )
  const all = new Map<string, Values>()
  for (const { id, path, value, kind } of rows) {
    const values = all.get(id) ?? {}
    all.set(id, values)
    const shown = ctx.seesContact ? value : String(maskDeep(value, path))
    if (kind === 'none') values[path] = null
    else if (kind === 'bool') values[path] = value === 'true'
    else if (kind === 'number' && shown === value) values[path] = Number(value)
    else values[path] = shown
  }
  return all
}

export const seesContact = (ctx: Pick<Context<never>, 'may'>) => ctx.may('member.see_contact')
