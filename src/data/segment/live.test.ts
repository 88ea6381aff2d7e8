// Live membership through the front door against the plain reading: random definitions, and lives of which events come
// late and early, members are merged and taken apart again, definitions change, and time passes.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type World, world } from '#test/world'
import { type Condition, condition, textOf } from './condition.ts'
import { BASE, definition, EDGES, edge, PLACES, STORES, TOPICS } from './history.fixture.ts'
import { holds, type Past } from './reference.fixture.ts'
import { tracker } from './tracker.fixture.ts'

// biome-ignore lint/style/noProcessEnv: how long a run is and which one are for whoever runs the test to say
const { BANYAN_LIVES, BANYAN_SEED } = process.env
const LIVES = Number(BANYAN_LIVES ?? 2)
const SEED = Number(BANYAN_SEED ?? Math.floor(Math.random() * 2 ** 31))

let w: World
/** Where the stores are, by the ids they have here. */
const stores = new Map<string, { name: string; point: readonly [number, number] }>()
const idOf = new Map<string, string>()
let track: Awaited<ReturnType<typeof tracker>>
beforeAll(async () => {
  console.info(`${LIVES} lives, seed ${SEED}`)
  w = await world()
  track = await tracker(w)
  for (const [key, preset] of TOPICS)
    await w.as(w.owner, 'topic.create', { key, title: key, default: preset ? 'optOut' : 'optIn' })
  for (const [id, store] of STORES) {
    const made = await ask('store.create', store)
    idOf.set(id, String(made.id))
    stores.set(String(made.id), store)
  }
})
afterAll(() => w.end())

type Answer = Record<string, unknown>
const ask = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer

const scalar = fc.constantFrom<unknown>('10', 10, 10.5, -3, true, 'abc', 'a', '会员', '2026-03-01', '2026-03-02')
const user = fc.nat(3)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('track' as const),
      user,
      name: fc.constantFrom('a', 'b', 'c.one'),
      at: edge,
      properties: fc.record({ x: scalar, y: scalar, a: fc.record({ b: scalar }) }, { requiredKeys: [] }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('identify' as const),
      user,
      at: edge,
      properties: fc.record({ x: scalar, y: scalar, 'with space': scalar }, { requiredKeys: [] }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), keep: user, merge: user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unmerge' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('locate' as const), user, point: fc.option(fc.constantFrom(...PLACES)) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('define' as const), which: fc.nat(2), as: definition() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(...EDGES.slice(1), 1, 4999) }),
  },
)
const life = fc.record({
  definitions: fc.array(definition(), { minLength: 3, maxLength: 3 }),
  steps: fc.array(step, { minLength: 8, maxLength: 14 }),
})
/** Lists would have to be made; they are tried elsewhere. */
const isPlain = (raw: unknown) => !textOf(raw).includes('"list"')

const withStores = (raw: unknown): unknown =>
  JSON.parse([...idOf].reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(raw)))

