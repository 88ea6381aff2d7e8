// A funnel as plainly as it can be said, over one history at a time: every choice of events is tried. Slow, and the
// measure of the fast one.
export interface Lived {
  name: string
  t: number
  class: 'client' | 'capability' | 'system'
  bot: boolean
  /** Its properties. */
  k: number
  v: string
  o: string
}

export interface Step {
  /** Names, of which one may be `*`. */
  event: readonly string[]
  /** What `k` must be. */
  k?: number
  /** Milliseconds since the step before. */
  within?: number
}

export interface Asked {
  from: number
  to: number
  now: number
  window: number
  order: 'ordered' | 'strict' | 'any'
  steps: readonly Step[]
  exclude: readonly (Step & { from: number; to: number })[]
  countBy: 'member' | 'conversions'
  unit: 'member' | 'session' | 'entity'
  attribution: 'first' | 'last' | number | null
}

/** One way through; none made stands for a unit all of whose attempts were hit. */
export interface Way {
  times: number[]
  open: boolean
  group: string
}

const matches = (e: Lived, s: Step): boolean =>
  s.event.some((n) => (n === '*' ? e.class !== 'system' : n === e.name)) && (s.k === undefined || e.k === s.k)

const IDLE = 30 * 60_000

/** The ways of a member's events. */
export function waysOf(all: readonly Lived[], asked: Asked): Way[] {
  const events = all.filter((e) => !e.bot && e.t <= asked.now).sort((a, b) => a.t - b.t)
  return unitsOf(events, asked).flatMap((unit) => waysOfUnit(unit, asked))
}

function unitsOf(events: readonly Lived[], { unit }: Asked): Lived[][] {
  if (unit === 'member') return [[...events]]
  if (unit === 'entity') {
    const values = new Set(events.map((e) => e.o).filter((o) => o !== ''))
    return [...values].map((o) => events.filter((e) => e.o === o))
  }
  const sessions: Lived[][] = []
  for (const e of events.filter((e) => e.class !== 'system')) {
    const last = sessions.at(-1)
    const before = last?.at(-1)
    if (last && before && e.t - before.t <= IDLE) last.push(e)
    else sessions.push([e])
  }
  return sessions
}

interface Attempt {
  times: number[]
  values: string[]
}

function waysOfUnit(events: readonly Lived[], asked: Asked): Way[] {
  const { from, to, order, window, steps, now } = asked
  const entries = events.filter(
    (e) => e.t >= from && e.t < to && steps.some((s, i) => matches(e, s) && (i === 0 || order === 'any')),
  )
  const instants = [...new Set(entries.map((e) => e.t))].sort((a, b) => a - b)
  if (instants.length === 0) return []
  const attempts = instants.map((t) => {
    const later = events.filter((e) => e.t >= t && e.t <= t + window)
    const found = order === 'any' ? anyOrder(later, asked) : inOrder(t, later, events, asked)
    return found.reduce((a, b) => (isBetter(b, a) ? b : a))
  })
  const clean = attempts.filter((a) => !isHit(a, events, asked))
  const way = (a: Attempt, latest: number): Way => ({
    times: a.times,
    open: a.times.length < steps.length && latest + window >= now,
    group: groupOf(a, events, asked),
  })
  const [first] = clean
  if (!first) return [{ times: [], open: false, group: groupOf({ times: [], values: [] }, events, asked) }]
  if (asked.countBy === 'member') {
    const best = clean.reduce((a, b) => (isBetter(b, a) ? b : a))
    return [way(best, clean.at(-1)?.times[0] ?? 0)]
  }
  return through(clean, asked).map((a) => way(a, a.times[0] ?? 0))
}

/** Longer, or as long and earlier. */
function isBetter(a: Attempt, b: Attempt): boolean {
  if (a.times.length !== b.times.length) return a.times.length > b.times.length
  const i = a.times.findIndex((t, j) => t !== b.times[j])
  return i >= 0 && (a.times[i] ?? 0) < (b.times[i] ?? 0)
}

