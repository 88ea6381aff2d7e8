// The ways members go: what they do one after the other within a session. Names are counted exactly before the rest is
// folded, so that at every node what comes in is what goes out and what ends there.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { duration } from '#kernel/time'
import { OTHER } from './breakdown.ts'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import { IDLE, lengthOf, type Packed, sessions } from './session.ts'
import type { Sheet } from './sheet.ts'

const DAY_MS = 86_400_000
const name = matching.shape.event
const anchor = z.union([name, matching])
const query = z.object({
  ...common,
  start: anchor.optional(),
  end: anchor.optional(),
  steps: z.int().min(2).max(10).default(5),
  include: z.array(name).max(50).optional(),
  exclude: z.array(name).max(50).optional(),
  session: duration.refine((d) => lengthOf(d) <= DAY_MS).default(IDLE),
  top: z.int().min(1).max(50).default(20),
})
type Query = z.output<typeof query>

const counted = { count: z.int(), members: z.int(), cell }

export const paths = kind({
  name: 'insight.paths',
  title: { en: 'Paths', zh: '行为路径' },
  means: {
    en: 'One path per session (30 minutes of silence or 24 hours end one); a session counts where it begins. The same event in a row is one node. At each step the most frequent events are shown, the rest is “other”; in = out + drop-off at every node.',
    zh: '每次会话为一条路径（静默 30 分钟或满 24 小时即结束），按会话开始时间归入时段。连续相同事件合并为一个节点；每一步仅列出最常见的事件，其余归入“其他”；每个节点均满足：流入 = 流出 + 流失。',
  },
  query,
  answer: z.object({
    nodes: z.array(z.object({ id: z.string(), step: z.int(), name: z.string(), ...counted })),
    links: z.array(z.object({ from: z.string(), to: z.string(), avgSeconds: z.number(), ...counted })),
    /** `further`: of these, how many went on past the last step that is shown. */
    dropOff: z.array(z.object({ node: z.string(), further: z.int(), ...counted })),
    total: z.int(),
    members: z.int(),
    totalCell: cell,
  }),
  reads: () => ['*'],
  async numbers(sheet, asked) {
    const rows = await sheet.rows<Row>(numbersSql(sheet, asked, await namesOf(sheet)))
    const nodes = rows.filter((r) => r.level === 1).sort(byCount)
    const onward = rows.filter((r) => r.level === 0).sort(byCount)
    const whole = rows.find((r) => r.level === 3 && r.step === 1)
    return {
      nodes: nodes.map((r) => ({ id: id(r.step, r.n), step: r.step, name: r.n, ...counts(r, 'node') })),
      links: onward
        .filter((r) => r.m !== '')
        .map((r) => ({
          ...{ from: id(r.step, r.n), to: id(r.step + 1, r.m), avgSeconds: r.ms / r.c / 1000 },
          ...counts(r, 'link', r.m),
        })),
      dropOff: onward
        .filter((r) => r.m === '')
        .map((r) => ({ node: id(r.step, r.n), further: r.f, ...counts(r, 'end') })),
      total: whole?.c ?? 0,
      members: whole?.people ?? 0,
      totalCell: cellKey('all'),
    }
  },
  async people(sheet, asked, [part, step, from, to]) {
    const names = await namesOf(sheet)
    const all = `SELECT DISTINCT root FROM (${relation(sheet, asked, names)})`
    if (part === 'all') return all
    if (!/^([1-9]|10)$/.test(step ?? '') || from == null) return null
    const tops = [from, to].includes(OTHER) ? await topOfSteps(sheet, asked, names) : new Map<number, string[]>()
    const is = (column: string, shown: string, at: number) => shownSql(sheet, column, names, shown, tops.get(at) ?? [])
    const here = `${all} WHERE step = ${Number(step)} AND ${is('name', from, Number(step))}`
    if (part === 'node') return here
    if (part === 'end') return `${here} AND next = 0`
    return part === 'link' && to != null ? `${here} AND ${is('next', to, Number(step) + 1)}` : null
  },
})

interface Row {
  /** By the sets of the grouping: 0 a link or an end, 1 a node, 3 a step. */
  level: number
  step: number
  n: string
  m: string
  c: number
  ms: number
  f: number
  people: number
}

const id = (step: number, shown: string) => `${step}_${shown}`
const byCount = (a: Row, b: Row) => a.step - b.step || b.c - a.c || (a.n + a.m < b.n + b.m ? -1 : 1)

const counts = (r: Row, part: 'node' | 'link' | 'end', to?: string) => ({
  count: r.c,
  members: r.people,
  cell: cellKey(part, r.step, short(r.n), ...(to === undefined ? [] : [short(to)])),
})

