// Insights over EVENTS events of MEMBERS members in ninety days: each kind cold and hot, beside SQL written by hand of
// the same meaning; a dashboard through the operations; how all grows from a tenth of the events to all of them.
// BENCH_MEMBERS (default 200000), BENCH_EVENTS (default 10000000), BENCH_FOLDER (kept and used again).
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { capabilities } from '#app/capabilities'
import { inProcess } from '#app/instance'
import { openStores } from '#app/stores'
import { startSystem } from '#app/system'
import type { Context } from '#kernel/context'
import { parseConfig } from '#platform/config'
import { createLog } from '#platform/log'
import { funnel } from '../src/data/insight/funnel.ts'
import type { AnyKind } from '../src/data/insight/kind.ts'
import { lifecycle } from '../src/data/insight/lifecycle.ts'
import { paths } from '../src/data/insight/paths.ts'
import { retention } from '../src/data/insight/retention.ts'
import { createSheet } from '../src/data/insight/sheet.ts'
import { trend } from '../src/data/insight/trend.ts'
import { addEvents, addMembers, END, ZONE } from './insight.fixture.ts'
import { FUNNEL, LIFECYCLE, PATHS, RETENTION, ROLLING, WINDOW_FUNNEL } from './insight-hand.fixture.ts'

const MEMBERS = Number(process.env.BENCH_MEMBERS ?? 200_000)
const EVENTS = Number(process.env.BENCH_EVENTS ?? 10_000_000)
const RUNS = 5
const DAY_MS = 86_400_000

const kept = process.env.BENCH_FOLDER
const folder = kept ?? mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const isSeeded = existsSync(join(folder, 'clickhouse'))
const config = parseConfig({ BANYAN_DATA_DIR: folder, BANYAN_CLOCK: 'manual', BANYAN_LOG: 'silent', PORT: '0' })
const log = createLog('silent')
const stores = await openStores(config, log)
// Nobody reacts: these events never were on the road.
const silent = capabilities.map((capability) => ({ ...capability, reactors: [] }))
const system = await startSystem({ config, log, ...stores, capabilities: silent })
const { host, runtime } = system
const { clickhouse: ch } = stores

const back = (days: number) => new Date(END.getTime() - days * DAY_MS)
const range = (days: number) => ({ from: back(days).toISOString(), to: END.toISOString() })

interface Measured {
  name: string
  kind: AnyKind
  query: Readonly<Record<string, unknown>>
  hand?: string
  /** The hand-written one tells less than ours. */
  lesser?: true
  /** What of the range the hand-written one reads. */
  days: number
  reach: number
}
const steps = ['e0', 'e1', 'e2', 'e3'].map((event) => ({ event }))
const mau = { event: '*', measure: 'rolling:28d' }
const filter = { property: 'city', op: 'in', value: ['city1', 'city2', 'city3', 'city4', 'city5'] }
const any = (kind: unknown) => kind as AnyKind
const measured: Measured[] = [
  {
    ...{ name: 'funnel of four steps', kind: any(funnel), days: 90, reach: 1500, hand: FUNNEL },
    query: { ...range(90), steps },
  },
  {
    ...{ name: 'the same beside windowFunnel', kind: any(funnel), days: 90, reach: 1500, hand: WINDOW_FUNNEL },
    ...{ query: { ...range(90), steps }, lesser: true },
  },
  {
    ...{ name: 'retention of twelve weeks', kind: any(retention), days: 90, reach: 1500, hand: RETENTION },
    query: { ...range(90), start: { event: 'e0' }, return: { event: '*' }, period: 'week', periods: 12 },
  },
  {
    ...{ name: 'daily lifecycle over 90 days', kind: any(lifecycle), days: 90, reach: 1500, hand: LIFECYCLE },
    query: { ...range(90), period: 'day' },
  },
  {
    ...{ name: 'paths of a week', kind: any(paths), days: 7, reach: 1500, hand: PATHS },
    query: { ...range(7), steps: 5, top: 20 },
  },
  {
    ...{ name: 'rolling 28-day members, plain', kind: any(trend), days: 90, reach: 1500, hand: ROLLING },
    // A filter on properties cannot be answered from bitmaps.
    query: { ...range(90), series: [{ ...mau, where: [{ path: 'channel', op: 'ne', value: 'fax' }] }] },
  },
]
const bitmaps: Measured[] = [
  {
    ...{ name: 'rolling 28-day members, bitmaps', kind: any(trend), days: 90, reach: 100, hand: ROLLING },
    query: { ...range(90), series: [mau] },
  },
  {
    ...{ name: 'the same of a tenth of the members', kind: any(trend), days: 90, reach: 1500 },
    query: { ...range(90), series: [mau], filter },
  },
  {
    ...{ name: 'members a day', kind: any(trend), days: 90, reach: 100 },
    query: { ...range(90), series: [{ event: '*', measure: 'members' }] },
  },
]

/** Twelve tiles of an overview. */
const tiles: [string, object][] = [
  ['trend', { ...range(90), series: [mau, { event: '*', measure: 'members' }] }],
  ['trend', { ...range(90), series: [{ event: '*' }], interval: 'week' }],
  ['trend', { ...range(30), series: [{ event: 'e0', measure: 'members' }], compare: true }],
  ['trend', { ...range(30), series: [{ event: 'e1' }], breakdown: { eventProperty: 'channel' } }],
  ['trend', { ...range(30), series: [{ event: 'e2', measure: 'avg', of: 'amount' }] }],
  ['trend', { ...range(7), series: [{ event: 'e0' }], interval: 'hour' }],
  ['funnel', { ...range(30), steps }],
  ['retention', { ...range(84), start: { event: 'e0' }, return: { event: '*' }, period: 'week', periods: 8 }],
  ['lifecycle', { ...range(84), period: 'week' }],
  ['stickiness', { ...range(30), interval: 'day' }],
  ['heatmap', { ...range(30), event: 'e0' }],
  ['distribution', { ...range(30), event: 'e0' }],
]

