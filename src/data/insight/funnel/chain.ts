// Ordered and strict chains, all of a unit's at once. From the last step back to the first: for each place, how a chain
// that stands before step k goes on from there. Each level is a fill of arrays from the right, so that the work grows
// with the events and not with their pairs, and nothing is walked one by one.
import type { Sheet } from '../sheet.ts'
import { isValued } from './event-row.ts'
import { mapped, next } from './layer.ts'
import { NEVER, type Places } from './position.ts'
import { attributedStep, attributionOf, endOf, type FunnelQuery } from './query.ts'

/** What is carried of a chain: something of the place that fills a step. */
interface Slot {
  name: string
  step: number
  source: string
  none: string
}

/** Columns of every slot, and of how many steps are made, in one way of going on. */
interface Way {
  slots: ReadonlyMap<string, string>
  level: string
}

/** What each place that begins a chain leads to, as columns over the places. */
export interface Attempts {
  t: string
  /** Steps made; 0 where no chain begins or an exclusion hit it. */
  level: string
  /** The columns beside these that `times` and `value` read. */
  columns: readonly string[]
  /** SQL for the instants of the steps made, from what each column has at a place. */
  times(at: At): string
  /** SQL for the hash of the value that an attempt is put under; 0 where it has none. */
  value(at: At): string
}
type At = (column: string) => string

export function chainsOf(sheet: Sheet, asked: FunnelQuery, places: Places): Attempts {
  const slots = slotsOf(asked, places)
  const limited = asked.steps.some((s) => s.within !== undefined)
  const goals = asked.steps.map((_, i) => asked.steps.length - i)
  const ways =
    asked.order === 'strict'
      ? strictWays(sheet, asked, places, slots)
      : orderedWays(sheet, asked, places, slots, limited ? goals : goals.slice(0, 1), limited)
  const best = bestWay(places, slots, ways)
  const level = spared(sheet, asked, places, best)
  const times = asked.steps.map((_, j) => slotOf(best, `t${j}`))
  const values = slots.filter((s) => s.name.startsWith('v')).map((s) => slotOf(best, s.name))
  return {
    ...{ t: places.t, level, columns: [...times, ...values] },
    times: (at) => `arraySlice([${times.map(at).join(', ')}], 1, ${at(level)})`,
    value: (at) => touchOf(asked, (j) => at(slotOf(best, `v${j}`)), at(level)),
  }
}

const slotOf = ({ slots }: Way, name: string): string => {
  const column = slots.get(name)
  if (column === undefined) throw new Error(`no slot ${name}`)
  return column
}

function slotsOf(asked: FunnelQuery, places: Places): Slot[] {
  const at = attributedStep(asked.breakdown)
  const valued = asked.steps.map((_, j) => j).filter((j) => isValued(asked) && (at === null || at === j))
  return [
    ...asked.steps.map((_, j) => ({ name: `t${j}`, step: j, source: places.t, none: NEVER })),
    ...asked.exclude.map(({ from }, x) => ({ name: `x${x}`, step: from, source: places.excluding(x), none: NEVER })),
    ...valued.map((j) => ({ name: `v${j}`, step: j, source: places.value(j), none: 'toUInt64(0)' })),
  ]
}

/** First value, last value, or the value of one step, of the steps made. */
export function touchOf(asked: FunnelQuery, value: (j: number) => string, level: string): string {
  const at = attributedStep(asked.breakdown)
  if (at !== null) return `if(${level} > ${at}, ${value(at)}, toUInt64(0))`
  const order = asked.steps.map((_, j) => j)
  if (attributionOf(asked.breakdown) === 'last') order.reverse()
  return `multiIf(${order.map((j) => `${level} > ${j} AND ${value(j)} != 0, ${value(j)}`).join(', ')}, toUInt64(0))`
}

/**
 * How chains go on from before step k, column by column, for k from the last step to the second; then the way of those
 * that begin. With limits between steps the first event that fits may lead nowhere, so only places from which all of
 * a goal's steps can be made are filled; the latest of these is the best for whoever comes later, and the first is the
 * best for what follows, so that one fill is still enough.
 */
