// The rows a funnel reads, as one sorted array a unit. An event is packed into one number that sorts as chains need it:
// 42 bits of milliseconds, then 11 bits of steps, then 10 of the rest, so that what happened at the same time
// stands in the order of the steps.
import { jsonOperand } from '#data/segment'
import { dividedBy } from '../breakdown.ts'
import { IDLE, lengthOf, sessions } from '../session.ts'
import { inline, type Sheet } from '../sheet.ts'
import { type FunnelQuery, longest } from './query.ts'

const LOW_BITS = 21
/** Of the hash of a value, where values are asked for. */
const HASH_BITS = 64
const DAY_MS = 86_400_000

/** SQL tests of a packed event, or of several at the same instant put together by OR. */
export const isStep = (event: string, step: number): string => `bitTest(${event}, ${10 + step})`
export const isExclusion = (event: string, exclusion: number): string => `bitTest(${event}, ${exclusion})`
/** Whether it breaks a strict chain: it is tracked, or a step itself. */
export const isHeard = (event: string): string => `bitTest(${event}, 9)`
export const isAnyStep = (event: string): string => `bitAnd(${event}, ${0x0f_fc_00}) != 0`
export const timeOf = (event: string): string => `toInt64(bitShiftRight(${event}, ${LOW_BITS}))`
/** Its steps as the low bits of a number. */
export const stepsOf = (event: string): string => `toUInt16(bitAnd(bitShiftRight(${event}, 10), 1023))`

/** Whether groups are told apart by the values of events. */
export const isValued = ({ breakdown }: FunnelQuery): boolean => breakdown !== undefined && 'eventProperty' in breakdown

/**
 * Rows (root, ev): the packed events of each unit that can have a chain, in order. Where values are asked for, also vs,
 * the hash of each one's value or 0, and texts, what the hashes stand for.
 */
export function unitRows(sheet: Sheet, asked: FunnelQuery): string {
  const { order, unit } = asked
  const valued = isValued(asked)
  const from = sheet.bind('Int64', sheet.from.getTime())
  const to = sheet.bind('Int64', sheet.to.getTime())
  const begins = (p: string) => (order === 'any' ? `${isAnyStep(p)} AND ${timeOf(p)} < ${to}` : isStep(p, 0))
  const isRead = (p: string) => (order === 'strict' ? '1' : `bitAnd(${p}, ${ANY_ROLE}) != 0`)
  const { p, v } = rowColumns(sheet, asked)
  // One number an event: arrays of tuples or texts would take several times the memory and the time.
  const word = valued ? `bitShiftLeft(toUInt128(p), ${HASH_BITS}) + if(v = '', 0, cityHash64(v))` : 'p'
  const event = (e: string) => (valued ? `toUInt64(bitShiftRight(${e}, ${HASH_BITS}))` : e)
  const columns = (es: string) =>
    valued ? `arrayMap(e -> ${event('e')}, ${es}) AS ev, arrayMap(e -> toUInt64(e), ${es}) AS vs, texts` : `${es} AS ev`
  const more: Readonly<Record<string, string>> = valued ? { texts: "groupUniqArrayIf(v, v != '')" } : {}
  if (unit === 'session') {
    // What came before the range in a session that reaches into it is in no chain.
    const around = { ...sheet, from: new Date(sheet.from.getTime() - DAY_MS) }
    const last = sheet.bind('Int64', sheet.to.getTime() + longest(asked.window))
    const time = timeOf(event('e'))
    const read = `arrayFilter(e -> ${time} >= ${from} AND ${time} <= ${last} AND ${isRead(event('e'))}, s)`
    const shift = LOW_BITS + (valued ? HASH_BITS : 0)
    const packed = { row: `${p} AS p${valued ? `, ${v} AS v` : ''}`, word, shift, more }
    return `SELECT root, ${columns('es')} FROM (SELECT *, ${read} AS es FROM (${sessions(around, lengthOf(IDLE), packed)}))
      WHERE arrayExists(e -> ${begins(event('e'))}, es)`
  }
  const end = new Date(sheet.to.getTime() + longest(asked.window) + 1)
  const key = unit === 'member' ? null : jsonOperand(sheet.bind, inline, unit.entity, '1').text
  const named = sheet.matches({ event: [...asked.steps, ...asked.exclude].flatMap((s) => s.event), where: [] })
  const events = `SELECT ${sheet.root} AS root, ${p} AS p${valued ? `, ${v} AS v` : ''}${key ? `, ${key} AS k` : ''}
    FROM events WHERE ${sheet.within(sheet.from, end)} AND ${order === 'strict' ? heard(sheet, asked, named) : named}
      AND ${sheet.audience}`
  return `SELECT root, ${columns('es')} FROM (
    SELECT root, arraySort(groupArray(${word})) AS es${valued ? `, ${more.texts} AS texts` : ''} FROM (${events})
    WHERE ${isRead('p')}${key ? " AND k != ''" : ''} GROUP BY root${key ? ', k' : ''} HAVING max(${begins('p')}))`
}

/** Bits of the steps and the exclusions. */
const ANY_ROLE = 0x0f_fd_ff

/** A chain that is strict hears everything that is tracked, of those alone who begin one. */
function heard(sheet: Sheet, { steps }: FunnelQuery, named: string): string {
  const first = steps[0] ?? { event: [], where: [] }
  const begun = `SELECT ${sheet.root} FROM events
    WHERE ${sheet.within(sheet.from, sheet.to)} AND ${sheet.matches(first)} AND ${sheet.audience}`
  return `(class != 'system' OR ${named}) AND ${sheet.root} IN (${begun})`
}

/** SQL for a row of `events`: packed, and its value. */
function rowColumns(sheet: Sheet, { order, steps, exclude, breakdown }: FunnelQuery): { p: string; v: string } {
  const inRange = `timestamp >= ${sheet.instant(sheet.from)} AND timestamp < ${sheet.instant(sheet.to)}`
  const bits = (conditions: readonly string[], low: number) =>
    conditions.map((c, i) => `bitShiftLeft(toUInt64(ifNull(${c}, 0)), ${low + i})`).join(' + ')
  const stepBits = bits(
    steps.map((s, i) => (i === 0 && order !== 'any' ? `${sheet.matches(s)} AND ${inRange}` : sheet.matches(s))),
    10,
  )
  const others =
    exclude.length > 0
      ? ` + ${bits(
          exclude.map((x) => sheet.matches(x)),
          0,
        )}`
      : ''
  const roles = `(${stepBits}${others})`
  const loud = order === 'strict' ? ` + if(class != 'system' OR (${stepBits}) != 0, 512, 0)` : ''
  return {
    p: `bitShiftLeft(toUInt64(toUnixTimestamp64Milli(timestamp)), ${LOW_BITS}) + ${roles}${loud}`,
    // Only what fills steps is a touch.
    v:
      breakdown && 'eventProperty' in breakdown
        ? `if((${stepBits}) != 0, ${dividedBy(sheet, breakdown).value}, '')`
        : "''",
  }
}
