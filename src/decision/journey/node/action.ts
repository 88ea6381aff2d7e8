// {"type": "action", "action": Name, "input": {…templated…}, "next": id, "onError"?: id}
import { z } from 'zod'
import { traitsOf } from '#data/trait'
import type { AnyAction } from '#kernel/capability'
import type { CallResult } from '#kernel/context'
import { chineseOf, wording } from '#kernel/flaw'
import { profiles } from '#people/member'
import { fill, hasPlaces, rootsOf } from '../template.ts'
import { type Flaw, type NodeKind, nodeIdPattern, type Outcome } from './kind.ts'

const id = z.string().regex(nodeIdPattern)
const schema = z.strictObject({
  type: z.literal('action'),
  action: z.string().min(3).max(100),
  /** The community it is done in, for actions that are about one. */
  communityId: z.string().min(1).max(200).optional(),
  input: z.record(z.string().max(100), z.unknown()).default({}),
  next: id,
  onError: id.optional(),
})
export type ActionNode = z.output<typeof schema>

const aboutCommunity = (a: AnyAction) => [a.on].flat().includes('community')

export const action: NodeKind<ActionNode> = {
  type: 'action',
  title: { en: 'Action', zh: '动作' },
  hint: { en: 'Does something for the member', zh: '为成员执行一个动作' },
  schema,
  exits: (node) => [
    { port: 'next', to: node.next },
    ...(node.onError === undefined ? [] : [{ port: 'onError', to: node.onError }]),
  ],
  describe: (node, { actions }) => actions.get(node.action)?.title ?? { en: node.action, zh: node.action },
  check(node, { actions }) {
    const declared = actions.get(node.action)
    if (!declared?.offeredTo.includes('journey'))
      return [{ path: 'action', message: { en: 'journeys have no such action', zh: '旅程中没有该动作' } }]
    const flaws: Flaw[] = []
    if (aboutCommunity(declared) && node.communityId === undefined)
      flaws.push({ path: 'communityId', message: { en: 'a community is needed', zh: '请选择社群' } })
    return [...flaws, ...inputFlaws(declared, node.input)]
  },
  async step(node, visits, { ctx, journey }) {
    if (!ctx.contributors.some((c) => c.actions.some((a) => a.name === node.action)))
      return visits.map(() => ({ kind: 'end', state: 'failed', reason: 'journey.action_gone' }))
    const needsMember = rootsOf([node.input, node.communityId]).has('member')
    const memberIds = needsMember ? visits.map((v) => v.memberId) : []
    const people = await profiles(ctx.db, memberIds)
    const traits = await traitsOf(ctx.db, memberIds)
    const results = await ctx.callNamed(
      node.action,
      visits.map((v) => {
        const values = {
          member: { ...people.get(v.memberId), memberId: v.memberId, trait: traits.get(v.memberId) },
          event: v.event,
          run: { id: v.runId },
          journey,
        }
        const communityId = fill(node.communityId, values)
        return {
          memberId: v.memberId,
          ...(typeof communityId === 'string' ? { communityId } : {}),
          cause: v.cause,
          depth: v.depth,
          input: fill(node.input, values) as Record<string, unknown>,
        }
      }),
    )
    return results.map((r) => outcomeOf(node, r))
  },
}

function outcomeOf(node: ActionNode, result: CallResult<AnyAction>): Outcome {
  if (result.ok) return { kind: 'go', to: node.next, outcome: 'done' }
  const detail = { code: result.code, message: result.message.slice(0, 500) }
  // A loop has to end, whatever the graph says about errors.
  if (node.onError === undefined || result.code === 'loop.too_deep')
    return { kind: 'end', state: 'failed', reason: result.code, detail }
  return { kind: 'go', to: node.onError, outcome: 'failed', detail }
}

/** Fields that are missing, unknown or wrong; those with places in them are known only when a run comes. */
function inputFlaws(declared: AnyAction, input: Record<string, unknown>): Flaw[] {
  const { shape } = declared.input
  const unknown = Object.keys(input).filter((k) => !(k in shape))
  const flaws: Flaw[] = unknown.map((k) => ({
    path: `input.${k}`,
    message: { en: 'the action has no such field', zh: '该动作没有此字段' },
  }))
  for (const [key, field] of Object.entries(shape)) {
    if (hasPlaces(input[key])) continue
    const [en, zh] = (['en', 'zh'] as const).map((l) =>
      z.safeParse(field as z.ZodType, input[key], { error: wording[l] }),
    )
    const [issue, inChinese] = [en?.error?.issues[0], zh?.error?.issues[0]]
    if (!issue || !inChinese) continue
    const missing = input[key] === undefined
    flaws.push({
      path: `input.${key}`,
      message: missing
        ? { en: 'this field is needed', zh: '此字段必填' }
        : { en: issue.message, zh: chineseOf(inChinese) },
    })
  }
  return flaws
}