function orderedWays(
  sheet: Sheet,
  asked: FunnelQuery,
  { layers, mostRun, run, t, roles }: Places,
  all: readonly Slot[],
  goals: readonly number[],
  limited: boolean,
): Way[] {
  const column = (goal: number, k: number, s: string) => `g${goal}_${k}_${s}`
  const taken = (goal: number, k: number) => `g${goal}_${k}_run`
  const fills = (k: number) => (limited ? 'n_ > 0' : `${run('n_', k)} > 0`)
  const over = (goal: number, k: number) => (limited ? taken(goal, k) : roles)
  for (let k = Math.max(...goals) - 1; k >= 0; k--) {
    const able = goals.filter((goal) => goal > k)
    if (limited) layers.add(Object.fromEntries(able.map((goal) => [taken(goal, k), runTo(goal, k)])))
    const filled = (goal: number, value: string) =>
      k === 0 ? value : `arrayReverseFill((a_, n_) -> ${fills(k)}, ${value}, ${over(goal, k)})`
    const carried = (goal: number) => all.filter((s) => s.step >= k && s.step < goal)
    const columns = able.flatMap((g) => carried(g).map((s) => [column(g, k, s.name), filled(g, going(g, k, s))]))
    layers.add(Object.fromEntries(columns))
  }
  layers.add(Object.fromEntries(goals.map((goal) => [`g${goal}_level`, levelOf(goal)])))
  return goals.map((goal) => ({
    slots: new Map(all.filter((s) => s.step < goal).map((s) => [s.name, column(goal, 0, s.name)])),
    level: `g${goal}_level`,
  }))

  /** How many steps are made by the end of the window; with limits, all of the goal or none. */
  function levelOf(goal: number): string {
    const later = Array.from({ length: goal - 1 }, (_, j) => j + 1)
    const names = later.map((j) => `t${j}_`)
    const end = endOf(asked.window, 't_', sheet)
    const made = limited
      ? `if(${fills(0)} AND ${names.at(-1) ?? 't_'} <= ${end}, ${goal}, 0)`
      : `if(${fills(0)}, ${['1', ...names.map((n) => `(${n} <= ${end})`)].join(' + ')}, 0)`
    const times = later.map((j) => column(goal, 0, `t${j}`))
    return mapped(['n_', 't_', ...names], `toUInt8(${made})`, [over(goal, 0), t, ...times])
  }

  /** What a place that fills step k, and perhaps more, knows of a slot. */
  function going(goal: number, k: number, { step, source, none, name }: Slot): string {
    const far = Math.min(mostRun, step - k)
    const after = Array.from({ length: far }, (_, i) => next(column(goal, k + i + 1, name), none))
    if (mostRun === 1) return step === k ? source : (after[0] ?? source)
    const n = limited ? 'n_' : run('n_', k)
    const cases = after.map((_, i) => `, ${n} = ${i + 1}, a${i}_`).join('')
    const names = ['n_', 'own_', ...after.map((_, i) => `a${i}_`)]
    const body = `multiIf(${n} > ${step - k}, own_${cases}, ${none})`
    return mapped(names, body, [over(goal, k), source, ...after])
  }

  /** How many steps from k on a place fills: as many as leave the rest of the goal within its limits. */
  function runTo(goal: number, k: number): string {
    const runs = Array.from({ length: Math.min(mostRun, goal - k) }, (_, i) => i + 1).reverse()
    const after = runs.map((r) => (k + r === goal ? t : next(column(goal, k + r, `t${k + r}`), NEVER)))
    const cases = runs.map((r, i) => {
      const within = asked.steps[k + r]?.within
      const near = k + r === goal ? '1' : within ? `a${i}_ <= ${endOf(within, 't_', sheet)}` : `a${i}_ < ${NEVER}`
      return `${run('n_', k)} >= ${r} AND ${near}, ${r}`
    })
    const names = ['n_', 't_', ...runs.map((_, i) => `a${i}_`)]
    return mapped(names, `toUInt8(multiIf(${cases.join(', ')}, 0))`, [roles, t, ...after])
  }
}

/**
 * A strict chain takes every event of each of its instants but the first and the last. It may begin with the last one,
 * two, … of its first instant: each is a way of its own.
 */