type Road = Pick<Context<Record<never, never>>, 'enqueue'>
const enqueue: Road['enqueue'] = (job, payload, options) => host.enqueue(host.db, job.name, payload, options?.key)

async function answer({ kind, query }: Measured): Promise<unknown> {
  const asked = kind.query.parse(query)
  const brand = host.brand()
  const { db, warehouse, registry } = host
  const asker = { db, warehouse, brand, now: host.now(), contributors: registry.capabilities }
  const sheet = await createSheet({ ...asker, road: { runtime, brand, enqueue } }, asked)
  return kind.numbers(sheet, asked)
}

const byHand = (text: string, days: number) => {
  const dayNumber = Math.floor((END.getTime() + 8 * 3_600_000) / DAY_MS)
  const [first, last] = [dayNumber - days, dayNumber - 1]
  const params = { from: back(days).getTime(), to: END.getTime(), zone: ZONE, first, last }
  // Some would not end within the memory that ours have.
  return ch.query(text, params, { settings: { max_memory_usage: '6000000000' } })
}

async function timed(ask: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await ask()
  return performance.now() - began
}

/** What the engine has in memory of its files goes; the system's own cache of them stays. */
async function cool() {
  for (const cache of ['MARK CACHE', 'UNCOMPRESSED CACHE', 'QUERY CONDITION CACHE'])
    await ch.command(`SYSTEM DROP ${cache}`)
}

/** CPU time of the engine; ticks are 10 ms. */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${ch.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

async function coldAndHot(ask: () => Promise<unknown>): Promise<{ cold: number; hot: number; cpu: number }> {
  await cool()
  const cold = await timed(ask)
  const times: number[] = []
  const cpu = cpuMs()
  for (let i = 0; i < RUNS; i++) times.push(await timed(ask))
  const hot = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0
  return { cold, hot, cpu: (cpuMs() - cpu) / RUNS }
}

const ms = (n: number) => `${Math.round(n)} ms`.padStart(8)
const told = ({ hot, cpu }: { hot: number; cpu: number }) => `${ms(hot)} with${ms(cpu)} of CPU`

/** Milliseconds, hot, by name. */
async function measure(some: readonly Measured[]): Promise<Map<string, number>> {
  const hots = new Map<string, number>()
  for (const one of some) {
    forgetPeak()
    const { cold, hot, cpu } = await coldAndHot(() => answer(one))
    notePeak()
    hots.set(one.name, hot)
    const { hand, lesser } = one
    const hands = hand ? await coldAndHot(() => byHand(hand, one.days)) : null
    const ratio = hands
      ? `; by hand ${told(hands)}, ratio ${(hot / hands.hot).toFixed(2)} (${lesser ? 'which tells less' : 'reach 1.30'})`
      : ''
    console.log(`${one.name.padEnd(35)} cold${ms(cold)} (reach ${one.reach}), hot ${told({ hot, cpu })}${ratio}`)
  }
  return hots
}

/** Events as the sequencer would have left them: sealed, projected, with numbers of their own. */
async function seed(from: number, to: number) {
  if (from === 0) await addMembers(ch, MEMBERS)
  await addEvents(ch, MEMBERS, from, to - from)
  const last = await ch.query<{ n: number }>('SELECT max(batch) AS n FROM events')
  await sql`update pipe set sealed = ${Number(last[0]?.n)}, projected = ${Number(last[0]?.n)}`.execute(system.admin)
}

/** Highest resident memory of the engine's process while ours were asked, MB. */
let peak = 0
const forgetPeak = () => writeFileSync(`/proc/${ch.pid}/clear_refs`, '5')
function notePeak() {
  const told = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${ch.pid}/status`, 'utf8'))?.[1] ?? 0
  peak = Math.max(peak, Math.round(Number(told) / 1024))
}

try {
  await runtime.moveTo(new Date(END.getTime() + 3_600_000))
  const { call } = inProcess(system)
  const few = isSeeded ? null : EVENTS / 10
  let small = new Map<string, number>()
  if (few) {
    const seconds = (await timed(() => seed(0, few))) / 1000
    console.log(`${MEMBERS} members, ${few} events (${Math.round(seconds)} s to write)`)
    small = await measure(measured)
    await seed(few, EVENTS)
  }
  console.log(`${EVENTS} events`)
  const large = await measure(measured)
  for (const [name, time] of small)
    console.log(
      `${name.padEnd(36)} grows with events to the power ${Math.log10((large.get(name) ?? 0) / time).toFixed(2)}`,
    )
  const built = await timed(async () => {
    await enqueue({ name: 'insight.activity' } as never, { zone: ZONE } as never)
    await runtime.settle()
  })
  console.log(`bitmaps of ${EVENTS} events built in ${(built / 1000).toFixed(1)} s`)
  await measure(bitmaps)
  await cool()
  forgetPeak()
  const dashboard = () => Promise.all(tiles.map(([kind, query]) => call(`insight.${kind}`, query)))
  const cold = await timed(dashboard)
  const warm = await timed(dashboard)
  console.log(`dashboard of ${tiles.length} tiles: cold ${ms(cold)} (reach 3000), warm ${ms(warm)} (reach 300)`)
  notePeak()
  console.log(`memory of the engine at most ${peak} MB (reach 2,500 MB)`)
} finally {
  await system.stop()
  await stores.stop()
  if (!kept) rmSync(folder, { recursive: true, force: true })
}
