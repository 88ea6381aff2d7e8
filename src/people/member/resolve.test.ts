import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Db } from '#kernel/host'
import { forget } from './erase.ts'
import { findMember, isSharedId } from './identity.ts'
import { BEGINNING, openMembers, type Said } from './resolver.fixture.ts'
import { unite } from './unite.ts'

let w: Awaited<ReturnType<typeof openMembers>>
beforeAll(async () => {
  w = await openMembers()
})
afterAll(() => w.end())

const identify = (userId: string, traits: Record<string, unknown>, at?: number, anonymousId?: string): Said => ({
  name: 'member.identified',
  userId,
  properties: { traits },
  ...(at === undefined ? {} : { at }),
  ...(anonymousId ? { anonymousId } : {}),
})
const propertiesOf = async (userId: string) => {
  const id = await findMember(w.db, { externalId: userId })
  const [row] = await w.query<Record<string, unknown>>(sql`select * from members where id = ${id}`)
  return row ?? {}
}

describe('whose an event is', () => {
  test('an anonymous member becomes the user who signs in, and keeps its number', async () => {
    const first = await w.send({ anonymousId: 'k1' })
    const then = await w.send({ anonymousId: 'k1', userId: 'known-1' }, { userId: 'known-1' }, { anonymousId: 'k1' })
    expect(then.of.map((o) => o.memberId)).toEqual(Array(3).fill(first.of[0]?.memberId))
    expect(then.of.map((o) => o.number)).toEqual(Array(3).fill(first.of[0]?.number))
    expect(then.members).toEqual([])
    expect(then.facts).toMatchObject([{ key: 'property:externalId', value: 'known-1' }])
  })

  test('an anonymous member is merged into a user who exists, under its own number', async () => {
    const user = (await w.send({ userId: 'known-2' })).of[0]
    const visitor = (await w.send({ anonymousId: 'k2' })).of[0]
    const both = await w.send({ userId: 'known-2', anonymousId: 'k2' }, { anonymousId: 'k2' })
    expect(both.of).toEqual([user, { number: visitor?.number, memberId: user?.memberId }])
    expect(both.aliases).toMatchObject([{ number: visitor?.number, root: user?.number }])
    expect(both.emitted).toMatchObject([
      { name: 'member.merged', properties: JSON.stringify({ keepId: user?.memberId, mergeId: visitor?.memberId }) },
    ])
    expect(await findMember(w.db, { memberId: visitor?.memberId ?? '' })).toBe(user?.memberId)
  })

  test('on a shared device each event counts for the user it names, the device for the first', async () => {
    const [ann, bob, device] = (
      await w.send(
        { userId: 'ann', anonymousId: 'tablet' },
        { userId: 'bob', anonymousId: 'tablet' },
        { anonymousId: 'tablet' },
      )
    ).of
    expect(bob?.memberId).not.toBe(ann?.memberId)
    expect(device?.memberId).toBe(ann?.memberId)
  })

  test('numbers are dense in the order of first sight, through a batch that is rolled back too', async () => {
    const [next] = await w.query<{ next: number }>(sql`select next from member_numbers`)
    await expect(
      w.db.transaction().execute(async (tx) => {
        await w.resolver.resolve(tx as Db, [w.row({ userId: 'd1' }), w.row({ anonymousId: 'd2' })], w.contributors)
        throw new Error('lost')
      }),
    ).rejects.toThrow('lost')
    w.resolver.forget()
    const { of } = await w.send({ userId: 'd1' }, { anonymousId: 'd2' }, { userId: 'd1' }, {})
    expect(of.map((o) => o.number - (next?.next ?? 0))).toEqual([0, 1, 0, -(next?.next ?? 0)])
    expect(of[3]).toEqual({ number: 0, memberId: '' })
  })

  test('alias: an anonymous id goes to the user, two users become a proposal only', async () => {
    const alias = (userId: string, previousId: string): Said => ({
      name: 'member.aliased',
      userId,
      properties: { previousId },
    })
    const visitor = (await w.send({ anonymousId: 'al-1' })).of[0]
    const claimed = (await w.send(alias('al-user', 'al-1'))).of[0]
    expect(claimed).toEqual(visitor)
    const other = (await w.send({ userId: 'al-other' })).of[0]
    const both = await w.send(alias('al-user', 'al-other'), { userId: 'al-other' })
    expect(both.of[1]).toEqual(other)
    expect(await w.query(sql`select keep_id, merge_id, reason from merge_proposals`)).toEqual([
      { keep_id: visitor?.memberId, merge_id: other?.memberId, reason: 'alias' },
    ])
    const fresh = await w.send(alias('al-new', 'never-seen'), { anonymousId: 'never-seen' })
    expect(fresh.of[1]?.memberId).toBe(fresh.of[0]?.memberId)
  })

  test('an identity an action makes at the same moment is found, not made twice', async () => {
    const id = randomUUID()
    const made = Promise.withResolvers<void>()
    const blocked = Promise.withResolvers<void>()
    const action = w.db.transaction().execute(async (tx) => {
      await sql`insert into members (id, root_id, status, external_id, created_at)
        values (${id}, ${id}, 'known', 'race', now())`.execute(tx)
      await sql`insert into member_seen values (${id}, '-infinity')`.execute(tx)
      await sql`insert into identities values ('externalId', 'race', ${id}, now())`.execute(tx)
      made.resolve()
      await blocked.promise
    })
    await made.promise
    const resolution = w.send({ userId: 'race' }, { userId: 'race-other' })
    await vi.waitUntil(async () => (await w.query(sql`select 1 from pg_locks where not granted`)).length > 0, 10_000)
    blocked.resolve()
    await action
    const { of, members } = await resolution
    expect(of[0]?.memberId).toBe(id)
    expect(members.map((m) => m.memberId).sort()).toEqual(of.map((o) => o.memberId).sort())
  })

  test('events of an erased member that were on their way do not make it again', async () => {
    const { of } = await w.send({ userId: 'gone', anonymousId: 'gone-phone' })
    const id = of[0]?.memberId ?? ''
    await forget(w.db, [id], new Date(BEGINNING + 1_000_000))
    w.resolver.forget()
    const late = await w.send(identify('gone', { email: 'gone@example.com' }))
    expect(late.of).toEqual([{ number: of[0]?.number, memberId: '' }])
    expect(late.facts).toEqual([])
    await forget(w.db, [id], new Date(BEGINNING))
    await sql`update erased_identities set at = ${new Date(BEGINNING)}`.execute(w.db)
    const back = await w.send({ userId: 'gone' })
    expect(back.of[0]?.number).toBeGreaterThan(of[0]?.number ?? 0)
  })

  test('a member some capability cannot merge stays by itself, and nobody waits for it', async () => {
    const stubborn = {
      name: 'stubborn',
      onMerge: async () => {
        throw new Error('cannot')
      },
    }
    const user = (await w.send({ userId: 'st-user' })).of[0]
    const visitor = (await w.send({ anonymousId: 'st-visitor' })).of[0]
    const rows = [{ userId: 'st-user', anonymousId: 'st-visitor' }, { anonymousId: 'st-visitor' }].map(w.row)
    const { of, emitted } = await w.db
      .transaction()
      .execute((tx) => w.resolver.resolve(tx as Db, rows, [...w.contributors, stubborn]))
    expect([of, emitted]).toEqual([[user, visitor], []])
  })
})

