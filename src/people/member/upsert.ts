// Creating and updating members from outside: by the API, imports, journeys. Always many at a time.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Contributor } from '#kernel/contribution'
import { inWords } from '#kernel/flaw'
import { action, named, propertiesInput } from './declare.ts'
import { created, merged, updated } from './events.ts'
import { addIdentity, type Identities, isSharedId, MOST_ID_LENGTH } from './identity.ts'
import { flatten } from './property.ts'
import { createRoster, type Joined, type Person, type Roster, whileOutdated } from './roster.ts'
import { applyChanges, OUTDATED, placeNow, type Store } from './stored.ts'

const id = z
  .string()
  .min(1)
  .max(MOST_ID_LENGTH)
  .refine(
    (text) => !isSharedId(text),
    inWords('an id that stands for nobody in particular', '公用占位标识不代表具体的人，不能用作成员标识'),
  )

const input = z
  .object({
    externalId: id.optional(),
    properties: propertiesInput.default({}),
    identities: z
      .array(z.object({ kind: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/), value: id }))
      .max(20)
      .default([]),
  })
  .refine(
    (i) => i.externalId !== undefined || i.identities.length > 0,
    inWords('externalId or identities is needed', 'externalId 与 identities 至少填写一项'),
  )

const output = z.object({ ...named, created: z.boolean() })

interface Call {
  input: z.output<typeof input>
  at: Date
}
interface Upserted {
  person: Person
  created: boolean
  /** Given to a member that had none. */
  externalId: string | undefined
  news: Readonly<Record<string, unknown>>
}

export const upsert = action('member.upsert', {
  title: { en: 'Create or update a member', zh: '创建或更新成员' },
  input,
  output,
  offeredTo: ['operator', 'journey'],
  needs: 'member.write',
  on: 'brand',
  withinScope: true,
  emits: [created, updated, merged],
  fails: OUTDATED,
  async run(ctx, call) {
    const { scope } = ctx.actor
    const mine = async (ids: readonly string[]) => {
      if (scope.kind === 'all' || ids.length === 0) return true
      const { rows } = await sql`select 1 from members m where m.id = any(${ids}::uuid[])
        and not (${ctx.inScope(sql.ref('m.id'))})`.execute(ctx.db)
      return rows.length === 0
    }
    const { results, joined } = await upsertMany(
      ctx.db,
      ctx.contributors,
      ctx.actor.id,
      [{ input: call, at: ctx.now }],
      {
        mayTouch: async (ids) => (await mine(ids)) || ctx.fail('member.unknown'),
        ownerId: scope.kind === 'own' ? scope.operatorId : null,
      },
    )
    const [result] = results
    if (!result) throw new Error('no answer')
    for (const { keep, merge } of joined)
      ctx.emit(merged, { keepId: keep.id, mergeId: merge.id }, { memberId: keep.id })
    const told = eventOf(result)
    const owner = result.created && scope.kind === 'own' ? { ownerId: scope.operatorId } : {}
    if (told) ctx.emit(told.event, { ...told.data, ...owner }, { memberId: result.person.id })
    ctx.note({ memberId: result.person.id, created: result.created, changed: Object.keys(result.news) })
    return answerOf(result)
  },
  async runMany(ctx, calls) {
    const { results, joined } = await upsertMany(ctx.db, ctx.contributors, 'machine:member', calls)
    const cause = calls[0]?.cause ?? ''
    for (const { keep, merge } of joined)
      ctx.emit(merged, { keepId: keep.id, mergeId: merge.id }, { memberId: keep.id, cause })
    results.forEach((result, i) => {
      const told = eventOf(result)
      const call = calls[i]
      if (told && call) ctx.emit(told.event, told.data, { memberId: result.person.id, cause: call.cause, at: call.at })
    })
    return results.map(answerOf)
  },
})

