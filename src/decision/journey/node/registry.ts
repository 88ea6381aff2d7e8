import type { z } from 'zod'
import { action } from './action.ts'
import { branch } from './branch.ts'
import { exit } from './exit.ts'
import type { NodeKind } from './kind.ts'
import { trigger } from './trigger.ts'
import { wait } from './wait.ts'

const KINDS = [trigger, wait, branch, action, exit] as const

export type Node = z.output<(typeof KINDS)[number]['schema']>
export const node = KINDS.map((k) => k.schema)
export const nodeKinds: readonly NodeKind[] = KINDS.map((k) => k as NodeKind)
const byType = new Map(nodeKinds.map((k) => [k.type, k]))

export function kindOf(n: { type: string }): NodeKind {
  const kind = byType.get(n.type)
  if (!kind) throw new Error(`no node kind ${n.type}`)
  return kind
}
