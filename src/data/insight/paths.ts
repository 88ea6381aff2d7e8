// The ways members go: what they do one after the other within a session. Names are counted exactly before the rest is
// folded, so that at every node what comes in is what goes out and what ends there.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { duration } from '#kernel/time'
import { OTHER } from './breakdown.ts'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import { IDLE, lengthOf, sessions } from './session.ts'
import type { Sheet } from './sheet.ts'

/** Longer ones would hold more than what sessions are. */
const LONGEST_SESSION_MS = 86_400_000
const name = matching.shape.event
const anchor = z.union([name, matching])
const query = z.object({
  ...common,
  start: anchor.optional(),
  end: anchor.optional(),
  steps: z.int().min(2).max(10).default(5),
  include: z.array(name).max(50).optional(),
  exclude: z.array(name).max(50).optional(),
  session: duration.refine((d) => lengthOf(d) <= LONGEST_SESSION_MS).default(IDLE),
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
    const rows = await sheet.rows<Row>(numbersSql(sheet, asked))
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
    const all = `SELECT DISTINCT root FROM (${relation(sheet, asked)})`
    if (part === 'all') return all
    if (!/^([1-9]|10)$/.test(step ?? '') || from == null) return null
    const tops = [from, to].includes(OTHER) ? await topOfSteps(sheet, asked) : new Map<number, string[]>()
    const is = (hash: string, shown: string, at: number) => shownSql(sheet, hash, shown, tops.get(at) ?? [])
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
const SHORT_SQL = `if(lengthUTF8(name) <= ${LONG} AND NOT startsWith(name, '#'), toString(name), concat('#', lower(hex(MD5(toString(name))))))`

/** In place of a name: nothing follows, and what is folded between two fixed ends. */
const [NONE, FOLDED] = ['toUInt64(0)', 'toUInt64(1)']

/**
 * Rows (root, step, name, next, ms, further): a step of a session and what follows it. Names are hashes, which cost
 * half of what text costs here.
 */
function relation(sheet: Sheet, asked: Query): string {
  const [start, end] = [asked.start, asked.end].map((a) =>
    a === undefined ? null : sheet.matches(typeof a === 'object' && 'event' in a ? a : { event: a, where: [] }),
  )
  const named = (names: readonly (string | string[])[]) => sheet.matches({ event: names.flat(), where: [] })
  const wanted = [
    ...(asked.include?.length ? [named(asked.include)] : []),
    ...(asked.exclude?.length ? [`NOT ${named(asked.exclude)}`] : []),
  ].join(' AND ')
  // Where a path is asked to begin or end is on it, whatever else is left out.
  const kept = wanted && [`(${wanted})`, start, end].filter(Boolean).join(' OR ')
  const columns = ['seq', kept ? `if(${kept}, cityHash64(name), ${NONE})` : 'cityHash64(name)']
  const flags = [start, end].filter((f) => f != null)
  const events = kept ? `arrayFilter(e -> e.3 != ${NONE}, s)` : 's'
  let from = `SELECT root, ${events} AS es FROM (${sessions(sheet, lengthOf(asked.session), [...columns, ...flags])})`
  if (start)
    from = `SELECT root, arraySlice(es, arrayFirstIndex(e -> e.4 != 0, es)) AS es FROM (${from})
      WHERE arrayExists(e -> e.4 != 0, es)`
  if (end) {
    const first = `arrayFirstIndex((e, i) -> e.${start ? '5 != 0 AND i > 1' : '4 != 0'}, es, arrayEnumerate(es))`
    from = `SELECT root, arraySlice(es, 1, ${first}) AS es FROM (${from}) WHERE ${first} > 0`
  }
  const merged = `SELECT root, arrayMap(e -> (e.1, e.3),
    arrayFilter((e, before) -> e.3 != before, es, arrayPushFront(arrayPopBack(es.3), ${NONE}))) AS es FROM (${from})`
  const cut = `SELECT root, length(es) AS far, ${cutSql(asked)} AS es FROM (${merged})`
  return `SELECT root, p.1 AS step, p.2 AS name, p.3 AS next, p.4 AS ms, next = 0 AND far > step AS further FROM (
    SELECT root, ${asked.end ? 0 : 'far'} AS far, arrayJoin(arrayZip(arrayEnumerate(es), es.2,
      arrayPushBack(arrayPopFront(es.2), ${NONE}), arrayPushBack(arrayPopFront(arrayDifference(es.1)), toInt64(0)))) AS p
    FROM (${cut}) WHERE notEmpty(es))`
}

/** The steps that are shown: the first; the last where only the end is fixed; both ends with the middle folded. */
function cutSql({ start, end, steps }: Query): string {
  if (end === undefined) return `arraySlice(es, 1, ${steps})`
  if (start === undefined) return `arraySlice(es, greatest(1, toInt64(length(es)) - ${steps - 1}))`
  const middle = steps > 2 ? `[(es[${steps - 1}].1, ${FOLDED})], ` : ''
  return `if(length(es) <= ${steps}, es, arrayConcat(arraySlice(es, 1, ${Math.max(1, steps - 2)}), ${middle}[es[-1]]))`
}

/** How often each event is followed by each, with its members as bitmaps, so that sessions are read once. */
function pairsSql(sheet: Sheet, asked: Query): string {
  const pairs = `SELECT step, name, next, count() AS pairs, sum(ms) AS took, countIf(further) AS onward,
    groupBitmapState(toUInt32(root)) AS who FROM (${relation(sheet, asked)}) GROUP BY step, name, next`
  const names = `SELECT cityHash64(name) AS h, toString(name) AS called FROM (SELECT DISTINCT name FROM events)`
  const called = (hash: string, by: string) => `multiIf(${hash} = 0, '', ${hash} = 1, '${OTHER}', ${by}.called)`
  return `SELECT step, ${called('p.name', 'a')} AS name, ${called('p.next', 'b')} AS next, pairs, took, onward, who
    FROM (${pairs}) AS p LEFT ANY JOIN (${names}) AS a ON a.h = p.name LEFT ANY JOIN (${names}) AS b ON b.h = p.next`
}

function numbersSql(sheet: Sheet, asked: Query): string {
  // What follows at a step is what stands at the next one, so both have the same rank.
  const totals = `SELECT *, sum(pairs) OVER (PARTITION BY step, name) AS here, sum(pairs) OVER (PARTITION BY step, next) AS there
    FROM (${pairsSql(sheet, asked)})`
  const ranked = `SELECT *, dense_rank() OVER (PARTITION BY step ORDER BY here DESC, name) AS r,
    dense_rank() OVER (PARTITION BY step, next = '' ORDER BY there DESC, next) AS x FROM (${totals})`
  const folded = `SELECT step, if(r <= ${asked.top}, name, '${OTHER}') AS n,
    multiIf(next = '', '', x <= ${asked.top}, next, '${OTHER}') AS m, pairs, took, onward, who FROM (${ranked})`
  return `SELECT toUInt8(grouping(n, m)) AS level, toUInt8(step) AS step, n, m, toUInt32(sum(pairs)) AS c,
      toFloat64(sum(took)) AS ms, toUInt32(sum(onward)) AS f, toUInt32(groupBitmapMerge(who)) AS people
    FROM (${folded}) GROUP BY GROUPING SETS ((step, n, m), (step, n), (step))`
}

/** The names that have a node of their own, by step. */
async function topOfSteps(sheet: Sheet, asked: Query): Promise<Map<number, string[]>> {
  const rows = await sheet.rows<{ step: number; names: string[] }>(
    `SELECT toUInt8(step) AS step, arraySlice(groupArray(name), 1, ${asked.top}) AS names FROM (
       SELECT step, name, sum(pairs) AS c FROM (${pairsSql(sheet, asked)}) GROUP BY step, name ORDER BY step, c DESC, name)
     GROUP BY step`,
  )
  return new Map(rows.map((r) => [r.step, r.names]))
}

/** The condition on a hashed name that it is shown as this at its step. */
function shownSql(sheet: Sheet, hash: string, shown: string, top: readonly string[]): string {
  const [own, one] = [sheet.bind('Array(String)', top), sheet.bind('String', shown)]
  if (shown === OTHER) return `${hash} != 0 AND NOT has(arrayMap(n -> cityHash64(n), ${own}), ${hash})`
  return shown.startsWith('#')
    ? `${hash} IN (SELECT cityHash64(name) FROM (SELECT DISTINCT name FROM events) WHERE ${SHORT_SQL} = ${one})`
    : `${hash} = cityHash64(${one})`
}