const attemptOf = (chain: readonly Lived[]): Attempt => ({
  times: chain.map((e) => e.t),
  values: chain.map((e) => e.v),
})

/** Every chain that begins at an instant. */
function inOrder(start: number, later: readonly Lived[], all: readonly Lived[], asked: Asked): Attempt[] {
  const found: Attempt[] = []
  const walk = (chain: readonly Lived[]) => {
    if (chain.length > 0) {
      if (asked.order === 'strict' && !isUnbroken(chain, all, asked)) return
      found.push(attemptOf(chain))
    }
    const step = asked.steps[chain.length]
    const last = chain.at(-1)
    if (!step) return
    for (const e of later) {
      if (chain.includes(e) || !matches(e, step)) continue
      if (last ? e.t < last.t || e.t - last.t > (step.within ?? Number.POSITIVE_INFINITY) : e.t !== start) continue
      walk([...chain, e])
    }
  }
  walk([])
  return found
}

/** Other events may have come before the first or after the last, at the same time. */
function isUnbroken(chain: readonly Lived[], all: readonly Lived[], { steps }: Asked): boolean {
  const [first, last] = [chain[0]?.t ?? 0, chain.at(-1)?.t ?? 0]
  const isHeard = (e: Lived) => e.class !== 'system' || steps.some((s) => matches(e, s))
  return !all.some((e) => e.t > first && e.t < last && isHeard(e) && !chain.includes(e))
}

/** Every choice of an event for each of some steps. */
function anyOrder(later: readonly Lived[], { steps }: Asked): Attempt[] {
  const found: Attempt[] = []
  const walk = (i: number, chosen: readonly Lived[]) => {
    const step = steps[i]
    if (!step) {
      if (chosen.length > 0) found.push(attemptOf([...chosen].sort((a, b) => a.t - b.t)))
      return
    }
    walk(i + 1, chosen)
    for (const e of later) if (!chosen.includes(e) && matches(e, step)) walk(i + 1, [...chosen, e])
  }
  walk(0, [])
  return found
}

function isHit({ times }: Attempt, events: readonly Lived[], { exclude, window }: Asked): boolean {
  return exclude.some((x) => {
    const after = times[x.from]
    if (after === undefined) return false
    const before = times[x.to] ?? (times[0] ?? 0) + window + 1
    return events.some((e) => matches(e, x) && e.t > after && e.t < before)
  })
}

/** One after the other; the best of those that begin while one that will not be completed is under way. */
function through(attempts: readonly Attempt[], { steps, window }: Asked): Attempt[] {
  const done: Attempt[] = []
  let under: Attempt | null = null
  let until = Number.NEGATIVE_INFINITY
  for (const a of attempts) {
    const [begin, end] = [a.times[0] ?? 0, a.times.at(-1) ?? 0]
    const isWhole = a.times.length === steps.length
    if (begin > until) {
      if (under) done.push(under)
      under = isWhole ? null : a
      if (isWhole) done.push(a)
      until = isWhole ? end : begin + window
    } else if (under && a.times.length > under.times.length) {
      under = isWhole ? null : a
      if (isWhole) done.push(a)
      until = isWhole ? end : Math.max(until, end)
    }
  }
  return under ? [...done, under] : done
}

function groupOf(
  { values }: Attempt,
  events: readonly Lived[],
  { attribution, steps, order, ...asked }: Asked,
): string {
  if (attribution === null) return ''
  if (typeof attribution === 'number') return values[attribution] ?? ''
  const touches = events.filter(
    (e) =>
      e.t >= asked.from &&
      e.t <= asked.to + asked.window &&
      // After the range there is no first step.
      steps.some((s, i) => matches(e, s) && (i > 0 || order === 'any' || e.t < asked.to)),
  )
  const first = (list: readonly string[]) => (attribution === 'first' ? list : list.toReversed()).find((v) => v !== '')
  return first(values) ?? first(touches.map((e) => e.v)) ?? ''
}
