// Where everybody who was ever active stands in each period. States are told from each member's own sorted days.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { Problem } from '#kernel/problem'
import { localDate, parseDuration } from '#kernel/time'
import { activeDays, activity } from './active-day.ts'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { calendarOf, dayNumber, indexSql, type Period, periodsOf, weekStart } from './period.ts'
import type { Sheet } from './sheet.ts'

const STATES = ['new', 'returning', 'resurrected', 'dormant', 'lost'] as const

const DAY_MS = 86_400_000

/** Calendar days of a duration; null where it is no whole number of them. */
function daysOf(text: string): number | null {
  const duration = parseDuration(text)
  const days = duration?.kind === 'days' ? duration.days : (duration?.ms ?? 0) / DAY_MS
  return Number.isInteger(days) && days > 0 ? days : null
}

const query = z.object({
  ...common,
  ...activity,
  period: z.enum(['day', 'week', 'month']).default('day'),
  lostAfter: z
    .string()
    .max(16)
    .refine((s) => daysOf(s) !== null, inWords('a whole number of days such as "90d"', '须为整数天，例如 90d'))
    .default('90d'),
  weekStart,
})
type Query = z.output<typeof query>

const numbers = z.array(z.int().nullable())

export const lifecycle = kind({
  name: 'insight.lifecycle',
  title: { en: 'Lifecycle', zh: '生命周期' },
  means: {
    en: 'Everybody ever active, in each period: new (active for the first time ever), returning (active in the period before, too), resurrected (active again after a break), dormant (seen before, now silent) or lost (silent for as many whole days as said).',
    zh: '每个周期内所有曾活跃成员的状态：新增（首次活跃）、持续活跃（上一周期也活跃）、回流（中断后再次活跃）、沉默（曾活跃、本周期未活跃）、流失（连续未活跃天数达到设定值）。',
  },
  query,
  answer: z.object({
    buckets: z.array(z.string()),
    /** Indexes of buckets that have not ended; null stands in those that have not begun. */
    unfinished: z.array(z.int()),
    active: numbers,
    activeCells: z.array(cell),
    states: z.array(z.object({ state: z.enum(STATES), values: numbers, cells: z.array(cell) })),
    /** Active in the period before and not in this one, whatever they are called now. */
    newlyDormant: z.object({ values: numbers, cells: z.array(cell) }),
  }),
  reads: (asked) => [asked.event].flat(),
  check(asked, sheet) {
    if (!periodsOf(asked.period, sheet.from, sheet.to, calendarOf(sheet, asked)))
      throw new Problem('insight.too_many_periods', 400)
  },
  async numbers(sheet, asked) {
    const periods = periodsOf(asked.period, sheet.from, sheet.to, calendarOf(sheet, asked)) ?? []
    const told = standings(periods, await changesOf(sheet, asked, periods))
    const values = (name: keyof Standing) =>
      told.map((standing, i) => ((periods[i]?.from ?? sheet.to) <= sheet.now ? standing[name] : null))
    const cells = (name: string) => periods.map((p) => cellKey(name, p.key))
    return {
      buckets: periods.map((p) => p.key),
      unfinished: periods.flatMap((p, i) => (p.to > sheet.now ? [i] : [])),
      active: values('active'),
      activeCells: cells('active'),
      states: STATES.map((state) => ({ state, values: values(state), cells: cells(state) })),
      newlyDormant: { values: values('newlyDormant'), cells: cells('newlyDormant') },
    }
  },
  async people(sheet, asked, [name, key]) {
    const periods = periodsOf(asked.period, sheet.from, sheet.to, calendarOf(sheet, asked)) ?? []
    const period = periods.find((p) => p.key === key)
    const state = STATES.find((s) => s === name)
    if (!period || !(state || name === 'active' || name === 'newlyDormant')) return null
    const t = period.index
    const holds = state
      ? stateSql(sheet, asked, period, state)
      : name === 'active'
        ? `has(periods, ${t})`
        : `has(periods, ${t - 1}) AND NOT has(periods, ${t})`
    return `SELECT root FROM (${await relation(sheet, asked, periods)}) WHERE ${holds}`
  },
  until(sheet, asked) {
    const last = periodsOf(asked.period, sheet.from, sheet.to, calendarOf(sheet, asked))?.at(-1)
    return last && last.to <= sheet.now ? new Date(8.64e15) : sheet.now
  },
})

type Standing = Readonly<Record<(typeof STATES)[number] | 'active' | 'newlyDormant', number>>

