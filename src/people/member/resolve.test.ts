import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Contributor } from '#kernel/contribution'
import type { Db } from '#kernel/host'
import { forget } from './erase.ts'
import { findMember, isSharedId } from './identity.ts'
import { flatten } from './property.ts'
import { BEGINNING, openMembers, type Said } from './resolver.fixture.ts'
import { openMerge, separate, unite } from './unite.ts'

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
      .execute((tx) => w.resolver.resolve(tx as Db, rows, [...w.contributors, stubborn as unknown as Contributor]))
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
      }
      /** The member of a person of the model: by the number its events bear. */
      const idOf = async (person: number) => {
        const number = got[expected.indexOf(person)]?.number ?? 0
        const [row] = await w.query<{ id: string }>(sql`select id from members where number = ${number}`)
        return row?.id ?? ''
      }
      const change = async (name: string, keep: number, merge: number) => {
        const [keepId, mergeId] = [await idOf(keep), await idOf(merge)]
        await w.db.transaction().execute(async (tx) => {
          const at = new Date(BEGINNING)
          if (name === 'member.merged')
            await unite(tx, w.contributors, { keepId, mergeId, at, actor: 'test', mayBeKnown: true })
          else {
            const open = await openMerge(tx, mergeId)
            expect(open && (await separate(tx, w.contributors, open, at))).toBe(true)
          }
        })
        const { aliases: told } = await w.send({ name, memberId: keepId, properties: { keepId, mergeId } })
        for (const a of told) aliases.set(a.number, a.root)
      }
      const seen = () => [...new Set(expected)].filter((p) => p >= 0)
      const merge = async (a: number, b: number) => {
        const roots = [...new Set(seen().map(model.root))]
        const [keep = 0, other = 0] = [roots[a % roots.length], roots[b % roots.length]]
        const [kept, merged] = [model.people[keep], model.people[other]]
        if (keep === other || !kept || !merged || (merged.known && !kept.known)) return
        await change('member.merged', keep, other)
        merged.parent = keep
      }
      const undo = async (n: number) => {
        const open = seen().filter((p) => {
          const { parent } = model.people[p] ?? { parent: null }
          return parent !== null && model.people[parent]?.parent === null
        })
        const other = open[n % open.length]
        const merged = other === undefined ? undefined : model.people[other]
        if (other === undefined || !merged || merged.parent === null) return
        await change('member.unmerged', merged.parent, other)
        Object.assign(merged, { parent: null, apart: true })
      }
      for (const s of steps) {
        if (s === 'batch') await flush()
        else if (s === 'forget') w.resolver.forget()
        else if ('user' in s) {
          expected.push(model.event(s.user, s.device))
          waiting.push({
            userId: s.user && `${prefix}${s.user}`,
            anonymousId: s.device && `${prefix}${s.device}`,
          })
        } else {
          await flush()
          if ('undo' in s) await undo(s.undo)
          else await merge(s.keep, s.merge)
        }
      }
      await flush()
      const roots = expected.map((p) => (p < 0 ? -1 : model.root(p)))
      const rootNumber = got.map(({ number }) => aliases.get(number) ?? number)
      const firsts = (list: readonly number[]) => list.map((x) => list.indexOf(x))
      expect(firsts(rootNumber)).toEqual(firsts(roots))
      expect(firsts(got.map((g) => g.number))).toEqual(firsts(expected))
    }),
    { numRuns: 60 },
  )
})

