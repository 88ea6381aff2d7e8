import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

let number = 0
const someone = () => w.member({ externalId: `community-${++number}` })
async function community(more: object = {}): Promise<string> {
  const made = (await w.as(w.owner, 'community.create', { name: `Group ${++number}`, ...more })) as { id: string }
  return made.id
}
const standing = async (communityId: string, memberId: string) =>
  w.db
    .selectFrom('memberships')
    .select(['state', 'role'])
    .where('community_id', '=', communityId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
const eventsOf = async (communityId: string) => {
  await w.settle()
  const rows = await w.warehouse.query<{ name: string }>(
    'SELECT name FROM events WHERE communityId = {c:UUID} ORDER BY seq',
    { c: communityId },
  )
  return rows.map((r) => r.name)
}

test('joining an open community twice is one membership and one event; leaving and coming back are one each', async () => {
  const communityId = await community()
  const mei = await someone()
  expect(await w.as(mei, 'community.join', { communityId })).toMatchObject({ state: 'active', role: 'member' })
  expect(await w.as(mei, 'community.join', { communityId })).toMatchObject({ state: 'active' })
  expect(await w.as(mei, 'community.leave', { communityId })).toEqual({})
  expect(await w.as(mei, 'community.leave', { communityId })).toMatchObject({ code: 'community.not_member' })
  expect(await w.as(mei, 'community.join', { communityId })).toMatchObject({ state: 'active' })
  expect(await eventsOf(communityId)).toEqual([
    'community.created',
    'community.joined',
    'community.left',
    'community.joined',
  ])
})

test('a key names one community for ever', async () => {
  const first = await w.as(w.owner, 'community.create', { name: 'A', key: 'archive:a' })
  expect(first).toMatchObject({ created: true })
  const again = await w.as(w.owner, 'community.create', { name: 'B', key: 'archive:a' })
  expect(again).toEqual({ ...(first as object), created: false })
})

test('an invitation for one lets one in, whoever comes at the same time', async () => {
  const communityId = await community({ admission: 'closed' })
  const guests = await Promise.all([someone(), someone(), someone()])
  expect(await w.as(guests[0], 'community.join', { communityId })).toMatchObject({
    status: 403,
    code: 'community.invitation_needed',
  })
  const { code } = (await w.as(w.owner, 'community.invite', { communityId })) as { code: string }
  const answers = await Promise.all(guests.map((g) => w.as(g, 'community.join', { communityId, code })))
  expect(answers.filter((a) => (a as { state?: string }).state === 'active')).toHaveLength(1)
  const { items } = (await w.as(w.owner, 'community.invitations', { communityId })) as { items: { uses: number }[] }
  expect(items.map((i) => i.uses)).toEqual([1])
})

test('who is invited reads the rules before joining, and joins by accepting them', async () => {
  const communityId = await community({ admission: 'closed' })
  await w.as(w.owner, 'community.publish_rules', { communityId, text: 'Be kind' })
  const { code } = (await w.as(w.owner, 'community.invite', { communityId })) as { code: string }
  const mei = await someone()
  const read = (who: Parameters<typeof w.as>[0], given?: string) =>
    w.as(who, 'community.rules', { communityId, ...(given ? { code: given } : {}) })
  for (const [who, given] of [[mei], [mei, 'wrong'], [w.public]] as const)
    expect(await read(who, given)).toMatchObject({ status: 404, code: 'community.unknown' })
  for (const who of [mei, w.public, mei]) expect(await read(who, code)).toMatchObject({ text: 'Be kind', version: 1 })
  expect(await w.as(mei, 'community.join', { communityId, code })).toMatchObject({
    code: 'community.rules_unacknowledged',
  })
  expect(await w.as(mei, 'community.join', { communityId, code, rulesVersion: 1 })).toMatchObject({ state: 'active' })
  expect(await read(mei)).toMatchObject({ acknowledged: 1 })
  // The code was for one.
  expect(await read(await someone(), code)).toMatchObject({ status: 404 })
})

test('a revoked, expired or foreign invitation opens nothing', async () => {
  const communityId = await community({ admission: 'closed' })
  const other = await community({ admission: 'closed' })
  const mei = await someone()
  const invite = async (input: object) =>
    (await w.as(w.owner, 'community.invite', input)) as { id: string; code: string }
  const revoked = await invite({ communityId, maxUses: null })
  await w.as(w.owner, 'community.revoke_invitation', { communityId, id: revoked.id })
  const expired = await invite({ communityId, expiresAt: w.now().toISOString() })
  const foreign = await invite({ communityId: other })
  for (const { code } of [revoked, expired, foreign])
    expect(await w.as(mei, 'community.join', { communityId, code })).toMatchObject({
      code: 'community.invitation_needed',
    })
  for (const { code } of [revoked, expired, foreign])
    expect(await w.as(mei, 'community.rules', { communityId, code })).toMatchObject({ status: 404 })
})

test('an operator for one community sees the events of its members and of nobody else', async () => {
  const communityId = await community()
  const [mei, gone] = [await someone(), await someone()]
  for (const who of [mei, gone]) await w.as(who, 'community.join', { communityId })
  await w.as(gone, 'community.leave', { communityId })
  await someone()
  await w.settle()
  const moderator = w.operator('moderator', { kind: 'communities', ids: [communityId] })
  const { items } = (await w.as(moderator, 'event.list', { limit: 200 })) as { items: { memberId: string }[] }
  expect(new Set(items.map((e) => e.memberId))).toEqual(new Set([mei.memberId]))
})

test('who is banned stays out until an operator adds them again', async () => {
  const communityId = await community()
  const mei = await someone()
  await w.as(mei, 'community.join', { communityId })
  const about = { communityId, memberId: mei.memberId }
  expect(await w.as(w.owner, 'community.ban', { ...about, reason: 'spam' })).toEqual({})
  expect(await w.as(mei, 'community.join', { communityId })).toMatchObject({ status: 403, code: 'community.banned' })
  expect(await w.as(w.owner, 'community.add_member', { ...about, role: 'koc' })).toMatchObject({ role: 'koc' })
  expect(await w.as(w.owner, 'community.set_role', { ...about, role: 'moderator' })).toEqual({})
  expect(await standing(communityId, mei.memberId)).toEqual({ state: 'active', role: 'moderator' })
  expect(await w.as(w.owner, 'community.remove_member', { ...about, reason: 'inactive' })).toEqual({})
  expect(await eventsOf(communityId)).toEqual([
    'community.created',
    'community.joined',
    'community.banned',
    'community.joined',
    'community.role_changed',
    'community.member_removed',
  ])
})

test('rules have versions; members accept the current one on entry', async () => {
  const communityId = await community()
  const mei = await someone()
  await w.as(w.owner, 'community.publish_rules', { communityId, text: 'Be kind' })
  expect(await w.as(w.owner, 'community.publish_rules', { communityId, text: 'Be kinder' })).toEqual({ version: 2 })
  expect(await w.as(mei, 'community.join', { communityId })).toMatchObject({ code: 'community.rules_unacknowledged' })
  expect(await w.as(mei, 'community.join', { communityId, rulesVersion: 1 })).toMatchObject({ status: 409 })
  expect(await w.as(mei, 'community.join', { communityId, rulesVersion: 2 })).toMatchObject({ state: 'active' })
  expect(await w.as(mei, 'community.acknowledge_rules', { communityId, version: 1 })).toMatchObject({
    code: 'community.rules_outdated',
  })
  expect(await w.as(mei, 'community.rules', { communityId })).toMatchObject({ version: 2, acknowledged: 2 })
  expect(await w.as(w.owner, 'community.rules', { communityId, version: 1 })).toMatchObject({
    text: 'Be kind',
    acknowledgements: 0,
  })
})

test('members see open communities and their own, moderators theirs, nobody else’s', async () => {
  const open = await community()
  const closed = await community({ admission: 'closed' })
  const mei = await someone()
  const seen = async (who: Parameters<typeof w.as>[0]) => {
    const { items } = (await w.as(who, 'community.list', { limit: 200 })) as { items: { id: string }[] }
    return items.map((c) => c.id).filter((id) => id === open || id === closed)
  }
  expect(await seen(mei)).toEqual([open])
  expect(await seen(w.public)).toEqual([open])
  expect(await w.as(mei, 'community.get', { communityId: closed })).toMatchObject({ status: 404 })
  await w.as(w.owner, 'community.add_member', { communityId: closed, memberId: mei.memberId })
  expect((await seen(mei)).sort()).toEqual([open, closed].sort())
  const moderator = w.operator('moderator', { kind: 'communities', ids: [closed] })
  expect(await seen(moderator)).toEqual([closed])
  expect(await w.as(moderator, 'community.members', { communityId: open })).toMatchObject({ status: 404 })
  expect(await w.as(moderator, 'community.members', { communityId: closed })).toMatchObject({
    items: [{ memberId: mei.memberId }],
  })
  // Someone outside the moderator's communities does not exist for them.
  const stranger = await someone()
  expect(
    await w.as(moderator, 'community.ban', { communityId: closed, memberId: stranger.memberId, reason: 'x' }),
  ).toMatchObject({ status: 404, code: 'member.unknown' })
  expect(await w.as(mei, 'community.mine')).toMatchObject({ items: [{ communityId: closed, state: 'active' }] })
})

test('a merge moves memberships, a ban wins, and undoing it gives back exactly what was', async () => {
  const [both, only] = [await community(), await community()]
  const keep = await someone()
  const gone = await someone()
  for (const who of [keep, gone]) await w.as(who, 'community.join', { communityId: both })
  await w.as(gone, 'community.join', { communityId: only })
  await w.as(w.owner, 'community.ban', { communityId: both, memberId: gone.memberId, reason: 'spam' })
  const merged = await w.as(w.owner, 'member.merge', { keepId: keep.memberId, mergeId: gone.memberId })
  expect(await standing(both, keep.memberId)).toMatchObject({ state: 'banned' })
  expect(await standing(only, keep.memberId)).toMatchObject({ state: 'active' })
  await w.as(w.owner, 'member.unmerge', { mergeId: (merged as { mergeId: string }).mergeId })
  expect(await standing(both, keep.memberId)).toMatchObject({ state: 'active' })
  expect(await standing(both, gone.memberId)).toMatchObject({ state: 'banned' })
  expect(await standing(only, keep.memberId)).toBeUndefined()
  expect(await standing(only, gone.memberId)).toMatchObject({ state: 'active' })
})

test('what conditions ask of a membership is a fact with its state', async () => {
  const communityId = await community()
  const mei = await someone()
  await w.as(mei, 'community.join', { communityId })
  await w.as(mei, 'community.leave', { communityId })
  await w.settle()
  const facts = await w.warehouse.query<{ value: string }>(
    'SELECT value FROM facts WHERE key = {k:String} ORDER BY seq',
    {
      k: `community:${communityId}`,
    },
  )
  expect(facts.map((f) => JSON.parse(f.value).state)).toEqual(['active', 'left'])
})

test('an archived community takes nobody in', async () => {
  const communityId = await community()
  await w.as(w.owner, 'community.archive', { communityId })
  expect(await w.as(await someone(), 'community.join', { communityId })).toMatchObject({ code: 'community.archived' })
})
