// A definition compiled, once: its tree, with the plan of each clause. Previews, live membership, explanations and
// questions about the past all ask from this.

import type { Links, Param, Plan, Sheet } from './clause/kind.ts'
import { metricsIn, withEvents } from './clause/metric-meaning.ts'
import type { Clause } from './clause/registry.ts'
import { kindOf } from './clause/registry.ts'
import { type Condition, textOf } from './condition.ts'
import type { Bind } from './value.ts'

export interface Leaf extends Plan {
  clause: Clause
  /** Equal for clauses that mean the same. */
  key: string
  /** Equal for clauses that one sub-query can measure. */
  shape: string
}

export type Node =
  | { all: readonly Node[] }
  | { any: readonly Node[] }
  | { not: Node }
  | { leaf: Leaf }
  /** Another segment or a dynamic tag, which its definition stands for. */
  | { clause: Clause; inner: Node }

export interface Compiled {
  definition: Condition
  root: Node
  /** Distinct ones. */
  leaves: readonly Leaf[]
  /** What the metrics it names mean. */
  metrics: Links['metrics']
  /** The stores it names. */
  stores: Links['stores']
}

export const NO_LINKS: Links = {
  segments: new Map(),
  tags: new Map(),
  topics: new Map(),
  cells: new Map(),
  metrics: new Map(),
  stores: new Map(),
}

/** Throws a Problem when something in it cannot be measured. */
export function compile(definition: Condition, zone: string, links: Links = NO_LINKS): Compiled {
  const leaves = new Map<string, Leaf>()
  const node = (c: Condition): Node => {
    if ('all' in c) return { all: c.all.map(node) }
    if ('any' in c) return { any: c.any.map(node) }
    if ('not' in c) return { not: node(c.not) }
    if ('segment' in c) {
      const inner = links.segments.get(c.segment)
      if (!inner) throw new Error(`segment ${c.segment} was not looked up`)
      return { clause: c, inner: node(inner) }
    }
    const tagged = 'tag' in c ? links.tags.get(c.tag) : undefined
    if (tagged) return { clause: c, inner: node(tagged) }
    const named: unknown[] = metricsIn(c).map((m) => links.metrics.get(m)?.definition)
    if ('near' in c && 'store' in c.near) named.push(links.stores.get(c.near.store)?.point)
    const key = `${textOf(c)}${'subscribed' in c ? links.topics.get(c.subscribed) : ''}${named.map(textOf).join('')}`
    const leaf = leaves.get(key) ?? planned(c, key, zone, links)
    leaves.set(key, leaf)
    return { leaf }
  }
  return {
    definition,
    root: node(definition),
    leaves: [...leaves.values()],
    metrics: links.metrics,
    stores: links.stores,
  }
}

/** Everything a plan's text holds, its values left out. */
function planned(clause: Clause, key: string, zone: string, links: Links): Leaf {
  const { sheet, params, rows } = createSheet(zone)
  const kind = kindOf(clause)
  if (!kind) throw new Error('a clause of no known kind')
  const draft = kind.plan(withEvents(clause, links.metrics) as never, sheet, links)
  const { names, idle, ...text } = draft
  const plan = { ...draft, rows: [...rows].map(([expression, name]) => `${expression} AS ${name}`), params }
  return { ...plan, clause, key, shape: JSON.stringify([text, plan.rows, params.map((p) => p.type)]) }
}

/** Where one clause writes its plan. Each value gets a place of its own, so that equal texts stay equal. */
function createSheet(zone: string) {
  const params: Param[] = []
  const rows = new Map<string, string>()
  const bind: Bind = (type, value) => `⟦${params.push({ type, value }) - 1}⟧`
  const sheet: Sheet = {
    bind,
    zone,
    row(expression) {
      const name = rows.get(expression) ?? `r${rows.size}`
      rows.set(expression, name)
      return name
    },
    named(names) {
      const exact = names.filter((n) => !n.endsWith('*'))
      const prefixes = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
      const parts = [
        ...(exact.length > 0 ? [`has(${bind('Array(String)', exact)}, name)`] : []),
        ...(prefixes.length > 0
          ? [`(class != 'system' AND arrayExists(x -> startsWith(name, x), ${bind('Array(String)', prefixes)}))`]
          : []),
      ]
      return `(${parts.join(' OR ')})`
    },
  }
  return { sheet, params, rows }
}

export interface Verdict {
  holds: boolean
  /** The earliest instant (ms) at which it can change by time alone; Infinity when it cannot. */
  changesAt: number
}

/** What is known of one member's leaves, by their places: whether each holds, and until when at least. */
export interface Measured {
  holds: Uint8Array
  next: Float64Array
}

/**
 * The verdict of a tree as one number: when it can change at the earliest, negative where it does not hold now. A look
 * weighs hundreds of thousands, for which objects cost more than the warehouse.
 */
export type Weigh = (of: Measured) => number

export function weigher(node: Node, placeOf: (leaf: Leaf) => number): Weigh {
  if ('leaf' in node) {
    const i = placeOf(node.leaf)
    return ({ holds, next }) => (holds[i] === 1 ? (next[i] ?? 0) : -(next[i] ?? 0))
  }
  if ('inner' in node) return weigher(node.inner, placeOf)
  if ('not' in node) {
    const inner = weigher(node.not, placeOf)
    return (of) => -inner(of)
  }
  const [parts, sign] = 'all' in node ? [node.all, -1] : [node.any, 1]
  const weighed = parts.map((p) => weigher(p, placeOf))
  return (of) => {
    // While some part settles it, nothing changes before every settling part has changed once.
    let settled = 0
    let open = Number.POSITIVE_INFINITY
    for (const part of weighed) {
      const v = part(of)
      if (v * sign > settled) settled = v * sign
      open = Math.min(open, Math.abs(v))
    }
    return settled > 0 ? settled * sign : open * -sign
  }
}

export const verdictOf = (weight: number): Verdict => ({ holds: weight > 0, changesAt: Math.abs(weight) })
