// Retention, lifecycle and stickiness against a plain reading of their definitions: random lives around midnights and
// changes of the clock, merged and erased members, every calendar; and for sampled cells, the people behind them.
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOfDay } from '#kernel/time'
import { type World, world } from '#test/world'
import { type Happening, type Identities, openCases, who } from './case.fixture.ts'
import {
  type Calendar,
  dayOf,
  type Life,
  lived,
  retained,
  type State,
  stuck,
  type Unit,
} from './cohort-reference.fixture.ts'

// biome-ignore lint/style/noProcessEnv: which run it is and how long is for whoever runs the test to say
const { BANYAN_SEED, BANYAN_RUNS } = process.env
const SEED = Number(BANYAN_SEED ?? Math.floor(Math.random() * 2 ** 31))
const RUNS = Number(BANYAN_RUNS ?? 8)
const NOW = '2025-07-02T10:30:00.000Z'
const now = Date.parse(NOW)

/** Numbers of a seed (mulberry32): a run can be repeated from what it printed. */
let state = SEED
function random(): number {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const int = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
const one = <T>(of: readonly T[]): T => of[int(0, of.length - 1)] as T

/** Half hours, changes at midnight, a change of half an hour, and days before and after UTC's. */
const ZONES = [
  ...['UTC', 'Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Beirut'],
  ...['Africa/Cairo', 'America/Havana', 'Asia/Kolkata', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/Asuncion'],
]
/** Europe, the Near East and North America change in March, the South in April. */
const CHANGES = ['2025-03-09', '2025-03-10', '2025-03-30', '2025-03-31', '2025-04-06', '2025-04-25', '2025-03-22']
const day = (n: number) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10)

function instant(): number {
  const local = random() < 0.3 ? one(CHANGES) : day(int(0, 175))
  const edge = startOfDay(local, one(ZONES)).getTime()
  return random() < 0.4 ? edge + one([-1, 0, 1, 3_600_000, -3_600_000]) : edge + int(0, 86_399_999)
}

let w: World
let lives: Life[] = []
const MEMBERS = 48

beforeAll(async () => {
  console.info(`cohorts, seed ${SEED}`)
  w = await world({ at: NOW })
  const ingest = await openCases(w)
  const events: Happening[] = []
  for (let i = 0; i < MEMBERS * 20; i++) {
    const t = new Date(instant()).toISOString()
    events.push({
      u: `m${Math.floor(MEMBERS * random() ** 1.7)}`,
      e: one(['a', 'a', 'b', 'c']),
      t,
      p: { x: one(['p', 'q', 'r', '']) },
    })
  }
  // Each fifth has taken in the one after it, and one of them a third.
  const identities: Identities = Object.fromEntries(
    Array.from({ length: MEMBERS / 5 - 1 }, (_, i) => [
      `m${i * 5}`,
      [`m${i * 5}`, `m${i * 5 + 1}`, ...(i === 2 ? ['m12'] : [])],
    ]),
  )
  const all = Array.from({ length: MEMBERS }, (_, i) => `m${i}`)
  await ingest('x', events, identities)
  const erased = ['m5', 'm3']
  for (const u of erased) {
    const { memberId } = (await w.as(w.owner, 'member.upsert', { externalId: `x/${u}`, properties: {} })) as {
      memberId: string
    }
    expect(await w.as(w.owner, 'member.erase', { memberId })).not.toHaveProperty('code')
  }
  await w.settle()
  // Some days are read from bitmaps, all of them or those of the first batches.
  for (const zone of ZONES.slice(1)) await w.host.enqueue(w.host.db, 'insight.activity', { zone }, undefined)
  await w.settle()
  await sql`update insight_activity set batch = batch / 2 where zone = ${ZONES.at(-1)}`.execute(w.db)
  const taken = new Map(Object.entries(identities).flatMap(([kept, ids]) => ids.map((id) => [id, kept])))
  lives = all
    .filter((u) => (taken.get(u) ?? u) === u && !erased.includes(u))
    .map((name) => ({
      name,
      events: events
        .filter((e) => (taken.get(e.u) ?? e.u) === name)
        .map((e) => ({ t: Date.parse(e.t), event: e.e, x: String(e.p?.x ?? '') })),
    }))
})
afterAll(() => w.end())

/** A calendar, and a range somewhere in it that may end in what is to come. */
function question(most: Readonly<Record<Unit, number>>) {
  const unit = one(['day', 'week', 'month'] as const)
  const calendar: Calendar = { zone: one(ZONES), unit, weekStart: int(1, 7) }
  const length = { day: 1, week: 7, month: 31 }[unit] * 86_400_000
  const from = random() < 0.4 ? instant() : now - int(0, 120 * 86_400_000)
  const to = from + int(1, most[unit] * length)
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  return { calendar, query: { ...range, timezone: calendar.zone, weekStart: calendar.weekStart } }
}
const ask = (kind: string, query: object) => w.as(w.owner, `insight.${kind}`, query)
const sorted = (names: Iterable<string>) => [...names].sort()
/** The wildcard also means what the road adds of its own accord; names are what the lives know. */
const event = () => one(['a', 'b', 'c', '*'])

interface Cohorts {
  rows: { cohort: string; size: number; values: (number | null)[]; cells: string[]; lostCells: (string | null)[] }[]
  average: (number | null)[]
}

test('retention', { timeout: 600_000 }, async () => {
  for (let run = 0; run < RUNS * 2; run++) {
    const { calendar, query } = question({ day: 20, week: 10, month: 5 })
    const mode = one(['on', 'on', 'onOrAfter', 'range', 'rolling24h'] as const)
    const [a, b] = [int(1, 6), int(1, 6)]
    const asked = {
      ...{ ...query, period: calendar.unit, start: { event: event() }, return: { event: event() }, mode },
      ...{ cohort: one(['first', 'first', 'firstEver', 'recurring'] as const), periods: int(1, 8) },
      ...(mode === 'range'
        ? {
            ranges: [
              [1, 1],
              [Math.min(a, b), Math.max(a, b)],
            ] as [number, number][],
          }
        : {}),
      ...(random() < 0.4 ? { breakdown: { eventProperty: 'x', limit: 2 } } : {}),
    }
    const answer = (await ask('retention', asked)) as Cohorts & { groups?: Record<string, Cohorts> }
    const { rows } = retained(lives, asked, calendar, now)
    type Row = (typeof rows)[number]
    const shape = (members: Row['members'], { cohort, ended }: Row) => ({
      ...{ cohort, size: members.length },
      values: [members.length, ...ended.map((e, k) => (e ? members.filter((m) => m.came[k]).length : null))],
    })
    const told = (cohorts: Cohorts) => cohorts.rows.map(({ cohort, size, values }) => ({ cohort, size, values }))
    const where = { run, asked }
    expect({ ...where, rows: told(answer) }).toEqual({ ...where, rows: rows.map((r) => shape(r.members, r)) })
    for (const [k, share] of answer.average.entries()) {
      const elapsed = rows.filter((r) => k === 0 || r.ended[k - 1])
      const size = elapsed.reduce((n, r) => n + r.members.length, 0)
      const came = elapsed.reduce((n, r) => n + r.members.filter((m) => k === 0 || m.came[k - 1]).length, 0)
      expect(share).toBe(size === 0 ? null : came / size)
    }
    const names = [...new Set(rows.flatMap((r) => r.members.map((m) => m.group)))]
    const sizeOf = (g: string) => rows.reduce((n, r) => n + r.members.filter((m) => m.group === g).length, 0)
    const top = names.sort((p, q) => sizeOf(q) - sizeOf(p) || (p < q ? -1 : 1)).slice(0, 2)
    const fold = (g: string) => (top.includes(g) ? g : '$other')
    if (asked.breakdown)
      for (const group of new Set(names.map(fold))) {
        const mine = rows.map((r) =>
          shape(
            r.members.filter((m) => fold(m.group) === group),
            r,
          ),
        )
        expect({ ...where, group, rows: told(answer.groups?.[group] ?? answer) }).toEqual({
          ...where,
          group,
          rows: mine,
        })
      }
    // The people of a cell, of the rest of it, and of a group of it.
    const peopled = rows.flatMap((r, i) => (r.members.length > 0 ? [i] : []))
    if (peopled.length === 0) continue
    const i = one(peopled)
    const k = int(1, (answer.rows[i]?.cells.length ?? 1) - 1)
    const members = rows[i]?.members ?? []
    const group = fold(one(members).group)
    const isIn = (m: (typeof members)[number]) => m.came[k - 1] === true
    const list = (cell: string | null | undefined) => who(w, 'retention', asked, cell ?? '')
    const namesOf = (some: typeof members) => sorted(some.map((m) => m.name))
    expect({ ...where, k, list: await list(answer.rows[i]?.cells[k]) }).toEqual({
      ...where,
      k,
      list: namesOf(members.filter(isIn)),
    })
    const lost = await list(answer.rows[i]?.lostCells[k])
    expect({ ...where, k, lost }).toEqual({ ...where, k, lost: namesOf(members.filter((m) => !isIn(m))) })
    if (!asked.breakdown) continue
    const cell = answer.groups?.[group]?.rows[i]?.cells[k]
    const mine = members.filter((m) => isIn(m) && fold(m.group) === group)
    expect({ ...where, cell, list: await list(cell) }).toEqual({ ...where, cell, list: namesOf(mine) })
  }
})

const STATES = ['new', 'returning', 'resurrected', 'dormant', 'lost'] as const

test('lifecycle', { timeout: 600_000 }, async () => {
  for (let run = 0; run < RUNS; run++) {
    const { calendar, query } = question({ day: 40, week: 12, month: 6 })
    const [name, lost] = [event(), one([1, 3, 7, 20, 30, 31, 90])]
    const asked = { ...query, period: calendar.unit, event: name, lostAfter: `${lost}d` }
    const answer = (await ask('lifecycle', asked)) as {
      buckets: string[]
      active: (number | null)[]
      states: { state: State; values: (number | null)[] }[]
      newlyDormant: { values: (number | null)[] }
    }
    const told = lived(lives, { ...asked, lost }, calendar, now)
    const where = { run, asked }
    const of = (s: State) => told.map((p) => (p.begun ? [...p.states.values()].filter((x) => x === s).length : null))
    expect({ ...where, buckets: answer.buckets }).toEqual({ ...where, buckets: told.map((p) => p.bucket) })
    for (const { state, values } of answer.states)
      expect({ ...where, state, values }).toEqual({ ...where, state, values: of(state) })
    const stopped = told.map((p) => (p.begun ? p.stopped.length : null))
    expect({ ...where, stopped: answer.newlyDormant.values }).toEqual({ ...where, stopped })
    // What must hold whatever the data: actives are these three, and everybody active before is here or gone.
    const value = (s: State, i: number) => answer.states.find((x) => x.state === s)?.values[i] ?? 0
    for (const i of told.flatMap((p, i) => (p.begun ? [i] : []))) {
      expect(answer.active[i]).toBe(value('new', i) + value('returning', i) + value('resurrected', i))
      expect(STATES.reduce((n, s) => n + value(s, i), 0)).toBe(told[i]?.states.size)
      if (i > 0) expect(answer.active[i - 1]).toBe(value('returning', i) + (answer.newlyDormant.values[i] ?? 0))
    }
    const at = one(told.filter((p) => p.begun))
    if (!at) continue
    const state = one(STATES)
    const people = sorted([...at.states].filter(([, s]) => s === state).map(([n]) => n))
    expect({
      ...where,
      at: at.bucket,
      state,
      people: await who(w, 'lifecycle', asked, `${state}/${at.bucket}`),
    }).toEqual({
      ...where,
      ...{ at: at.bucket, state, people },
    })
    expect(await who(w, 'lifecycle', asked, `newlyDormant/${at.bucket}`)).toEqual(sorted(at.stopped))
  }
})

test('stickiness', { timeout: 600_000 }, async () => {
  for (let run = 0; run < RUNS; run++) {
    const { calendar, query } = question({ day: 25, week: 5, month: 2 })
    const asked = { ...query, interval: calendar.unit, event: event() }
    const answer = (await ask('stickiness', asked)) as {
      histogram: { periods: number; members: number }[]
      days: { day: string; dau: number; mau: number; avgDau: number; ratio: number | null }[]
      ratio: number | null
    }
    const told = stuck(lives, asked, calendar, now)
    const where = { run, asked }
    const active = (n: number) => sorted([...told.active].filter(([, m]) => m === n).map(([name]) => name))
    const histogram = Array.from({ length: told.periods }, (_, i) => active(i + 1).length)
    expect({ ...where, histogram: answer.histogram.map((h) => h.members) }).toEqual({ ...where, histogram })
    const days = told.days.map(({ day, dau, mau, avgDau }) => ({
      ...{ day, dau: dau.length, mau: mau.length, avgDau, ratio: mau.length === 0 ? null : avgDau / mau.length },
    }))
    const said = answer.days.map(({ day, dau, mau, avgDau, ratio }) => ({ day, dau, mau, avgDau, ratio }))
    expect({ ...where, days: said }).toEqual({ ...where, days })
    const n = int(1, told.periods)
    expect(await who(w, 'stickiness', asked, `periods/${n}`)).toEqual(active(n))
    if (told.days.length === 0) continue
    const on = one(told.days)
    expect(await who(w, 'stickiness', asked, `dau/${on.day}`)).toEqual(sorted(on.dau))
    expect(await who(w, 'stickiness', asked, `mau/${on.day}`)).toEqual(sorted(on.mau))
  }
})

test('the lives meet changes of the clock', () => {
  const hours = new Set(lives.flatMap((l) => l.events.map((e) => dayOf(e.t, 'America/New_York'))))
  expect(hours.has(Date.parse('2025-03-09') / 86_400_000)).toBe(true)
})
