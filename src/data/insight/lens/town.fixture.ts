// A small town of two communities that write, reply and vote at random, and what the lenses should see in it, counted
// event by event.
import type { World } from '#test/world'

export interface Deed {
  u: string
  e: string
  at: number
  community: string
  data: Record<string, unknown>
  actor?: string
}

const DAY_MS = 86_400_000

export const PEOPLE = Array.from({ length: 14 }, (_, i) => `p${i}`)

/** Everything that happens in sixty days from `start`. */
export function townStory(start: number, seed: number): Deed[] {
  let state = seed
  const next = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 4_294_967_296) * n)
  }
  const posts: { id: string; question: string; u: string; at: number; community: string }[] = []
  const deeds: Deed[] = []
  let at = start
  for (let i = 0; i < 260; i++) {
    at += next(Math.floor((60 * DAY_MS) / 130))
    // Squared, so that a few do most.
    const u = PEOPLE[Math.floor((next(1000) / 1000) ** 2 * PEOPLE.length)] ?? ''
    const community = next(3) === 0 ? 'south' : 'north'
    const near = posts.filter((p) => p.community === community)
    const target = near[near.length - 1 - Math.min(near.length - 1, next(6))]
    const what = target ? next(10) : 0
    if (what < 2) {
      posts.push({ id: `q${i}`, question: `q${i}`, u, at, community })
      deeds.push({ u, e: 'post.created', at, community, data: { postId: `q${i}`, title: 'How?' } })
    } else if (target && what < 5) {
      posts.push({ id: `a${i}`, question: target.question, u, at, community })
      deeds.push({ u, e: 'answer.created', at, community, data: { answerId: `a${i}`, postId: target.question } })
    } else if (target && what < 7)
      deeds.push({ u, e: 'comment.created', at, community, data: { commentId: `c${i}`, postId: target.id } })
    else if (target && what < 9)
      deeds.push({
        u: target.u,
        e: 'vote.received',
        at,
        community,
        data: { postId: target.id, kind: next(4) ? 'up' : 'down' },
        actor: u,
      })
    else deeds.push({ u, e: 'badge.awarded', at, community, data: { badge: 'Seen' } })
  }
  return deeds
}

export async function makeTown(w: World, deeds: readonly Deed[], joinedAt: number): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const key of ['north', 'south']) {
    const made = (await w.as(w.owner, 'community.create', { key, name: key, type: 'interest', admission: 'open' })) as {
      id: string
    }
    ids[key] = made.id
    const createdAt = new Date(joinedAt).toISOString()
    const living = PEOPLE.filter((_, i) => key === 'north' || i % 2 === 0)
    const items = living.map((externalId, i) => ({
      externalId,
      createdAt,
      properties: { city: i % 3 ? 'Hangzhou' : 'Suzhou' },
    }))
    await w.as(w.owner, 'import.members', { communityKey: key, items })
  }
  const items = deeds.map((d, i) => ({
    ...{
      event: d.e,
      messageId: `t-${i}`,
      externalId: d.u,
      communityKey: d.community,
      at: new Date(d.at).toISOString(),
    },
    ...{ data: d.data, ...(d.actor ? { actorExternalId: d.actor } : {}) },
  }))
  const taken = (await w.as(w.owner, 'import.events', { items })) as { code?: string }
  if (taken.code) throw new Error(JSON.stringify(taken))
  await w.settle()
  return ids
}

/** Who replied to whom: the replier, the author, the question. */
export function repliesByHand(deeds: readonly Deed[]) {
  const authors = new Map<string, { u: string; question: string }>()
  for (const { e, u, data } of deeds) {
    if (e === 'post.created') authors.set(String(data.postId), { u, question: String(data.postId) })
    if (e === 'answer.created') authors.set(String(data.answerId), { u, question: String(data.postId) })
  }
  return deeds.flatMap((d) => {
    const target = authors.get(String(d.data.postId))
    const isReply = d.e === 'answer.created' || d.e === 'comment.created'
    return isReply && target
      ? [{ by: d.u, to: target.u, question: target.question, at: d.at, community: d.community }]
      : []
  })
}

export function giniByHand(xs: readonly number[]): number {
  const apart = xs.flatMap((a) => xs.map((b) => Math.abs(a - b))).reduce((sum, d) => sum + d, 0)
  return apart / (2 * xs.length * xs.reduce((sum, x) => sum + x, 0))
}
