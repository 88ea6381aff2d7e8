// A measure as SQL: its value for a member, and the next instant at which time alone may change it. Values are coded as
// text, a digit of their kind before them, so that one column bears them all; '' is none.
import { dayOf, dayStart, type Filter, jsonOperand, numberOf, spanOf, whereSql } from '#data/segment'
import type { Measure } from './definition.ts'
import { aboutSql, NEVER, type Sheet } from './sheet.ts'

export const CODE = { text: '1', number: '2', bool: '3', instant: '6', rfm: '5' } as const
const DAY_MS = 86_400_000
/** Longer texts are cut: a trait is a word or a number, not a document. */
const MOST_TEXT = 500

export interface Plan {
  /** Coded value. */
  value: string
  /** Nullable(Float64); NULL also where the value is no number. */
  number: string
  /** Int64, ms; NEVER for none. */
  next: string
  /** Whether a row counts, on single rows: what the value was made of. */
  counts: string
}

/** A number that may be NULL as a coded value. */
export const codedNumber = (number: string): string =>
  `if(isNull(${number}), '', concat('${CODE.number}', toString(assumeNotNull(${number}))))`

interface Rows {
  /** Counts now. */
  counts: string
  /** Instants at which rows to come arrive and filters turn, NEVER for none. */
  turns: readonly string[]
  /** When an instant leaves the window; null: never. */
  leaves: ((t: string) => string) | null
  about: string
}

const later = (t: string) => `if(${t} > now, toInt64(${t}), ${NEVER})`

function rowsOf(measure: Measure, sheet: Sheet): Rows {
  const { row, sum } = sheet
  const about = row(aboutSql(sheet, measure))
  const { holds, changes } = whereSql(measure.where as Filter[], sheet, about)
  const passes = row(['1', ...holds].join(' AND '))
  const span = measure.within === undefined ? null : spanOf(measure.within, sheet.bind, sheet.zone)
  const inside = span ? `t <= now AND ${span.reaches('t', 'now')}` : 't <= now'
  // A filter that turns with time may be another one when the row arrives.
  const arrives = changes.length > 0 ? about : `${about} AND ${passes}`
  return {
    about,
    counts: row(`${about} AND ${passes} AND ${inside}`),
    turns: [
      later(sum(`minIf(t, ${arrives} AND t > now)`)),
      ...changes.map((c) => {
        const turn = row(`toInt64(ifNull(${c}, 0))`)
        return later(sum(`minIf(${turn}, ${about} AND ${turn} > now)`))
      }),
    ],
    leaves: span ? span.leaves : null,
  }
}

export function planMeasure(measure: Measure, sheet: Sheet): Plan {
  const rows = rowsOf(measure, sheet)
  const measured = MEASURES[measure.fn](measure, rows, sheet)
  const leaving = rows.leaves && measured.leaves.map((t) => rows.leaves?.(t) ?? String(NEVER))
  const own = [...(leaving ?? []), ...(measured.turns ?? [])].map((t) => `if(${measured.some}, ${t}, ${NEVER})`)
  const number = sheet.cell(measured.number ?? "CAST(NULL, 'Nullable(Float64)')")
  return {
    value: measured.value ? sheet.cell(measured.value) : codedNumber(number),
    number,
    next: sheet.cell(`least(${[NEVER, ...rows.turns, ...own].map((t) => `toInt64(${t})`).join(', ')})`),
    counts: measured.counts ?? rows.counts,
  }
}

interface Measured {
  /** Whether anything was measured, over sums. */
  some: string
  /** Nullable(Float64), or a coded value of its own. */
  number?: string
  value?: string
  /** Instants of the rows whose leaving the window can change it first. */
  leaves: readonly string[]
  /** Other instants at which it changes. */
  turns?: readonly string[]
  counts?: string
}

const numberIf = (some: string, number: string) => `if(${some}, toFloat64(${number}), NULL)`
/** Sums of fractions depend on their order in the last digits; these are cut off, so that equal histories are equal. */
const settled = (number: string) => `round(${number}, 6)`