describe('properties', () => {
  test('the latest time wins whatever order they come in, ties go to the later event', async () => {
    await w.send(identify('late', { city: '上海', plan: 'b' }, 200))
    await w.send(identify('late', { city: '杭州', vip: true }, 100), identify('late', { plan: 'c' }, 200))
    expect(await propertiesOf('late')).toMatchObject({ properties: { city: '上海', plan: 'c', vip: true } })
  })

  test('reserved ones are fields, nested ones are paths, null removes, what does not fit stays a property', async () => {
    await w.send(
      identify('fields', { email: 'Li@example.com', firstName: '雷', lastName: '李', phone: 13812345678 }),
      identify('fields', { address: { city: '上海', zip: '200000' }, birthday: '1990-02-30', avatar: { url: 'x' } }),
      identify('fields', { address: { zip: null } }),
      identify('fields', { a: { b: { c: { d: { e: { f: 1 } } } } }, list: [1, 'x'], '': 1, nul: 'a\0b' }),
    )
    expect(await propertiesOf('fields')).toMatchObject({
      ...{ email: 'Li@example.com', name: '李雷', phone: '13812345678', birthday: null },
      properties: {
        address: { city: '上海' },
        birthday: '1990-02-30',
        a: { b: { c: { d: { e: { f: 1 } } } } },
        list: [1, 'x'],
      },
    })
    const types = await w.query(sql`select path, kind, count from property_types where path like 'a%' order by 1, 2`)
    expect(types).toEqual([
      { path: 'a.b.c.d.e', kind: 'object', count: 1 },
      { path: 'address.city', kind: 'text', count: 1 },
      { path: 'address.zip', kind: 'text', count: 1 },
      { path: 'avatar.url', kind: 'text', count: 1 },
    ])
  })

  test('a group call makes the account and links the member to it', async () => {
    const group = (at: number, groupId: unknown, traits: object): Said => ({
      name: 'member.grouped',
      userId: 'staff',
      at,
      properties: { groupId, traits },
    })
    await w.send(group(20, 'acme', { plan: 'gold' }), group(10, 'acme', { plan: 'old', size: 9 }), group(5, [], {}))
    expect(await propertiesOf('staff')).toMatchObject({ properties: { account: 'acme' } })
    expect(await w.query(sql`select external_id, properties from accounts`)).toEqual([
      { external_id: 'acme', properties: { plan: 'gold', size: 9 } },
    ])
  })

  test('members and the warehouse agree with telling everything in order', { timeout: 120_000 }, async () => {
    const toldOf = (...paths: string[]) =>
      fc.array(
        fc.record({
          path: fc.constantFrom(...paths),
          value: fc.constantFrom('1', '2', null),
          at: fc.integer({ min: 1, max: 6 }),
          cut: fc.boolean(),
        }),
        { minLength: 1, maxLength: 25 },
      )
    // Where an object and a plain value took turns at one path, the warehouse is exact for today, not for the past.
    const lists = fc.oneof(
      fc.tuple(fc.constant([6]), toldOf('a', 'a.b', 'a.b.c', 'a.x')),
      fc.tuple(fc.constant([1, 2, 3, 4, 5, 6]), toldOf('city', 'a.b', 'a.x')),
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(lists, async ([instants, list]) => {
        const userId = `t${run++}`
        const facts: { key: string; value: unknown; at: number; seq: number }[] = []
        let batch: Said[] = []
        const flush = async () => {
          const r = await w.send(...batch)
          for (const f of r.facts)
            facts.push({ key: f.key, value: f.value, at: f.validFrom.getTime() - BEGINNING, seq: Number(f.seq) })
          batch = []
        }
        for (const { path, value, at, cut } of list) {
          batch.push(identify(userId, Object.fromEntries([[path, value]]), at))
          if (cut) await flush()
        }
        await flush()
        for (const until of instants) {
          const held = new Map<string, string>()
          const inOrder = list.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)
          for (const { path, value } of inOrder) {
            for (const other of held.keys())
              if (other.startsWith(`${path}.`) || path.startsWith(`${other}.`)) held.delete(other)
            held.delete(path)
            if (value !== null) held.set(path, value)
          }
          const newest = new Map<string, (typeof facts)[number]>()
          for (const f of facts.filter((x) => x.at <= until && x.key !== 'property:externalId')) {
            const known = newest.get(f.key)
            if (!known || f.at > known.at || (f.at === known.at && f.seq >= known.seq)) newest.set(f.key, f)
          }
          const inWarehouse = [...newest.values()].filter((f) => f.value !== null).map((f) => [f.key.slice(9), f.value])
          expect(inWarehouse.sort(), `at ${until}`).toEqual([...held].sort())
          if (until < 6) continue
          const { properties } = await propertiesOf(userId)
          expect([...flatten(properties)].sort()).toEqual([...held].sort())
        }
      }),
      { numRuns: 80 },
    )
  })
})

test('ids that broken clients share are told from real ones', () => {
  const shared = [
    'guest',
    'null',
    'undefined',
    'TRUE',
    'false',
    'anonymous',
    '0',
    '000',
    '[object Object]',
    'NaN',
    'none',
  ]
  for (const text of [...shared, 'nil', ' ', '', '"null"', '-1', '00000000-0000-0000-0000-000000000000'])
    expect([text, isSharedId(text)]).toEqual([text, true])
  for (const text of ['1', 'u0', 'nullable', 'guest-17', '张三', 'Nana', '10'])
    expect([text, isSharedId(text)]).toEqual([text, false])
})
