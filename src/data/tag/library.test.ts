// The starter library against the system as it is: what each tag asks for is declared or planned, and what can be live is
// measured on the sample brand's story.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inProcess } from '#app/instance'
import { evaluate } from '#data/segment'
import { send } from '#interaction/simulate'
import { type World, world } from '#test/world'
import { plannedNames } from '../ingest/planned.ts'
import { ENTRIES, type Entry, LIBRARY, missingOf } from './library/library.ts'

let w: World
let declared: ReadonlySet<string>
beforeAll(async () => {
  w = await world()
  declared = new Set(w.host.registry.events.keys())
  const end = w.now()
  await send({ members: 110, days: 50, seed: 7, zone: 'Asia/Shanghai', end }, inProcess(w.system), () => {})
  await w.settle()
  await measure()
}, 240_000)
afterAll(() => w.end())

const entries = [...ENTRIES.values()]
const isLive = (e: Entry) => missingOf(e, declared).length === 0

/** By tag the members it holds for; many conditions in one question, because each alone costs a tenth of a second. */
const holders = new Map<string, Set<string>>()
const AT_ONCE = 40
async function measure() {
  const members = await w.warehouse.query<{ id: string }>('SELECT toString(memberId) AS id FROM members')
  const ids = members.map((m) => m.id)
  const live = entries.filter(isLive)
  for (let i = 0; i < live.length; i += AT_ONCE) {
    const some = live.slice(i, i + AT_ONCE)
    const conditions = some.map((e) => e.condition)
    const found = await evaluate(w.warehouse, conditions, ids, { at: w.now(), zone: 'Asia/Shanghai' })
    expect(found.size).toBe(ids.length)
    for (const [n, e] of some.entries())
      holders.set(e.key, new Set([...found].flatMap(([id, holds]) => (holds[n] ? [id] : []))))
  }
}

const count = async (definition: object) =>
  ((await w.as(w.owner, 'segment.preview', { definition, limit: 0 })) as { count?: number }).count

it('has 200 tags and more, named in both languages, in dimensions, 60 of them live and more', () => {
  expect(entries.length).toBeGreaterThanOrEqual(200)
  expect(entries.length).toBe(LIBRARY.reduce((n, d) => n + d.tags.length, 0))
  expect(entries.filter(isLive).length).toBeGreaterThanOrEqual(60)
  for (const { title } of [...entries, ...LIBRARY]) {
    expect(title.zh).not.toMatch(/^\s*$/)
    expect(title.en).toMatch(/^[\x20-\x7e–¥]+$/)
  }
  for (const d of LIBRARY) expect(new Set(d.tags.map((t) => t.title.zh)).size).toBe(d.tags.length)
})

it('asks for events that are in the catalogue or are planned, and names what it waits for', () => {
  const unheard = entries.flatMap((e) => e.events.filter((n) => !declared.has(n) && !plannedNames.has(n)))
  expect(unheard).toEqual([])
  for (const e of entries)
    for (const { name, title } of missingOf(e, declared)) expect(title.zh, name).toMatch(/\p{Script=Han}|NPS/u)
})

it('asks only for what the events of the catalogue say', () => {
  const wrong: string[] = []
  const walk = (raw: unknown) => {
    if (Array.isArray(raw)) for (const r of raw) walk(r)
    if (typeof raw !== 'object' || raw === null) return
    const { event, where, measure } = raw as {
      event?: string | string[]
      where?: { path: string }[]
      measure?: { of: string }
    }
    for (const path of [...(where ?? []).map((f) => f.path), ...(measure ? [measure.of] : [])])
      for (const name of [event ?? []].flat())
        if (!(path in (w.host.registry.events.get(name)?.data.shape ?? {}))) wrong.push(`${name} has no ${path}`)
    for (const inner of Object.values(raw)) walk(inner)
  }
  for (const e of entries) walk(e.when)
  expect(wrong).toEqual([])
})

describe('on the sample brand', () => {
  it('every live one is measured, and most are about somebody', () => {
    expect(holders.size).toBe(entries.filter(isLive).length)
    expect([...holders.values()].filter((n) => n.size > 0).length).toBeGreaterThan(60)
  })

  it('previews as it is measured', async () => {
    for (const key of ['stage.retention', 'value.core', 'city-tier.new-1', 'response.untouched'])
      expect(await count({ ...tagOf(key) }), key).toBe(holders.get(key)?.size)
  })

  it('the tags of a single dimension exclude each other', () => {
    for (const d of LIBRARY.filter((x) => x.single)) {
      const each = d.tags.flatMap((t) => [...(holders.get(t.key) ?? [])])
      expect([d.key, each.length]).toEqual([d.key, new Set(each).size])
    }
  })

  it('reads birthdays as people mean them', async () => {
    const born = async (externalId: string, birthday: string) =>
      w.as(w.owner, 'member.upsert', { externalId, properties: { birthday } })
    const before = { leo: await count({ ...tagOf('zodiac.leo') }), g85: await count({ ...tagOf('generation.85') }) }
    await born('lion', '1985-08-22')
    await born('virgin', '1990-08-23')
    await w.settle()
    expect(await count({ ...tagOf('zodiac.leo') })).toBe((before.leo ?? 0) + 1)
    expect(await count({ ...tagOf('zodiac.virgo') })).toBe(1)
    expect(await count({ ...tagOf('birth-month.08') })).toBe(2)
    expect(await count({ ...tagOf('generation.85') })).toBe((before.g85 ?? 0) + 1)
    expect(await count({ ...tagOf('generation.90') })).toBe(1)
    expect(await count({ ...tagOf('age.35-44') })).toBe(2)
  })
})

const tagOf = (key: string) => ENTRIES.get(key)?.when ?? {}