function eventOf({ created: isNew, news, externalId }: Upserted) {
  const data = { properties: { ...news }, ...(externalId === undefined ? {} : { externalId }) }
  if (isNew) return { event: created, data }
  return Object.keys(news).length > 0 || externalId !== undefined ? { event: updated, data } : null
}

const answerOf = ({ person, created: isNew }: Upserted) => ({
  memberId: person.id,
  externalId: person.externalId,
  created: isNew,
})

interface Limits {
  /** Throws when the caller may not touch these members. */
  mayTouch?: (ids: readonly string[]) => Promise<unknown>
  /** Who looks after new members. */
  ownerId?: string | null
}

async function upsertMany(
  db: Store,
  contributors: readonly Contributor[],
  actor: string,
  calls: readonly Call[],
  { mayTouch, ownerId = null }: Limits = {},
): Promise<{ results: Upserted[]; joined: readonly Joined[] }> {
  const attempt = async () => {
    const roster = createRoster()
    const wanted: Identities = new Map()
    const named = calls.flatMap(identitiesOf)
    for (const { kind, value } of named) addIdentity(wanted, kind, value)
    await roster.load(db, wanted)
    await mayTouch?.([...new Set(named.flatMap((i) => holderOf(roster, i)?.id ?? []))])
    const placed = calls.map((call) => place(roster, call)).map((p) => ({ ...p, person: roster.rootOf(p.person) }))
    const done = await roster.write(db, contributors, actor)
    if (ownerId && done.people.size > 0)
      await sql`update members set owner_id = ${ownerId}
        where id = any(${[...done.people.keys()].map((p) => p.id)}::uuid[])`.execute(db)
    const seq = await placeNow(db)
    const changed = await applyChanges(
      db,
      calls.map((call, i) => {
        const id = placed[i]?.person.id ?? ''
        return { memberId: id, rootId: id, at: call.at.getTime(), seq, values: flatten(call.input.properties) }
      }),
    )
    const results = placed.map((p, i) => ({ ...p, news: Object.fromEntries(changed[i]?.news ?? []) }))
    return { results, joined: done.unions }
  }
  return whileOutdated(db, () => {}, attempt)
}

interface Identity {
  kind: string
  value: string
}

/** What a call names the member by, the strongest first. */
const identitiesOf = ({ input: { externalId, identities } }: Call): Identity[] => [
  ...(externalId === undefined ? [] : [{ kind: 'externalId', value: externalId }]),
  ...identities,
]

function holderOf(roster: Roster, { kind, value }: Identity): Person | undefined {
  const person = roster.lookup(kind, value)
  return person && roster.rootOf(person)
}

/** Finds or makes the member of a call and gives it all its identities. */
function place(roster: Roster, call: Call): Omit<Upserted, 'news'> {
  const { at, input } = call
  const externalId = input.externalId ?? null
  const named = identitiesOf(call)
  const holders = named.flatMap((i) => holderOf(roster, i) ?? [])
  const owner = externalId === null ? holders[0] : holderOf(roster, { kind: 'externalId', value: externalId })
  const heir = owner ?? holders.find((p) => roster.isClaimable(p) || (p.status === 'known' && p.externalId === null))
  const isKnown = externalId !== null || input.identities.some((i) => i.kind !== 'anonymousId')
  const person = heir ?? roster.create(isKnown ? 'known' : 'anonymous', externalId, at)
  const isNamed = heir !== undefined && owner === undefined
  if (heir && (isNamed || (isKnown && roster.isClaimable(heir)))) roster.claim(heir, isNamed ? externalId : null, at)
  for (const identity of named) {
    const holder = holderOf(roster, identity)
    if (!holder) roster.link(identity.kind, identity.value, person, at)
    else if (holder === person) continue
    else if (roster.isClaimable(holder)) roster.join(person, holder, at, 0n)
    else roster.propose(person, holder, 'identity', at)
  }
  return { person, created: !heir, externalId: (isNamed || !heir) && externalId !== null ? externalId : undefined }
}
