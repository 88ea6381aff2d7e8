// What follows from the declarations, with no further code in any slice: catalogue, access matrix, rights, problems.
// The OpenAPI document is in openapi.ts.
import { z } from 'zod'
import { type AnyOperation, ROLES, type Role, type Target } from './capability.ts'
import type { Registry } from './registry.ts'

export const schemaOf = (s: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...schema } = z.toJSONSchema(s, { io, unrepresentable: 'any' })
  return schema
}

export const targetsOf = (op: AnyOperation): readonly Target[] => (typeof op.on === 'string' ? [op.on] : op.on)

/** Input of an operation as the API takes it: its own fields and how the object it acts on is named. */
export function inputOf(op: AnyOperation): z.ZodObject {
  let input = op.input
  if (targetsOf(op).includes('member'))
    input = input.extend({ memberId: z.uuid().optional(), externalId: z.string().min(1).max(200).optional() })
  if (targetsOf(op).includes('community')) input = input.extend({ communityId: z.uuid() })
  return input
}

/** The words of the segment and journey builders, of webhooks and of outside agents (`GET /api/catalog`). */
export function catalog(registry: Registry) {
  return {
    capabilities: registry.capabilities.map((c) => ({ name: c.name, layer: c.layer, title: c.title })),
    events: [...registry.events.values()].map((e) => ({
      name: e.name,
      title: e.title,
      class: e.class,
      schema: schemaOf(e.data, 'output'),
    })),
    actions: actionsOf(registry).map((a) => ({
      name: a.name,
      title: a.title,
      permission: a.needs,
      on: targetsOf(a),
      offeredTo: a.offeredTo,
      input: schemaOf(inputOf(a), 'input'),
      emits: a.emits.map((e) => e.name),
      reversible: a.confirm === undefined,
      ...(a.confirm ? { confirm: a.confirm } : {}),
    })),
    queries: queriesOf(registry).map((q) => ({
      name: q.name,
      title: q.title,
      permission: q.needs,
      on: targetsOf(q),
      input: schemaOf(inputOf(q), 'input'),
    })),
    traits: registry.capabilities.flatMap((c) => [...c.traits]),
    rights: [...registry.rights].map(([name, right]) => ({ name, ...right })),
  }
}

const actionsOf = (registry: Registry) => [...registry.operations.values()].filter((o) => o.kind === 'action')
const queriesOf = (registry: Registry) => [...registry.operations.values()].filter((o) => o.kind === 'query')

export interface AccessRow {
  operation: string
  needs: string | null
  on: readonly Target[]
  offeredTo: AnyOperation['offeredTo']
  roles: readonly Role[]
}

/** One row per operation: who may start it. The access tests walk through every cell. */
export function accessMatrix(registry: Registry): AccessRow[] {
  return [...registry.operations.values()].map((op) => ({
    operation: op.name,
    needs: op.needs,
    on: targetsOf(op),
    offeredTo: op.offeredTo,
    roles: ROLES.filter((role) => holds(registry, role, op)),
  }))
}

function holds(registry: Registry, role: Role, op: AnyOperation): boolean {
  if (op.offeredTo.includes('public')) return true
  if (!op.offeredTo.includes(role === 'member' ? 'member' : 'operator')) return false
  if (op.needs === null || role === 'owner') return true
  return registry.rights.get(op.needs)?.roles.includes(role) ?? false
}
