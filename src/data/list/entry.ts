// What stands on a list: a text as it was given, and whose it is today. Members that have no external id stand by their
// own, so that a segment's visitors can be put on a list as well.
import { type QueryExecutorProvider, sql } from 'kysely'
import { isId } from '#kernel/ids'
import { findMember, membersByExternalId, profiles } from '#people/member'

const OWN = 'member:'

/** Today's members of these entries; those nobody goes by are left out. */
export async function ownersOf(db: QueryExecutorProvider, entries: readonly string[]): Promise<Map<string, string>> {
  const owners = new Map(await membersByExternalId(db, entries))
  for (const entry of entries) {
    const memberId = entry.startsWith(OWN) ? entry.slice(OWN.length) : ''
    if (owners.has(entry) || !isId(memberId)) continue
    const found = await findMember(db, { memberId })
    if (found) owners.set(entry, found)
  }
  return owners
}

/** The entries of members: by external id where they have one. Members that are not there are left out. */
export async function entriesOf(db: QueryExecutorProvider, memberIds: readonly string[]): Promise<string[]> {
  const people = await profiles(db, memberIds)
  return memberIds.flatMap((memberId) => {
    const person = people.get(memberId)
    return person ? [person.externalId ?? `${OWN}${memberId}`] : []
  })
}

/** What to show of an entry: the id as given, null where it stands for a member without one. */
export const idOfEntry = (entry: string): string | null => (entry.startsWith(OWN) ? null : entry)

/** Of these members those that some entry of the list stands for, each with its entries. */
export async function entriesByMember(
  db: QueryExecutorProvider,
  list: string,
  memberIds: readonly string[],
): Promise<Map<string, string[]>> {
  // One text: escaping an array of 100,000 on our side takes longer than the rest.
  const { rows } = await sql<{ member_id: string; external_id: string }>`select member_id, external_id
    from list_entries join (select v::uuid as id from string_to_table(${memberIds.join()}::text, ',') as v where v <> '') m
      on m.id = member_id where list_id = ${list}`.execute(db)
  const byMember = new Map<string, string[]>()
  for (const row of rows) byMember.set(row.member_id, [...(byMember.get(row.member_id) ?? []), row.external_id])
  return byMember
}