/** Identity as the contract says it, one event at a time, with lists. */
function naive() {
  const people: { known: boolean; apart: boolean; parent: number | null }[] = []
  const holders = new Map<string, number>()
  const root = (i: number): number => {
    const { parent } = people[i] ?? { parent: null }
    return parent === null ? i : root(parent)
  }
  const add = (known: boolean, ...keys: string[]) => {
    people.push({ known, apart: false, parent: null })
    for (const key of keys) holders.set(key, people.length - 1)
    return people.length - 1
  }
  const free = (i: number) => people[root(i)]?.known === false && !people[root(i)]?.apart
  return {
    people,
    root,
    event(user: string | null, device: string | null): number {
      const held = device === null ? undefined : holders.get(`a${device}`)
      if (user === null) return device === null ? -1 : (held ?? add(false, `a${device}`))
      const there = holders.get(`u${user}`)
      if (there === undefined && held !== undefined && free(held)) {
        const claimed = people[root(held)]
        if (claimed) claimed.known = true
        holders.set(`u${user}`, root(held))
        return root(held)
      }
      const person = there ?? add(true, `u${user}`)
      if (device !== null && held === undefined) holders.set(`a${device}`, person)
      if (held !== undefined && root(held) !== root(person) && free(held)) {
        const merged = people[root(held)]
        if (merged) merged.parent = root(person)
      }
      return person
    },
  }
}

test('for any events, merges and batches, identity is what the contract says', { timeout: 120_000 }, async () => {
  const id = fc.option(fc.constantFrom('1', '2', '3', '4'), { nil: null })
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ user: id, device: id }) },
    { weight: 1, arbitrary: fc.record({ keep: fc.nat(), merge: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ undo: fc.nat() }) },
    { weight: 2, arbitrary: fc.constant('batch' as const) },
    { weight: 1, arbitrary: fc.constant('forget' as const) },
  )
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const prefix = `p${run++}-`
      const model = naive()
      const expected: number[] = []
      const got: { number: number; memberId: string }[] = []
      const aliases = new Map<number, number>()
      const ids: string[] = []
      let waiting: Said[] = []
      const flush = async () => {
        const batch = waiting
        waiting = []
        for (let next = batch; next.length > 0; ) {
          const r = await w.send(...next)
          if (next === batch) got.push(...r.of.slice(0, batch.filter((s) => s.memberId === undefined).length))
          for (const a of r.aliases) aliases.set(a.number, a.root)
          next = r.emitted.map((e) => ({
            name: e.name,
            memberId: e.memberId ?? '',
            properties: JSON.parse(e.properties) as Record<string, unknown>,
          }))
        }
        expected.forEach((person, i) => {
          if (person >= 0) ids[person] ??= got[i]?.memberId ?? ''
        })
      }
      const undone: { keep: number; merge: number }[] = []
      for (const s of steps) {
        if (s === 'batch') await flush()
        else if (s === 'forget') w.resolver.forget()
        else if ('user' in s) {
          expected.push(model.event(s.user, s.device))
          waiting.push({
            userId: s.user && `${prefix}${s.user}`,
            anonymousId: s.device && `${prefix}${s.device}`,
          })
        } else await flush()
      }
      await flush()
      const roots = expected.map((p) => (p < 0 ? -1 : model.root(p)))
      const rootNumber = got.map(({ number }) => aliases.get(number) ?? number)
      const firsts = (list: readonly number[]) => list.map((x) => list.indexOf(x))
      expect(firsts(rootNumber)).toEqual(firsts(roots))
      expect(firsts(got.map((g) => g.number))).toEqual(firsts(expected))
      expect(undone).toEqual([])
    }),
    { numRuns: 60 },
  )
})
