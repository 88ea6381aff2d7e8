// What numbers count and people are taken from: a row for each member, or for each way gone through, with the root
// number, how many steps were made, their instants, whether it may still go on, and the group.
import { dividedBy, groupSql } from '../breakdown.ts'
import type { Sheet } from '../sheet.ts'
import { unorderedOf } from './any-order.ts'
import { type Attempts, chainsOf } from './chain.ts'
import { isValued } from './event-row.ts'
import { type Layers, mapped } from './layer.ts'
import { placesOf } from './position.ts'
import { attributedStep, attributionOf, endOf, type FunnelQuery } from './query.ts'

/**
 * Rows (root, made, times, open, g): 0 made stands for those all of whose attempts an exclusion hit; `times` are
 * milliseconds; g is '' without a breakdown or a value. With `top`, values beside these are one group.
 */
export function relationOf(sheet: Sheet, asked: FunnelQuery, top?: readonly string[]): string {
  const places = placesOf(sheet, asked)
  const { layers } = places
  const attempts = asked.order === 'any' ? unorderedOf(sheet, asked, places) : chainsOf(sheet, asked, places)
  const valued = isValued(asked)
  if (asked.countBy === 'conversions') eachWay(sheet, asked, layers, attempts)
  else bestWay(layers, attempts, valued)
  return grouped(sheet, asked, layers.sql(), top)
}

/** The longest attempt, and of these the earliest. */
function bestWay(layers: Layers, { t, level, times, value }: Attempts, valued: boolean): void {
  // 2^44 ms is past every instant that an event can have.
  layers.add({
    rank: `arrayMap((l_, t_) -> if(l_ = 0, toInt64(0), toInt64(l_) * 17592186044416 - t_), ${level}, ${t})`,
    latest: `arrayMax(arrayMap((l_, t_) -> if(l_ = 0, toInt64(0), t_), ${level}, ${t}))`,
  })
  layers.add({ hit: 'arrayMax(rank) = 0', best_at: 'indexOf(rank, arrayMax(rank))' })
  const at = (column: string) => `${column}[best_at]`
  layers.narrow({
    ...{ root: 'root', latest: 'latest' },
    made: `if(hit, toUInt8(0), ${at(level)})`,
    times: `if(hit, emptyArrayInt64(), ${times(at)})`,
    ...(valued ? { own: `if(hit, '', ${value(at)})`, vs: 'vs' } : {}),
  })
}

/**
 * Way after way: the next begins when the one before is complete, or its time is over. Of what begins while one is under
 * way that will not be completed, the longest counts, so that no more is lost than where each counts once.
 */
function eachWay(sheet: Sheet, asked: FunnelQuery, layers: Layers, attempts: Attempts): void {
  const { level, columns, times, value } = attempts
  const valued = isValued(asked)
  const at = (column: string) => `${column}_`
  const way = `tuple(${at(level)}, ${times(at)}, ${valued ? value(at) : "''"})`
  layers.add({
    ways: `arrayFilter(w -> w.1 > 0, ${mapped([level, ...columns].map(at), way, [level, ...columns])})`,
  })
  const none = "tuple(toUInt8(0), emptyArrayInt64(), '')"
  const end = `greatest(${endOf(asked.window, 'w_.2[1]', sheet)}, w_.2[-1])`
  const isWhole = `w_.1 = ${asked.steps.length}`
  // s_: the ways so far, the one that is under way, and until when.
  const before = 'if(s_.2.1 > 0, arrayPushBack(s_.1, s_.2), s_.1)'
  const walked = `arrayFold((s_, w_) -> multiIf(
      w_.2[1] <= s_.3 AND s_.2.1 >= w_.1, s_,
      w_.2[1] <= s_.3 AND s_.2.1 = 0, s_,
      w_.2[1] <= s_.3 AND ${isWhole}, (arrayPushBack(s_.1, w_), ${none}, w_.2[-1]),
      w_.2[1] <= s_.3, (s_.1, w_, greatest(s_.3, w_.2[-1])),
      ${isWhole}, (arrayPushBack(${before}, w_), ${none}, w_.2[-1]),
      (${before}, w_, ${end})),
    ways, (arrayResize(ways, 0), ${none}, toInt64(0)))`
  layers.add({ walked })
  layers.add({ gone: 'if(walked.2.1 > 0, arrayPushBack(walked.1, walked.2), walked.1)' })
  layers.narrow({ root: 'root', way: `arrayJoin(if(empty(gone), [${none}], gone))`, ...(valued ? { vs: 'vs' } : {}) })
  layers.add({ latest: 'way.2[1]', made: 'way.1', times: 'way.2', ...(valued ? { own: 'way.3' } : {}) })
}

/** Who has no value in the chain has the one of another of their steps; one step's own value has no stand-in. */
function touch(asked: FunnelQuery): string {
  if (attributedStep(asked.breakdown) !== null) return 'own'
  const isLast = attributionOf(asked.breakdown) === 'last'
  return `if(own != '', own, ${isLast ? 'arrayLast' : 'arrayFirst'}(v -> v != '', vs))`
}

function grouped(sheet: Sheet, asked: FunnelQuery, ways: string, top: readonly string[] | undefined): string {
  const end = endOf(asked.window, 'latest', sheet)
  const open = `made > 0 AND made < ${asked.steps.length} AND ${end} >= ${sheet.bind('Int64', sheet.now.getTime())}`
  const by = asked.breakdown
  const all = `SELECT root, made, times, ${open} AS open, ${isValued(asked) ? touch(asked) : "''"} AS own_value FROM (${ways})`
  if (!by) return `SELECT root, made, times, open, '' AS g FROM (${all})`
  const divided = dividedBy(sheet, by)
  const value = isValued(asked) ? 'own_value' : divided.value
  // What tells the value of an event's member tells that of a root: a root's root is itself.
  const rows = isValued(asked)
    ? `(${all})`
    : `(SELECT *, toUInt32(root) AS member FROM (${all})) AS ways_ ${divided.join}`
  return `SELECT root, made, times, open, ${top ? groupSql(sheet, value, top) : value} AS g FROM ${rows}`
}
