import { maskDeep, maskText } from './mask.ts'
import { profiles } from './profile.ts'
import type { Store } from './stored.ts'

/** Before the external id of whom only an address is known; the address alone says as much. */
const BY_ADDRESS = /^email:/

/**
 * What to call these members in a list: their name, else their external id, by today's identity and masked for who may
 * not see contact details. Nobody is named to who may not see members; anonymous and erased ones have no name.
 */
export async function displayNames(
  ctx: { db: Store; may(right: string): boolean },
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  if (memberIds.length === 0 || !ctx.may('member.read')) return names
  const seesContact = ctx.may('member.see_contact')
  for (const [id, { name, externalId }] of await profiles(ctx.db, [...new Set(memberIds)])) {
    const shown = name ?? externalId?.replace(BY_ADDRESS, '') ?? null
    if (shown !== null) names.set(id, seesContact ? shown : String(maskDeep(shown)))
  }
  return names
}

/** Who these members are, by id, masked for who may not see contact details: an address is often somebody's id. */
export async function shownProfiles(
  ctx: { db: Store; may(right: string): boolean },
  memberIds: readonly string[],
): ReturnType<typeof profiles> {
  const people = await profiles(ctx.db, memberIds)
  if (ctx.may('member.see_contact')) return people
  const masked = (text: string | null) => text && maskText(text)
  return new Map([...people].map(([id, p]) => [id, { externalId: masked(p.externalId), name: masked(p.name) }]))
}