function numeric(measure: Measure, rows: Rows, { bind, row, sum }: Sheet) {
  const operand = jsonOperand(bind, row, measure.of ?? '', rows.about)
  const number = row(numberOf(operand))
  const counts = row(`${rows.counts} AND ${number} IS NOT NULL`)
  return { x: row(`ifNull(${number}, 0)`), counts, some: `${sum(`countIf(${counts})`)} > 0` }
}

function textual(measure: Measure, rows: Rows, { bind, row, sum }: Sheet) {
  const { text, kind } = jsonOperand(bind, row, measure.of ?? '', rows.about)
  const counts = row(`${rows.counts} AND ${text} != '' AND ${kind} < 4`)
  const coded = row(`concat(toString(${kind}), substringUTF8(${text}, 1, ${MOST_TEXT}))`)
  return { coded, counts, some: `${sum(`countIf(${counts})`)} > 0` }
}

const daysOf = ({ tz, row }: Sheet) => row(`toInt32(${dayOf('t', tz)})`)

/** The first or the last: the field's value, or the instant where no field is named. */
function edge(measure: Measure, rows: Rows, sheet: Sheet, pick: 'min' | 'max'): Measured {
  const { sum } = sheet
  if (measure.of === undefined) {
    const t = sum(`${pick}If(t, ${rows.counts})`)
    const some = `${sum(`countIf(${rows.counts})`)} > 0`
    return { some, value: `if(${some}, concat('${CODE.instant}', toString(${t})), '')`, leaves: [t] }
  }
  const { coded, counts, some } = textual(measure, rows, sheet)
  const value = sum(`arg${pick === 'min' ? 'Min' : 'Max'}If(${coded}, (t, seq), ${counts})`)
  return { some, value: `if(${some}, ${value}, '')`, leaves: [sum(`${pick}If(t, ${counts})`)], counts }
}

/** The extreme value, and the latest of the events that have it. */
function extreme(measure: Measure, rows: Rows, sheet: Sheet, pick: 'min' | 'max'): Measured {
  const { x, counts, some } = numeric(measure, rows, sheet)
  const found = sheet.sum(`${pick}If((${x}, ${pick === 'min' ? '-t' : 't'}), ${counts})`)
  return {
    some,
    number: numberIf(some, `${found}.1`),
    leaves: [pick === 'min' ? `-${found}.2` : `${found}.2`],
    counts,
  }
}

/** Days in a row: `runs` are the lengths of the unbroken stretches, in order. */
function streaks(rows: Rows, sheet: Sheet) {
  const { sum, cell } = sheet
  const days = sum(`arraySort(groupUniqArrayIf(${daysOf(sheet)}, ${rows.counts}))`)
  const starts = cell(`arrayMap((d, i) -> d - toInt32(i), ${days}, arrayEnumerate(${days}))`)
  const breaks = `arrayMap((a, i) -> i > 1 AND a != ${starts}[i - 1], ${starts}, arrayEnumerate(${starts}))`
  const runs = cell(`arrayMap(r -> length(r), arraySplit((d, b) -> b, ${days}, ${breaks}))`)
  return {
    some: `notEmpty(${days})`,
    days,
    runs,
    oldest: sum(`minIf(t, ${rows.counts})`),
    newest: sum(`maxIf(t, ${rows.counts})`),
  }
}

function since(rows: Rows, { sum }: Sheet, pick: 'min' | 'max'): Measured {
  const t = sum(`${pick}If(t, ${rows.counts})`)
  const some = `${sum(`countIf(${rows.counts})`)} > 0`
  const days = `intDiv(now - ${t}, ${DAY_MS})`
  return { some, number: numberIf(some, days), leaves: [t], turns: [`${t} + (${days} + 1) * ${DAY_MS}`] }
}