let lives = 0
it('is what the plain reading says, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(life, async ({ definitions, steps }) => {
      const prefix = `life${++lives}:`
      const start = w.now().getTime()
      const shift = start - BASE
      const told: Past[] = [0, 1, 2, 3].map(() => ({ memberId: '', events: [], facts: [] }))
      const rootOf = [0, 1, 2, 3]
      const merges: { id: string; keep: number; merge: number; roots: number[] }[] = []
      let seq = 0
      const parsed = (raw: unknown): Condition => condition.parse(isPlain(raw) ? withStores(raw) : { event: 'a' })
      const current = definitions.map(parsed)
      const ids: string[] = []
      for (const [i, d] of current.entries())
        ids.push((await ask('segment.create', { name: `${prefix}${i}`, definition: d as Answer })).id as string)
      await w.settle()

      const known = new Set<number>()
      const whole = (root: number): Past => {
        const mine = told.filter((_, i) => rootOf[i] === root)
        return {
          memberId: told[root]?.memberId ?? '',
          events: mine.flatMap((p) => p.events),
          facts: mine.flatMap((p) => p.facts),
        }
      }
      const reading = (at: number) => ({ at, zone: 'Asia/Shanghai', topics: TOPICS, stores })
      const expected = (i: number, at: number) =>
        [...known].filter((u) => rootOf[u] === u && holds(current[i] as Condition, whole(u), reading(at)))
      async function compare() {
        const now = w.now().getTime()
        for (const [i, id] of ids.entries()) {
          const { items } = (await ask('segment.members', { id, limit: 200 })) as { items: { memberId: string }[] }
          const mine = items.flatMap((m) => {
            const u = told.findIndex((p) => p.memberId === m.memberId)
            return u < 0 ? [] : [u]
          })
          expect({ i, now, members: mine.sort() }).toEqual({ i, now, members: expected(i, now).sort() })
        }
      }
      /** The told instant is the first at which the answer flips. */
      async function compareNext(i: number, u: number) {
        const now = w.now().getTime()
        const seen = await ask('segment.explain', { id: ids[i] as string, memberId: told[u]?.memberId })
        const says = (at: number) => holds(current[i] as Condition, whole(u), reading(at))
        expect(seen.member).toBe(says(now))
        const next = seen.nextChangeAt === null ? null : Date.parse(seen.nextChangeAt as string)
        const marks = [...whole(u).events, ...whole(u).facts].flatMap((e) =>
          EDGES.flatMap((d) => [e.t + d, e.t + d + 1]),
        )
        for (const t of marks.filter((t) => t > now && (next === null || t < next)))
          expect({ t, says: says(t) }).toEqual({ t, says: seen.member })
        if (next !== null) expect([says(next - 1), says(next)]).toEqual([seen.member, !seen.member])
      }

      for (const s of steps) {
        if (s.do === 'wait') await w.at(new Date(w.now().getTime() + s.ms).toISOString())
        else if (s.do === 'track' || s.do === 'identify') {
          // More than a day ahead is not believed.
          const t = Math.min(s.at + shift, w.now().getTime() + 80_000_000)
          const at = new Date(t).toISOString()
          const name = s.do === 'track' ? s.name : 'member.identified'
          const sent = { user: `${prefix}${s.user}`, properties: s.properties, at }
          await track(s.do === 'track' ? { ...sent, event: s.name } : sent)
          const past = told[s.user] as Past
          seq++
          const kind = s.do === 'track' ? ('client' as const) : ('system' as const)
          const event = { name, class: kind, t, seq, properties: s.do === 'track' ? s.properties : {} }
          const facts =
            s.do === 'track'
              ? []
              : Object.entries(s.properties).map(([key, value]) => ({ key: `property:${key}`, value, t, seq }))
          if (!known.has(s.user)) {
            const { memberId } = await ask('member.get', { externalId: sent.user })
            told[s.user] = { ...past, memberId: memberId as string }
            known.add(s.user)
          }
          const was = told[s.user] as Past
          told[s.user] = { ...was, events: [...was.events, event], facts: [...was.facts, ...facts] }
        } else if (s.do === 'locate') {
          if (!known.has(s.user)) continue
          const who = told[rootOf[s.user] as number] as Past
          const { memberId } = who
          if (s.point) {
            expect(await ask('location.allow', { memberId })).toEqual({ allowed: true })
            expect(await ask('location.tell', { memberId, point: s.point })).toEqual({ point: s.point })
          } else await ask('location.withdraw', { memberId })
          const fact = { key: 'coordinates', value: s.point, t: w.now().getTime(), seq: ++seq }
          told[rootOf[s.user] as number] = { ...who, facts: [...who.facts, fact] }
        } else if (s.do === 'merge') {
          const [keep, merge] = [rootOf[s.keep] as number, rootOf[s.merge] as number]
          if (keep === merge || !known.has(keep) || !known.has(merge)) continue
          const input = { keepId: told[keep]?.memberId, mergeId: told[merge]?.memberId }
          const { mergeId } = await ask('member.merge', input)
          merges.push({ id: mergeId as string, keep, merge, roots: [...rootOf] })
          for (const u of rootOf.keys()) if (rootOf[u] === merge) rootOf[u] = keep
        } else if (s.do === 'unmerge') {
          const last = merges.pop()
          if (!last) continue
          expect(await ask('member.unmerge', { mergeId: last.id })).not.toHaveProperty('code')
          rootOf.splice(0, 4, ...last.roots)
        } else {
          current[s.which] = parsed(s.as)
          await ask('segment.update', { id: ids[s.which] as string, definition: current[s.which] as Answer })
        }
        await w.settle()
        await compare()
      }
      for (const u of known) if (rootOf[u] === u) for (const i of ids.keys()) await compareNext(i, u)
      for (const id of ids) await ask('segment.delete', { id })
      await w.settle()
    }),
    { numRuns: LIVES, seed: SEED, endOnFailure: true },
  )
}, 3_000_000)

it('takes in what comes while a look waits: on a running clock nobody is passed over', async () => {
  const real = await world({ env: { BANYAN_CLOCK: 'real' } })
  try {
    const definition = { event: 'Ping', within: '1d' }
    const { id } = (await real.as(real.owner, 'segment.create', { name: 'Pinged', definition })) as { id: string }
    const { ensureWriteKey } = await import('#data/ingest')
    await ensureWriteKey(real.host.db, 'wk_real', real.now())
    const base = await real.http()
    const users = Array.from({ length: 60 }, (_, i) => `real-${i}`)
    // One after the other, so that they come at all moments of a look.
    for (const userId of users) {
      const body = JSON.stringify({ writeKey: 'wk_real', batch: [{ type: 'track', userId, event: 'Ping' }] })
      expect((await fetch(`${base}/v1/batch`, { method: 'POST', body })).status).toBe(200)
    }
    const inside = async () => {
      const { items } = (await real.as(real.owner, 'segment.members', { id, limit: 200 })) as { items: Answer[] }
      return items.map((m) => String(m.externalId)).sort()
    }
    await expect.poll(inside, { timeout: 15_000, interval: 100 }).toEqual(users.sort())
  } finally {
    await real.end()
  }
})