function strictWays(sheet: Sheet, asked: FunnelQuery, places: Places, slots: readonly Slot[]): Way[] {
  const { layers, run, t, roles, heard } = places
  const { length } = asked.steps
  const column = (k: number, s: string) => `s${k}_${s}`
  for (let k = length - 1; k > 0; k--)
    layers.add(Object.fromEntries(slots.filter((s) => s.step >= k).map((s) => [column(k, s.name), going(k, s)])))
  const ways = Array.from({ length }, (_, i) => length - i)
  const made = (r: number) => {
    const ends = asked.steps.map((s, j) => {
      const near = s.within ? ` AND t${j}_ <= ${endOf(s.within, `t${j - 1}_`, sheet)}` : ''
      return `(t${j}_ <= ${endOf(asked.window, 't0_', sheet)}${near})`
    })
    const chain = ends.reduceRight((rest, end, j) => (j === 0 ? `1 + ${rest}` : `${end} * (1 + ${rest})`), '0')
    const names = ['n_', ...asked.steps.map((_, j) => `t${j}_`)]
    const arrays = [roles, ...asked.steps.map((_, j) => begun(r, { name: `t${j}`, step: j, source: t, none: NEVER }))]
    return mapped(names, `toUInt8(if(${run('n_', 0)} >= ${r}, ${chain}, 0))`, arrays)
  }
  layers.add(Object.fromEntries(ways.map((r) => [`s_level${r}`, made(r)])))
  return ways.map((r) => ({ slots: new Map(slots.map((s) => [s.name, begun(r, s)])), level: `s_level${r}` }))

  function begun(r: number, { name, step, source, none }: Slot): string {
    return step < r ? source : next(column(r, name), none)
  }
  function going(k: number, { step, source, none, name }: Slot): string {
    const after = Array.from({ length: step - k }, (_, i) => next(column(k + i + 1, name), none))
    const n = run('n_', k)
    const cases = after.map((_, i) => `, ${n} = ${i + 1}, a${i}_`).join('')
    const names = ['n_', 'heard_', 'own_', ...after.map((_, i) => `a${i}_`)]
    return mapped(names, `multiIf(${n} > ${step - k}, own_, ${n} < heard_, ${none}${cases}, ${none})`, [
      ...[roles, heard, source],
      ...after,
    ])
  }
}

/** Of several ways the one that makes the most steps; of equal ones the first. */
function bestWay({ layers }: Places, slots: readonly Slot[], ways: readonly Way[]): Way {
  const [only] = ways
  if (only && ways.length === 1) return only
  const levels = ways.map((w) => w.level)
  const names = ways.map((_, i) => `l${i}_`)
  layers.add({ way: mapped(names, `arrayMax([${names.join(', ')}])`, levels) })
  const chosen = ({ name, none }: Slot) => {
    const able = ways.filter((w) => w.slots.has(name))
    const cases = able.map((_, i) => `l${i}_ = way_, s${i}_`).join(', ')
    const variables = ['way_', ...able.flatMap((_, i) => [`l${i}_`, `s${i}_`])]
    const arrays = able.flatMap((w) => [w.level, w.slots.get(name) ?? none])
    return mapped(variables, `multiIf(${cases}, ${none})`, ['way', ...arrays])
  }
  layers.add(Object.fromEntries(slots.map((s) => [`best_${s.name}`, chosen(s)])))
  return { slots: new Map(slots.map((s) => [s.name, `best_${s.name}`])), level: 'way' }
}

/** The column of levels, with 0 for attempts that an exclusion hit. */
function spared(sheet: Sheet, asked: FunnelQuery, { layers, t }: Places, best: Way): string {
  if (asked.exclude.length === 0) return best.level
  const hits = asked.exclude.map(({ from, to }, x) => {
    const until = `if(l_ > ${to}, t${to}_ - 1, ${endOf(asked.window, 't_', sheet)})`
    return `l_ > ${from} AND x${x}_ <= ${until}`
  })
  const goals = [...new Set(asked.exclude.map((x) => x.to))]
  const names = ['l_', 't_', ...goals.map((j) => `t${j}_`), ...asked.exclude.map((_, x) => `x${x}_`)]
  const columns = [...goals.map((j) => `t${j}`), ...asked.exclude.map((_, x) => `x${x}`)].map((s) => slotOf(best, s))
  layers.add({
    clean: mapped(names, `if(${hits.map((h) => `(${h})`).join(' OR ')}, toUInt8(0), l_)`, [best.level, t, ...columns]),
  })
  return 'clean'
}
