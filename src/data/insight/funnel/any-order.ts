// Steps in any order: from each event in the range on, which distinct steps are done by the end of its window.
import type { Sheet } from '../sheet.ts'
import { type Attempts, touchOf } from './chain.ts'
import { isAnyStep, isStep, isValued, stepsOf } from './event-row.ts'
import { mapped, previous } from './layer.ts'
import type { Places } from './position.ts'
import { areApart, endOf, type FunnelQuery } from './query.ts'
import { grown } from './tie.ts'

export function unorderedOf(sheet: Sheet, asked: FunnelQuery, places: Places): Attempts {
  const { layers, t, roles } = places
  if (areApart(asked.steps)) firstOfEach(asked, places)
  else earliestSets(asked, places)
  // `done`: what does each further step after a place, in order of time.
  const end = endOf(asked.window, 't_', sheet)
  const to = sheet.bind('Int64', sheet.to.getTime())
  // One attempt an instant: from its second step on, the first would be missed, and with it what an exclusion hits.
  const isFirst = `(${isAnyStep('e_')} AND NOT (before_t_ = t_ AND ${isAnyStep('before_')}))`
  layers.add({
    within: mapped(
      ['t_', 'e_', 'd_', 'before_t_', 'before_'],
      `if(t_ < ${to} AND ${isFirst}, arrayFilter(e -> e.1 <= ${end}, d_), arrayResize(d_, 0))`,
      [t, roles, 'done', previous(t, 'toInt64(-1)'), previous(roles, 'toUInt64(0)')],
    ),
  })
  const hits = asked.exclude.map(({ from, to: step }, x) => {
    const until = `if(length(w_) > ${step}, w_[${step + 1}].1 - 1, ${end})`
    return `(length(w_) > ${from} AND w_[${from + 1}].3[${x + 1}] <= ${until})`
  })
  const level = hits.length > 0 ? `if(${hits.join(' OR ')}, toUInt8(0), toUInt8(length(w_)))` : 'toUInt8(length(w_))'
  layers.add({ level: mapped(['w_', 't_'], level, ['within', t]) })
  return {
    ...{ t, level: 'level', columns: ['within'] },
    times: (at) => `arrayMap(e -> e.1, ${at('within')})`,
    value: (at) => touchOf(asked, (j) => `${at('within')}[${j + 1}].2`, at('level')),
  }
}

const columnsOf = (asked: FunnelQuery, { t, value, excluding }: Places): string[] => [
  t,
  ...(isValued(asked) ? [value(0)] : []),
  ...asked.exclude.map((_, x) => excluding(x)),
]

/** Steps are apart: the first of each is what does it. */
function firstOfEach(asked: FunnelQuery, places: Places): void {
  const { layers, roles } = places
  const columns = columnsOf(asked, places)
  const name = (k: number, c: number) => `n${k}_${c}`
  const filled = (k: number, column: string) => `arrayReverseFill((a_, e_) -> ${isStep('e_', k)}, ${column}, ${roles})`
  layers.add(
    Object.fromEntries(
      asked.steps.flatMap((_, k) => columns.map((column, c) => [name(k, c), filled(k, column)] as const)),
    ),
  )
  const variables = asked.steps.flatMap((_, k) => columns.map((_, c) => `${name(k, c)}_`))
  const each = asked.steps.map((_, k) => elementOf(asked, (c) => `${name(k, c)}_`))
  const arrays = asked.steps.flatMap((_, k) => columns.map((_, c) => name(k, c)))
  layers.add({ done: mapped(variables, `arraySort([${each.join(', ')}])`, arrays) })
}

/** An event as (instant, value, when each exclusion comes after it); without what nobody asks for. */
function elementOf(asked: FunnelQuery, column: (c: number) => string): string {
  const valued = isValued(asked)
  const after = asked.exclude.map((_, x) => column(x + (valued ? 2 : 1)))
  if (after.length > 0) return `tuple(${column(0)}, ${valued ? column(1) : '0'}, [${after.join(', ')}])`
  return valued ? `tuple(${column(0)}, ${column(1)})` : `tuple(${column(0)})`
}

/**
 * An event may be of several steps and does one of them. The earliest events that together do as many steps as can be
 * are found back from the last event: whoever joins is the earliest, and puts out the first one that then adds nothing.
 */
function earliestSets(asked: FunnelQuery, places: Places): void {
  const { layers, roles } = places
  const columns = columnsOf(asked, places)
  const variables = ['e_', ...columns.map((_, c) => `c${c}_`)]
  const element = `tuple(${elementOf(asked, (c) => `c${c}_`)}, ${stepsOf('e_')})`
  layers.add({ events: mapped(variables, element, [roles, ...columns]) })
  layers.add({ nothing: 'arrayResize(events, 0)' })
  const more = grown('k_.1', 'c_.2')
  const kept = `arrayFold((k_, c_) -> if(empty(${more}), k_, (${more}, arrayPushBack(k_.2, c_))),
    arrayPushFront(s_.1, e_), ([toUInt16(0)], arrayResize(s_.1, 0))).2`
  layers.add({
    sets: `arrayFold((s_, e_) -> (${kept}, arrayPushFront(s_.2, ${kept})), arrayReverse(events), (nothing, [nothing])).2`,
  })
  layers.add({ done: 'arrayMap(s_ -> arrayMap(e -> e.1, s_), arrayPopBack(sets))' })
}