/** How many stand where in each period: who is dormant follows from all ever seen, the actives and the lost. */
function standings(periods: readonly Period[], counted: ReadonlyMap<string, number>): Standing[] {
  const first = periods[0]?.index ?? 0
  const count = (change: Change, at: number) => counted.get(`${change}/${at}`) ?? 0
  const activeAt = (at: number) => count('new', at) + count('returning', at) + count('resurrected', at)
  const earlier = (change: Change) => count(change, first - 2) + count(change, first - 1)
  let ever = earlier('new')
  let lost = earlier('lost') - earlier('found')
  return periods.map(({ index: at }) => {
    const [active, returning] = [activeAt(at), count('returning', at)]
    ever += count('new', at)
    lost += count('lost', at) - count('found', at)
    return {
      ...{ new: count('new', at), returning, resurrected: count('resurrected', at) },
      ...{ dormant: ever - active - lost, lost, active, newlyDormant: activeAt(at - 1) - returning },
    }
  })
}

/** Rows (root, days, periods): everybody active before the end of the last period, all of their life. */
async function relation(sheet: Sheet, asked: Query, periods: readonly Period[]): Promise<string> {
  const { weekStart } = calendarOf(sheet, asked)
  const all = await activeDays(sheet, asked, null, periods.at(-1)?.to ?? sheet.to)
  if (asked.period === 'day') return `SELECT root, days, days AS periods FROM (${all})`
  return `SELECT root, days, arrayCompact(arrayMap(d -> ${indexSql(asked.period, weekStart, 'd')}, days)) AS periods FROM (${all})`
}

/** The condition on a row of the relation that its member is in a state in a period. */
function stateSql(sheet: Sheet, asked: Query, period: Period, state: (typeof STATES)[number]): string {
  const t = period.index
  const [isActive, wasActive, isOld] = [`has(periods, ${t})`, `has(periods, ${t - 1})`, `periods[1] < ${t}`]
  // Silence is counted up to the last day of the period that has begun, so that today may be its last.
  const last = Math.min(dayNumber(localDate(new Date(period.to.getTime() - 1), sheet.zone)), todayOf(sheet))
  const silence = `${last} - arrayLast(d -> d <= ${last}, days)`
  const lostAfter = daysOf(asked.lostAfter) ?? 0
  return {
    new: `periods[1] = ${t}`,
    returning: `${isActive} AND ${wasActive}`,
    resurrected: `${isActive} AND NOT ${wasActive} AND ${isOld}`,
    dormant: `${isOld} AND NOT ${isActive} AND ${silence} < ${lostAfter}`,
    lost: `${isOld} AND NOT ${isActive} AND ${silence} >= ${lostAfter}`,
  }[state]
}

const todayOf = (sheet: Sheet) => dayNumber(localDate(sheet.now, sheet.zone))

/** What may befall a member in a period; who is dormant follows. */
const CHANGES = ['new', 'returning', 'resurrected', 'lost', 'found'] as const
type Change = (typeof CHANGES)[number]

/**
 * How often each change falls in each period, by `change/index`; all that fell earlier than in the period before the
 * first stands in the one before that. A member is lost from the period in which the silence grows long enough, and
 * found in the one of the next activity, where that is a later one.
 */
async function changesOf(sheet: Sheet, asked: Query, periods: readonly Period[]): Promise<Map<string, number>> {
  const { weekStart } = calendarOf(sheet, asked)
  const index = (day: string) => indexSql(asked.period, weekStart, day)
  const earliest = (periods[0]?.index ?? 0) - 2
  const code = (at: string, change: Change) => `greatest(toInt32(${at}), ${earliest}) * 8 + ${CHANGES.indexOf(change)}`
  const before = 'arrayPopBack(arrayPushFront(periods, toUInt16(0)))'
  const state = `multiIf(b = 0, ${CHANGES.indexOf('new')}, p - b = 1, ${CHANGES.indexOf('returning')}, ${CHANGES.indexOf('resurrected')})`
  const lostAfter = daysOf(asked.lostAfter) ?? 0
  const today = todayOf(sheet)
  // Not in the period of the last activity, however short the silence that is asked for.
  const silent = (day: string) => `greatest(${index(`toUInt16(${day} + ${lostAfter})`)}, ${index(day)} + 1)`
  // Who never came back is silent until today.
  const silences = `arrayFilter(s -> s.2 - s.1 > ${lostAfter} AND ${silent('s.1')} < ${index('s.2')},
    arrayZip(arrayPopBack(days), arrayPopFront(days)))`
  const rows = await sheet.rows<{ code: number; n: number }>(
    `SELECT arrayJoin(arrayConcat(
        arrayMap((p, b) -> greatest(toInt32(p), ${earliest}) * 8 + ${state}, periods, ${before}),
        arrayMap(s -> ${code(silent('s.1'), 'lost')}, silences),
        arrayMap(s -> ${code(index('s.2'), 'found')}, silences),
        if(days[-1] + ${lostAfter} <= ${today}, [${code(silent('days[-1]'), 'lost')}], []))) AS code,
      toUInt32(count()) AS n
    FROM (SELECT days, periods, ${silences} AS silences FROM (${await relation(sheet, asked, periods)})) GROUP BY code`,
  )
  return new Map(rows.map(({ code, n }) => [`${CHANGES[code & 7]}/${Math.floor(code / 8)}`, Number(n)]))
}
