// What a kind of node must say. Engine, checks and the canvas work on this alone; a further kind is one more file in
// this folder and one line in the registry.
import type { z } from 'zod'
import type { AnyAction, AnyEvent } from '#kernel/capability'
import type { ReactorContext } from '#kernel/context'
import type { Text } from '#kernel/text'
import type { JourneyTables } from '../tables.ts'

export const nodeIdPattern = /^[A-Za-z0-9_-]{1,64}$/

/** A run that has come to a node, or is woken at it. */
export interface Visit {
  runId: string
  memberId: string
  /** Permanent name of this visit: the cause of whatever the node does. */
  cause: string
  depth: number
  event: JourneyTables['journey_runs']['event']
  /** True when its wait at this node is over. */
  woken: boolean
}

export type Outcome =
  | { kind: 'go'; to: string; outcome: string; detail?: Record<string, unknown> }
  | { kind: 'wait'; until: Date; detail?: Record<string, unknown> }
  | { kind: 'end'; state: 'done' | 'failed' | 'exited'; reason: string; detail?: Record<string, unknown> }

interface StepEnv {
  ctx: ReactorContext<JourneyTables>
  journey: { id: string; name: string }
}

/** What a check or a description may look at. */
export interface CheckEnv {
  actions: ReadonlyMap<string, AnyAction>
  events: ReadonlyMap<string, AnyEvent>
  segments: ReadonlyMap<string, string>
}
export interface Flaw {
  /** Inside the node: `input.points`. */
  path: string
  message: Text
}

export interface NodeKind<N extends { type: string } = never> {
  type: string
  title: Text
  /** What it is for, on the palette of the canvas. */
  hint: Text
  schema: z.ZodType<N>
  /** The way out by name; a missing one is an end. */
  exits(node: N): readonly { port: string; to: string }[]
  /** Runs rest here, so a circle through it is no endless loop. */
  rests?: boolean
  /** One line for people. */
  describe(node: N, env: CheckEnv): Text
  check?(node: N, env: CheckEnv): Flaw[]
  /** Segments it looks at. */
  segments?(node: N): readonly string[]
  /** What all these visits come to, one answer each in the same order. */
  step(node: N, visits: readonly Visit[], env: StepEnv): Promise<readonly Outcome[]>
}