const MEASURES: Record<Measure['fn'], (measure: Measure, rows: Rows, sheet: Sheet) => Measured> = {
  count(_, rows, { sum }) {
    const n = sum(`countIf(${rows.counts})`)
    return { some: `${n} > 0`, number: numberIf(`${n} > 0`, n), leaves: [sum(`minIf(t, ${rows.counts})`)] }
  },
  sum(measure, rows, sheet) {
    const { x, counts, some } = numeric(measure, rows, sheet)
    const total = sheet.sum(`sumIf(${x}, ${counts})`)
    // Nothing changes when a zero leaves, unless it is the last.
    const heavy = `${counts} AND ${x} != 0`
    const first = sheet.sum(`minIf(t, ${heavy})`)
    const leaves = [`if(${sheet.sum(`countIf(${heavy})`)} > 0, ${first}, ${sheet.sum(`maxIf(t, ${counts})`)})`]
    return { some, number: numberIf(some, settled(total)), leaves, counts }
  },
  avg(measure, rows, sheet) {
    const { x, counts, some } = numeric(measure, rows, sheet)
    const mean = `${sheet.sum(`sumIf(${x}, ${counts})`)} / ${sheet.sum(`countIf(${counts})`)}`
    return { some, number: numberIf(some, settled(mean)), leaves: [sheet.sum(`minIf(t, ${counts})`)], counts }
  },
  min: (measure, rows, sheet) => extreme(measure, rows, sheet, 'min'),
  max: (measure, rows, sheet) => extreme(measure, rows, sheet, 'max'),
  first: (measure, rows, sheet) => edge(measure, rows, sheet, 'min'),
  last: (measure, rows, sheet) => edge(measure, rows, sheet, 'max'),
  mostFrequent(measure, rows, sheet) {
    const { coded, counts, some } = textual(measure, rows, sheet)
    const often = sheet.sum(`sumMapIf([${coded}], [toInt64(1)], ${counts})`)
    const latest = sheet.sum(`maxMapIf([${coded}], [t], ${counts})`)
    // Of equally frequent ones the one that came last; both maps list their keys in the same order.
    const ranked = `arraySort(x -> (-x.2, -x.3, x.1), arrayZip(${often}.1, ${often}.2, ${latest}.2))`
    return { some, value: `if(${some}, ${ranked}[1].1, '')`, leaves: [sheet.sum(`minIf(t, ${counts})`)], counts }
  },
  distinct(measure, rows, sheet) {
    const { text } = jsonOperand(sheet.bind, sheet.row, measure.of ?? '', rows.about)
    const counts = sheet.row(`${rows.counts} AND ${text} != ''`)
    const n = sheet.sum(`uniqExactIf(${text}, ${counts})`)
    return { some: `${n} > 0`, number: numberIf(`${n} > 0`, n), leaves: [sheet.sum(`minIf(t, ${counts})`)], counts }
  },
  days(_, rows, sheet) {
    const n = sheet.sum(`uniqExactIf(${daysOf(sheet)}, ${rows.counts})`)
    return { some: `${n} > 0`, number: numberIf(`${n} > 0`, n), leaves: [sheet.sum(`minIf(t, ${rows.counts})`)] }
  },
  streak(_, rows, sheet) {
    const { some, days, runs, oldest, newest } = streaks(rows, sheet)
    const lives = sheet.cell(`${days}[-1] >= toInt32(${dayOf('now', sheet.tz)}) - 1`)
    const number = numberIf(some, `if(${lives}, ${runs}[-1], 0)`)
    const ends = `if(${lives}, ${dayStart(newest, sheet.tz, '2')}, ${NEVER})`
    return { some, number, leaves: [oldest], turns: [ends] }
  },
  longestStreak(_, rows, sheet) {
    const { some, runs, oldest } = streaks(rows, sheet)
    return { some, number: numberIf(some, `arrayMax(${runs})`), leaves: [oldest] }
  },
  daysSince: (_, rows, sheet) => since(rows, sheet, 'max'),
  daysSinceFirst: (_, rows, sheet) => since(rows, sheet, 'min'),
}