/** Two names must fit a cell's key, where a sign of Chinese takes nine. */
const LONG = 50
const short = (full: string) =>
  [...full].length <= LONG && !full.startsWith('#') ? full : `#${createHash('md5').update(full).digest('hex')}`

/**
 * A row of events in one number: the instant, what orders events of the same one, whether it begins or ends a path, and
 * its name as its place in a list. Arrays of such numbers take a third of what tuples take.
 */
const [NAME_BITS, START_BIT, END_BIT, SEQ_BIT, MS_BIT] = [20, 20, 21, 22, 84]
const NAME_MASK = 2 ** NAME_BITS - 1
/** In place of a name: nothing follows, and what is folded between two fixed ends or is too rare for the list. */
const [NONE, FOLDED] = [0, 1]
/** Names that have a place; the rarer ones are one. */
const MOST_NAMES = 10_000

const nameIn = (word: string) => `bitAnd(toUInt32(${word}), ${NAME_MASK})`

/** The names of the range, the most frequent first; the first has place 2. */
async function namesOf(sheet: Sheet): Promise<string[]> {
  const around = sheet.within(new Date(sheet.from.getTime() - DAY_MS), new Date(sheet.to.getTime() + DAY_MS))
  const rows = await sheet.rows<{ called: string }>(
    `SELECT toString(name) AS called FROM events WHERE ${around} AND class != 'system'
     GROUP BY called ORDER BY count() DESC, called LIMIT ${MOST_NAMES}`,
  )
  return rows.map((r) => r.called)
}

/** Rows (root, step, name, next, ms, further): a step of a session and what follows it, names by their places. */
function relation(sheet: Sheet, asked: Query, names: readonly string[]): string {
  const [start, end] = [asked.start, asked.end].map((a) =>
    a === undefined ? null : sheet.matches(typeof a === 'object' && 'event' in a ? a : { event: a, where: [] }),
  )
  let from = `SELECT root, s AS es FROM (${sessions(sheet, lengthOf(asked.session), packed(sheet, asked, names, start, end))})`
  if (asked.include?.length || asked.exclude?.length)
    from = `SELECT root, arrayFilter(w -> ${nameIn('w')} != ${NONE}, es) AS es FROM (${from})`
  if (start)
    from = `SELECT root, arraySlice(es, arrayFirstIndex(w -> bitTest(toUInt32(w), ${START_BIT}), es)) AS es FROM (${from})
      WHERE arrayExists(w -> bitTest(toUInt32(w), ${START_BIT}), es)`
  if (end) {
    const first = `arrayFirstIndex((w, i) -> bitTest(toUInt32(w), ${END_BIT})${start ? ' AND i > 1' : ''}, es, arrayEnumerate(es))`
    from = `SELECT root, arraySlice(es, 1, ${first}) AS es FROM (${from}) WHERE ${first} > 0`
  }
  const merged = `SELECT root, arrayFilter((w, before) -> ${nameIn('w')} != ${nameIn('before')}, es,
    arrayPushFront(arrayPopBack(es), toUInt128(${NONE}))) AS es FROM (${from})`
  const cut = `SELECT root, ${asked.end ? 0 : 'length(es)'} AS far, ${cutSql(asked)} AS es FROM (${merged})`
  const pairs = `SELECT root, far, arrayJoin(arrayZip(arrayEnumerate(es), es,
    arrayPushBack(arrayPopFront(es), toUInt128(${NONE})))) AS p FROM (${cut}) WHERE notEmpty(es)`
  const instant = (word: string) => `toInt64(bitShiftRight(${word}, ${MS_BIT}))`
  return `SELECT root, p.1 AS step, ${nameIn('p.2')} AS name, ${nameIn('p.3')} AS next,
    if(next = ${NONE}, 0, ${instant('p.3')} - ${instant('p.2')}) AS ms, next = ${NONE} AND far > step AS further FROM (${pairs})`
}

function packed(
  sheet: Sheet,
  { include, exclude }: Query,
  names: readonly string[],
  start: string | null | undefined,
  end: string | null | undefined,
): Packed {
  const named = (some: readonly (string | string[])[]) => sheet.matches({ event: some.flat(), where: [] })
  const wanted = [...(include?.length ? [named(include)] : []), ...(exclude?.length ? [`NOT ${named(exclude)}`] : [])]
  // Where a path is asked to begin or end is on it, whatever else is left out.
  const kept = wanted.length > 0 && [`(${wanted.join(' AND ')})`, start, end].filter(Boolean).join(' OR ')
  const place = `transform(toString(name), ${sheet.bind('Array(String)', names)}, range(2, ${names.length + 2}), ${FOLDED})`
  const flags = [start, end].map((is, i) =>
    is ? ` + bitShiftLeft(toUInt64(ifNull(${is}, 0)), ${[START_BIT, END_BIT][i]})` : '',
  )
  return {
    row: `timestamp, seq, toUInt64(${kept ? `if(${kept}, ${place}, ${NONE})` : place})${flags.join('')} AS low`,
    word: `bitShiftLeft(toUInt128(toUnixTimestamp64Milli(timestamp)), ${MS_BIT}) + bitShiftLeft(toUInt128(seq), ${SEQ_BIT}) + low`,
    shift: MS_BIT,
  }
}

