// Live values through the front door against the plain reading: random traits, and lives of which events come late and
// early, members are merged and taken apart again, definitions change, and time passes.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type World, world } from '#test/world'
import { type Definition, definition as schema } from './definition.ts'
import { BASE, definition, EDGES, edge, properties } from './history.fixture.ts'
import { agrees, type PastEvent } from './reference.fixture.ts'
import type { Value } from './tables.ts'

// biome-ignore lint/style/noProcessEnv: how long a run is and which one are for whoever runs the test to say
const { BANYAN_LIVES, BANYAN_SEED } = process.env
const LIVES = Number(BANYAN_LIVES ?? 2)
const SEED = Number(BANYAN_SEED ?? Math.floor(Math.random() * 2 ** 31))
const zone = 'Asia/Shanghai'

let w: World
let writeKey: string
let address: string
beforeAll(async () => {
  console.info(`${LIVES} lives, seed ${SEED}`)
  w = await world()
  const { id } = (await ask('source.create', { name: 'Site', key: 'site' })) as { id: string }
  writeKey = String((await ask('source.create_key', { sourceId: id })).writeKey)
  address = await w.http()
})
afterAll(() => w.end())

type Answer = Record<string, unknown>
const ask = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer

async function track(userId: string, event: string, at: number, sent: object) {
  const body = {
    writeKey,
    batch: [{ type: 'track', userId, event, properties: sent, timestamp: new Date(at), messageId: randomUUID() }],
  }
  const response = await fetch(`${address}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
}

const user = fc.nat(3)
const anyTrait = definition({ communities: false })
const step = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('track' as const),
      user,
      name: fc.constantFrom('a', 'b', 'c.one'),
      at: edge,
      properties,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), keep: user, merge: user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unmerge' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('define' as const), which: fc.nat(3), as: anyTrait }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(...EDGES.slice(1), 1, 4999) }),
  },
)
const life = fc.record({
  definitions: fc.array(anyTrait, { minLength: 4, maxLength: 4 }),
  steps: fc.array(step, { minLength: 8, maxLength: 16 }),
})

let lives = 0
it('is what the plain reading says, whatever happens in whatever order, and is told so', async () => {
  await fc.assert(
    fc.asyncProperty(life, async ({ definitions, steps }) => {
      const mark = `life${++lives}`
      const shift = w.now().getTime() - BASE
      const current = definitions.map((d) => schema.parse(d))
      const keys = current.map((_, i) => `${mark}_${i}`)
      const ids: string[] = []
      for (const [i, key] of keys.entries())
        ids.push(String((await ask('trait.create', { key, name: key, definition: current[i] as Answer })).id))
      const events: PastEvent[][] = [[], [], [], []]
      const memberIds = ['', '', '', '']
      let rootOf = [0, 1, 2, 3]
      const merges: { id: string; roots: number[] }[] = []
      let seq = 0
      const whole = (root: number) => events.filter((_, u) => rootOf[u] === root).flat()

      async function compare() {
        const reading = { at: w.now().getTime(), zone }
        for (const [u, memberId] of memberIds.entries()) {
          if (memberId === '' || rootOf[u] !== u) continue
          const { items } = (await ask('trait.of_member', { memberId })) as {
            items: { key: string; value: Value | null }[]
          }
          for (const [i, key] of keys.entries()) {
            const of = current[i] as Definition
            const value = items.find((t) => t.key === key)?.value ?? null
            const is = agrees(value, of, whole(u), reading)
            expect({ u, of, value, ...reading, is }).toEqual({ u, of, value, ...reading, is: true })
            // What conditions read is what was told.
            expect({ key, told: await toldOf(memberId, key) }).toEqual({
              key,
              told: value === null ? '' : String(value),
            })
          }
        }
      }

      for (const s of steps) {
        if (s.do === 'wait') await w.at(new Date(w.now().getTime() + s.ms).toISOString())
        else if (s.do === 'track') {
          // More than a day ahead is not believed.
          const t = Math.min(s.at + shift, w.now().getTime() + 80_000_000)
          await track(`${mark}:${s.user}`, s.name, t, s.properties)
          await w.settle()
          events[s.user]?.push({ name: s.name, class: 'client', t, seq: ++seq, properties: s.properties })
          if (memberIds[s.user] === '')
            memberIds[s.user] = String((await ask('member.get', { externalId: `${mark}:${s.user}` })).memberId)
        } else if (s.do === 'merge') {
          const [keep, merge] = [rootOf[s.keep] ?? 0, rootOf[s.merge] ?? 0]
          if (keep === merge || memberIds[keep] === '' || memberIds[merge] === '') continue
          const made = await ask('member.merge', { keepId: memberIds[keep], mergeId: memberIds[merge] })
          merges.push({ id: String(made.mergeId), roots: rootOf })
          rootOf = rootOf.map((r) => (r === merge ? keep : r))
        } else if (s.do === 'unmerge') {
          const last = merges.pop()
          if (!last) continue
          expect(await ask('member.unmerge', { mergeId: last.id })).not.toHaveProperty('code')
          rootOf = last.roots
        } else {
          current[s.which] = schema.parse(s.as)
          const changed = await ask('trait.update', { id: ids[s.which], definition: current[s.which] })
          expect(changed).not.toHaveProperty('code')
        }
        await w.settle()
        await compare()
      }
      for (const id of ids) expect(await ask('trait.delete', { id })).toEqual({ id })
      await w.settle()
    }),
    { numRuns: LIVES, seed: SEED, endOnFailure: true },
  )
}, 3_000_000)

/** The last word of the fact, of all identities of the member. */
async function toldOf(memberId: string, key: string): Promise<string> {
  const [row] = await w.warehouse.query<{ value: string }>(
    `SELECT argMax(value, (validFrom, seq)) AS value FROM facts
     WHERE key = {key:String} AND validFrom <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')
       AND toUInt32(dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member))) =
         (SELECT number FROM members WHERE memberId = toUUID({memberId:String}) LIMIT 1)`,
    { key: `property:trait.${key}`, memberId, now: w.now().getTime() },
  )
  return row?.value ?? ''
}
