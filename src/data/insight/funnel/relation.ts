// What numbers count and people are taken from: a row for each member, or for each way gone through, with the root
// number, how many steps were made, their instants, whether it may still go on, and the group.
import { dividedBy, OTHER } from '../breakdown.ts'
import type { Sheet } from '../sheet.ts'
import { unorderedOf } from './any-order.ts'
import { type Attempts, chainsOf } from './chain.ts'
import { isValued } from './event-row.ts'
import { type Layers, mapped, next } from './layer.ts'
import { placesOf } from './position.ts'
import { attributedStep, attributionOf, endOf, type FunnelQuery } from './query.ts'

/**
 * Rows (root, made, times, open, g): 0 made stands for those all of whose attempts an exclusion hit; `times` are
 * milliseconds; g is '' without a breakdown or a value, and one group for all values past the limit.
 */
export function relationOf(sheet: Sheet, asked: FunnelQuery): string {
  const places = placesOf(sheet, asked)
  const { layers } = places
  const attempts = asked.order === 'any' ? unorderedOf(sheet, asked, places) : chainsOf(sheet, asked, places)
  const valued = isValued(asked)
  if (asked.countBy === 'conversions') eachWay(sheet, asked, layers, attempts)
  else bestWay(layers, attempts, valued)
  return grouped(sheet, asked, layers.sql())
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
    ...(valued ? { own: `if(hit, toUInt64(0), ${value(at)})`, vs: 'vs', texts: 'texts' } : {}),
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
  const way = `tuple(${at(level)}, ${times(at)}, ${valued ? value(at) : 'toUInt64(0)'})`
  layers.add({
    ways: `arrayFilter(w -> w.1 > 0, ${mapped([level, ...columns].map(at), way, [level, ...columns])})`,
  })
  layers.add({
    made_: 'ways.1',
    began_: mapped(['t_'], 't_[1]', ['ways.2']),
    ended_: mapped(['t_'], 't_[-1]', ['ways.2']),
  })
  // s_: what becomes of each way, how many steps the one that is under way makes, and until when. A fold copies what it
  // carries at each way, so that it carries as little as can be.
  const isWhole = `l_ = ${asked.steps.length}`
  const end = `greatest(${endOf(asked.window, 'b_', sheet)}, e_)`
  const told = (what: number) => `arrayPushBack(s_.1, toUInt8(${what}))`
  const walked = `arrayFold((s_, l_, b_, e_) -> multiIf(
      b_ <= s_.3 AND (s_.2 = 0 OR s_.2 >= l_), (${told(SKIPPED)}, s_.2, s_.3),
      ${isWhole}, (arrayPushBack(s_.1, toUInt8(if(b_ <= s_.3, ${INSTEAD}, ${ANEW}))), toUInt8(0), e_),
      b_ <= s_.3, (${told(INSTEAD)}, l_, greatest(s_.3, e_)),
      (${told(ANEW)}, l_, ${end})),
    made_, began_, ended_, (emptyArrayUInt8(), toUInt8(0), toInt64(0))).1`
  layers.add({ walked })
  layers.add({
    begun: `arrayFilter((w, f) -> f != ${SKIPPED}, ways, walked)`,
    fates: `arrayFilter(f -> f != ${SKIPPED}, walked)`,
  })
  const gone = `arrayFilter((w, f) -> f != ${INSTEAD}, begun, ${next('fates', `toUInt8(${ANEW})`)})`
  const none = 'tuple(toUInt8(0), emptyArrayInt64(), toUInt64(0))'
  layers.narrow({
    root: 'root',
    way: `arrayJoin(if(empty(begun), [${none}], ${gone}))`,
    ...(valued ? { vs: 'vs', texts: 'texts' } : {}),
  })
  layers.add({ latest: 'way.2[1]', made: 'way.1', times: 'way.2', ...(valued ? { own: 'way.3' } : {}) })
}
/** What becomes of a way: another is under way; it begins; it takes the place of the one under way. */
const [SKIPPED, ANEW, INSTEAD] = [0, 1, 2]

/** Who has no value in the chain has the one of another of their steps; one step's own value has no stand-in. */
function touch(asked: FunnelQuery): string {
  const isLast = attributionOf(asked.breakdown) === 'last'
  if (attributedStep(asked.breakdown) !== null) return 'own'
  return `if(own != 0, own, ${isLast ? 'arrayLast' : 'arrayFirst'}(v -> v != 0, vs))`
}

function grouped(sheet: Sheet, asked: FunnelQuery, ways: string): string {
  const end = endOf(asked.window, 'latest', sheet)
  const open = `made > 0 AND made < ${asked.steps.length} AND ${end} >= ${sheet.bind('Int64', sheet.now.getTime())}`
  const by = asked.breakdown
  const valued = isValued(asked)
  const all = `SELECT root, made, times, ${open} AS open${valued ? `, ${touch(asked)} AS hash, texts` : ''} FROM (${ways})`
  if (!by) return `SELECT root, made, times, open, '' AS g FROM (${all})`
  const divided = dividedBy(sheet, by)
  const text = "if(hash = 0, '', arrayFirst(text_ -> cityHash64(text_) = hash, texts))"
  // What tells the value of an event's member tells that of a root: a root's root is itself.
  const rows = valued
    ? `SELECT root, made, times, open, ${text} AS value FROM (${all})`
    : `SELECT root, made, times, open, ${divided.value} AS value
       FROM (SELECT *, toUInt32(root) AS member FROM (${all})) AS ways_ ${divided.join}`
  return withinLimit(rows, by.limit)
}

/** The greatest groups stand for themselves, by those who made the first step; told in the same reading of events. */
function withinLimit(rows: string, limit: number): string {
  const sized = `SELECT *, uniqExactIf(root, made > 0) OVER (PARTITION BY value) AS size_ FROM (${rows})`
  const ranked = `SELECT *, dense_rank() OVER (ORDER BY size_ DESC, value) AS rank_ FROM (${sized})`
  return `SELECT root, made, times, open, if(rank_ <= ${limit}, value, '${OTHER}') AS g FROM (${ranked})`
}
