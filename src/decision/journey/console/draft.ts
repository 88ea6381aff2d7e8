// A journey's graph while it is drawn: the shape of the contract, and the few ways to change it.
import type { Draft as ConditionDraft, FilterDraft } from '../../../data/segment/console/draft.ts'

export interface TriggerNode {
  type: 'trigger'
  on: { event: string; where?: readonly FilterDraft[] } | { segment: string; when: 'entered' | 'left' }
  key?: string | readonly string[]
  enrolExisting?: boolean
  next: string
}
export interface WaitNode {
  type: 'wait'
  for: string
  next: string
}
interface BranchCase {
  name?: string
  when: ConditionDraft
  next: string
}
export interface BranchNode {
  type: 'branch'
  cases: readonly BranchCase[]
  else: string
}
export interface ActionNode {
  type: 'action'
  action: string
  communityId?: string
  input: Readonly<Record<string, unknown>>
  next: string
  onError?: string
}
export interface ExitNode {
  type: 'exit'
  reason?: string
}
export type JourneyNode = TriggerNode | WaitNode | BranchNode | ActionNode | ExitNode
export type NodeType = JourneyNode['type']
/** What can be put between two nodes. */
export type Insertable = Exclude<NodeType, 'trigger'>
export interface Graph {
  nodes: Readonly<Record<string, JourneyNode>>
  start: string
}

export interface Way {
  /** `next`, `onError`, `else`, or the number of a case. */
  port: string
  to: string
}

export function waysOf(node: JourneyNode): readonly Way[] {
  switch (node.type) {
    case 'exit':
      return []
    case 'branch':
      return [...node.cases.map((c, i) => ({ port: String(i), to: c.next })), { port: 'else', to: node.else }]
    case 'action':
      return [{ port: 'next', to: node.next }, ...(node.onError ? [{ port: 'onError', to: node.onError }] : [])]
    default:
      return [{ port: 'next', to: node.next }]
  }
}

function withWay(node: JourneyNode, port: string, to: string): JourneyNode {
  if (node.type === 'branch')
    return port === 'else'
      ? { ...node, else: to }
      : { ...node, cases: node.cases.map((c, i) => (String(i) === port ? { ...c, next: to } : c)) }
  return { ...node, [port]: to } as JourneyNode
}

const freshId = (graph: Graph): string => {
  for (let n = Object.keys(graph.nodes).length; ; n++) if (!graph.nodes[`n${n}`]) return `n${n}`
}

function blank(type: Insertable, next: string): JourneyNode {
  switch (type) {
    case 'wait':
      return { type, for: '1d', next }
    case 'branch':
      return { type, cases: [{ when: { all: [] }, next }], else: next }
    case 'action':
      return { type, action: 'message.send', input: { channel: 'inbox', purpose: 'service' }, next }
    case 'exit':
      return { type }
  }
}

/** Puts a node of a kind on a way; an exit cuts off what came after. Answers the graph and the new node's id. */
export function insertNode(graph: Graph, from: string, port: string, type: Insertable): { graph: Graph; id: string } {
  const node = graph.nodes[from]
  const target = node && waysOf(node).find((w) => w.port === port)?.to
  if (!node || target === undefined) return { graph, id: from }
  const id = freshId(graph)
  const nodes = { ...graph.nodes, [id]: blank(type, target), [from]: withWay(node, port, id) }
  return { graph: reachableOnly({ ...graph, nodes }), id }
}

/** Takes a node out; what led to it leads to where it went first. */
export function removeNode(graph: Graph, id: string): Graph {
  const gone = graph.nodes[id]
  if (!gone || id === graph.start) return graph
  const next = waysOf(gone)[0]?.to
  const rest = Object.fromEntries(Object.entries(graph.nodes).filter(([key]) => key !== id))
  const exit = next ?? freshId(graph)
  if (next === undefined) rest[exit] = { type: 'exit' }
  for (const [key, node] of Object.entries(rest))
    for (const way of waysOf(node)) if (way.to === id) rest[key] = withWay(rest[key] as JourneyNode, way.port, exit)
  return reachableOnly({ ...graph, nodes: rest })
}

export const setNode = (graph: Graph, id: string, node: JourneyNode): Graph =>
  reachableOnly({ ...graph, nodes: { ...graph.nodes, [id]: node } })

/** The end that an added way can lead to: one there is, or a new one. */
export function anyExit(graph: Graph): { graph: Graph; id: string } {
  const found = Object.entries(graph.nodes).find(([, node]) => node.type === 'exit')
  if (found) return { graph, id: found[0] }
  const id = freshId(graph)
  return { graph: { ...graph, nodes: { ...graph.nodes, [id]: { type: 'exit' } } }, id }
}

function reachableOnly(graph: Graph): Graph {
  const seen = new Set<string>()
  const open = [graph.start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = graph.nodes[id]
    if (!node || seen.has(id)) continue
    seen.add(id)
    open.push(...waysOf(node).map((w) => w.to))
  }
  return { ...graph, nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => seen.has(id))) }
}

/** What a new journey begins with: welcome somebody who has joined a community. */
export const STARTER: Graph = {
  start: 'trigger',
  nodes: {
    trigger: { type: 'trigger', on: { event: 'community.joined' }, next: 'wait' },
    wait: { type: 'wait', for: '1h', next: 'welcome' },
    welcome: {
      type: 'action',
      action: 'message.send',
      input: {
        channel: 'inbox',
        purpose: 'service',
        content: { title: '欢迎加入', body: '{{member.name|朋友}}，很高兴认识你！' },
      },
      next: 'end',
    },
    end: { type: 'exit' },
  },
}
