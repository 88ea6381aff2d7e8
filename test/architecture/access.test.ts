// The access matrix, walked: every operation by every role, by nobody, and at objects outside the scope. A new operation
// is in it by being declared; what it answers must be what its row says.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROLES } from '#kernel/capability'
import type { Actor } from '#kernel/context'
import { accessMatrix, targetsOf } from '#kernel/derive'
import { type World, world } from '#test/world'

let w: World
let member: Actor & { memberId: string }
let other: Actor & { memberId: string }
let communityId: string
beforeAll(async () => {
  w = await world()
  member = await w.member({ externalId: 'mei' })
  other = await w.member({ externalId: 'lin' })
  const made = (await w.as(w.owner, 'community.create', { name: '茶友会', type: 'interest', admission: 'open' })) as {
    id: string
  }
  communityId = made.id
})
afterAll(() => w.end())

const refusal = (answer: unknown) => {
  const { status } = (answer ?? {}) as { status?: unknown }
  return status === 401 || status === 403 ? status : null
}

/** An input that passes no schema on purpose: being let in shows as 400 or 404, being refused as 401 or 403. */
const input = {
  memberId: randomUUID(),
  communityId: randomUUID(),
  limit: 'x',
  id: 'x',
  email: 'x',
  name: 7,
  definition: 7,
}

test('every cell: role × operation', async () => {
  const wrong: string[] = []
  for (const row of accessMatrix(w.host.registry)) {
    // Own refusals of an operation that is open to all (wrong password) are not the matrix’s.
    if (row.offeredTo.includes('public')) continue
    // One's own account: these callers have rights and no account.
    if (row.needs === null) continue
    if (refusal(await w.as(w.public, row.operation, input)) !== 401) wrong.push(`${row.operation} is open to nobody`)
    for (const role of ROLES) {
      const actor = role === 'member' ? member : w.operator(role)
      const refused = refusal(await w.as(actor, row.operation, role === 'member' ? {} : input)) === 403
      if (refused === row.roles.includes(role))
        wrong.push(`${row.operation} as ${role}: ${refused ? 'refused' : 'let in'}`)
    }
  }
  expect(wrong).toEqual([])
})

test('a member outside the scope is not there, for every operation on a member', async () => {
  const narrow = w.operator('owner', { kind: 'communities', ids: [communityId] })
  const wrong: string[] = []
  for (const op of w.host.registry.operations.values()) {
    if (!targetsOf(op).includes('member') || !op.offeredTo.includes('operator')) continue
    const answer = (await w.as(narrow, op.name, { memberId: other.memberId, communityId })) as {
      status?: number
      code?: string
    }
    if (answer.status !== 404 || answer.code !== 'member.unknown') wrong.push(`${op.name}: ${JSON.stringify(answer)}`)
  }
  expect(wrong).toEqual([])
})

test('a member can name nobody but themselves', async () => {
  const wrong: string[] = []
  for (const op of w.host.registry.operations.values()) {
    if (!targetsOf(op).includes('member') || !op.offeredTo.includes('member')) continue
    for (const named of [{ memberId: other.memberId }, { externalId: 'lin' }]) {
      const answer = (await w.as(member, op.name, { ...named, communityId })) as { status?: number }
      if (answer.status !== 404) wrong.push(op.name)
    }
  }
  expect(wrong).toEqual([])
})

test('every operation has a right in words, in both languages', () => {
  for (const [name, right] of w.host.registry.rights)
    expect([name, right.title.en, right.title.zh].every((t) => t.length > 0)).toBe(true)
})