/** The steps that are shown: the first; the last where only the end is fixed; both ends with the middle folded. */
function cutSql({ start, end, steps }: Query): string {
  if (end === undefined) return `arraySlice(es, 1, ${steps})`
  if (start === undefined) return `arraySlice(es, greatest(1, toInt64(length(es)) - ${steps - 1}))`
  const at = `es[${steps - 1}]`
  const middle = steps > 2 ? `[${at} - ${nameIn(at)} + ${FOLDED}], ` : ''
  return `if(length(es) <= ${steps}, es, arrayConcat(arraySlice(es, 1, ${Math.max(1, steps - 2)}), ${middle}[es[-1]]))`
}

/** How often each event is followed by each, with its members as bitmaps, so that sessions are read once. */
function pairsSql(sheet: Sheet, asked: Query, names: readonly string[]): string {
  const pairs = `SELECT step, name, next, count() AS pairs, sum(ms) AS took, countIf(further) AS onward,
    groupBitmapState(toUInt32(root)) AS who FROM (${relation(sheet, asked, names)}) GROUP BY step, name, next`
  const list = sheet.bind('Array(String)', names)
  const called = (place: string) =>
    `multiIf(${place} = ${NONE}, '', ${place} = ${FOLDED}, '${OTHER}', ${list}[${place} - 1])`
  return `SELECT step, ${called('p.name')} AS name, ${called('p.next')} AS next, pairs, took, onward, who FROM (${pairs}) AS p`
}

function numbersSql(sheet: Sheet, asked: Query, names: readonly string[]): string {
  // What follows at a step is what stands at the next one, so both have the same rank.
  const totals = `SELECT *, sum(pairs) OVER (PARTITION BY step, name) AS here, sum(pairs) OVER (PARTITION BY step, next) AS there
    FROM (${pairsSql(sheet, asked, names)})`
  const ranked = `SELECT *, dense_rank() OVER (PARTITION BY step ORDER BY here DESC, name) AS r,
    dense_rank() OVER (PARTITION BY step, next = '' ORDER BY there DESC, next) AS x FROM (${totals})`
  const folded = `SELECT step, if(r <= ${asked.top}, name, '${OTHER}') AS n,
    multiIf(next = '', '', x <= ${asked.top}, next, '${OTHER}') AS m, pairs, took, onward, who FROM (${ranked})`
  return `SELECT toUInt8(grouping(n, m)) AS level, toUInt8(step) AS step, n, m, toUInt32(sum(pairs)) AS c,
      toFloat64(sum(took)) AS ms, toUInt32(sum(onward)) AS f, toUInt32(groupBitmapMerge(who)) AS people
    FROM (${folded}) GROUP BY GROUPING SETS ((step, n, m), (step, n), (step))`
}

/** The names that have a node of their own, by step. */
async function topOfSteps(sheet: Sheet, asked: Query, names: readonly string[]): Promise<Map<number, string[]>> {
  const rows = await sheet.rows<{ step: number; names: string[] }>(
    `SELECT toUInt8(step) AS step, arraySlice(groupArray(name), 1, ${asked.top}) AS names FROM (
       SELECT step, name, sum(pairs) AS c FROM (${pairsSql(sheet, asked, names)}) GROUP BY step, name ORDER BY step, c DESC, name)
     GROUP BY step`,
  )
  return new Map(rows.map((r) => [r.step, r.names]))
}

/** The condition on a column of places that it is shown as this at its step. */
function shownSql(
  sheet: Sheet,
  column: string,
  names: readonly string[],
  shown: string,
  top: readonly string[],
): string {
  const isOf = (those: (name: string) => boolean) =>
    `has(${sheet.bind(
      'Array(UInt32)',
      names.flatMap((name, i) => (those(name) ? [i + 2] : [])),
    )}, ${column})`
  if (shown !== OTHER) return isOf((name) => short(name) === shown)
  return `(${column} != ${NONE} AND NOT ${isOf((name) => top.includes(name))})`
}
