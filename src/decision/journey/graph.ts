// The graph of a journey: its shape, and what is wrong with it, node by node.
import { z } from 'zod'
import type { Condition } from '#data/segment'
import { inWords } from '#kernel/flaw'
import type { Text } from '#kernel/text'
import { duration } from '#kernel/time'
import { type CheckEnv, nodeIdPattern } from './node/kind.ts'
import { kindOf, type Node, node } from './node/registry.ts'
import type { TriggerNode } from './node/trigger.ts'

/** More than fits any canvas. */
const MOST_NODES = 200

const nodeId = z.string().regex(nodeIdPattern)
export const graph = z.strictObject({
  nodes: z
    .record(nodeId, z.discriminatedUnion('type', node as never) as unknown as z.ZodType<Node>)
    .refine(
      (nodes) => Object.keys(nodes).length <= MOST_NODES,
      inWords(`at most ${MOST_NODES} nodes`, `最多 ${MOST_NODES} 个节点`),
    ),
  start: nodeId,
  /** Where the canvas shows them; no part of what happens. */
  layout: z.record(nodeId, z.strictObject({ x: z.number(), y: z.number() })).optional(),
})
export type Graph = z.output<typeof graph>

export const settings = z.strictObject({
  /** Whether a member may come in again: never, after the last run has ended, a while after the last entry, or always. */
  reentry: z.union([z.enum(['never', 'afterExit', 'always']), z.strictObject({ after: duration })]).default('never'),
})
export type Settings = z.output<typeof settings>

export interface GraphFlaw {
  /** Empty when it concerns the whole graph. */
  node: string
  path: string
  message: Text
}

export const triggerOf = (g: Graph): TriggerNode | null => {
  const start = g.nodes[g.start]
  return start?.type === 'trigger' ? start : null
}

const exitsOf = (n: Node) => kindOf(n).exits(n as never)

/** Segments that any node looks at. */
export const segmentsOf = (g: Graph): string[] => [
  ...new Set(Object.values(g.nodes).flatMap((n) => kindOf(n).segments?.(n as never) ?? [])),
]
/** Whether its nodes name the thing: a segment they look at, what an action of its kind is about, a trait in a text. */
export function namesOf(g: Graph, { kind, id }: { kind: string; id: string }): boolean {
  if (kind === 'segment') return segmentsOf(g).includes(id)
  return Object.values(g.nodes).some(
    (n) =>
      n.type === 'action' &&
      (n.action.startsWith(`${kind}.`)
        ? Object.values(n.input).includes(id)
        : kind === 'trait' && textHas(n.input, `member.trait.${id}`)),
  )
}
/** Ends where the path ends, so that `visits` is not found in `visits_week`. */
const textHas = (input: unknown, path: string): boolean =>
  JSON.stringify(input)
    .split(path)
    .slice(1)
    .some((after) => !/^[\w-]/.test(after))
export const conditionsOf = (g: Graph): Condition[] =>
  Object.values(g.nodes).flatMap((n) => (n.type === 'branch' ? n.cases.map((c) => c.when) : []))

/** Everything that keeps it from being published. */
export function flawsOf(g: Graph, env: CheckEnv): GraphFlaw[] {
  const flaws: GraphFlaw[] = []
  const flaw = (n: string, path: string, en: string, zh: string) => flaws.push({ node: n, path, message: { en, zh } })
  if (!triggerOf(g)) flaw(g.start, 'start', 'the start must be a trigger', '起点必须是触发节点')
  for (const [id, n] of Object.entries(g.nodes)) {
    if (n.type === 'trigger' && id !== g.start)
      flaw(id, '', 'only the start can be a trigger', '只有起点可以是触发节点')
    for (const { port, to } of exitsOf(n)) {
      if (!g.nodes[to]) flaw(id, port, `there is no node “${to}”`, `节点「${to}」不存在`)
      else if (to === g.start) flaw(id, port, 'nothing leads back to the trigger', '不能指回触发节点')
    }
    for (const f of kindOf(n).check?.(n as never, env) ?? []) flaws.push({ node: id, ...f })
  }
  const seen = reachable(g)
  for (const id of Object.keys(g.nodes)) if (!seen.has(id)) flaw(id, '', 'nothing leads here', '没有任何节点指向这里')
  for (const id of restless(g)) flaw(id, '', 'a circle without a wait', '循环中没有等待节点')
  return flaws
}

function reachable(g: Graph): Set<string> {
  const seen = new Set<string>()
  const open = [g.start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const n = g.nodes[id]
    if (!n || seen.has(id)) continue
    seen.add(id)
    open.push(...exitsOf(n).map((e) => e.to))
  }
  return seen
}

/** Nodes on circles in which nobody ever rests: what is left after taking away, again and again, nodes with no way on. */
function restless(g: Graph): string[] {
  const next = new Map(
    Object.entries(g.nodes).map(([id, n]) => [id, kindOf(n).rests ? [] : exitsOf(n).map((e) => e.to)]),
  )
  for (let found = true; found; ) {
    const ends = [...next].filter(([, to]) => !to.some((t) => next.has(t))).map(([id]) => id)
    for (const id of ends) next.delete(id)
    found = ends.length > 0
  }
  // The other way round: what only leads to a circle is not on one.
  for (let found = true; found; ) {
    const entered = new Set([...next.values()].flat())
    const outside = [...next.keys()].filter((id) => !entered.has(id))
    for (const id of outside) next.delete(id)
    found = outside.length > 0
  }
  return [...next.keys()]
}
