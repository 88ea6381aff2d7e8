// How the published cases of other tools (`insight-cases.json`: facts, each with the test or issue it was taken from)
// stand in our tests: their people and events go through ingestion, their numbers and people come from the API. The
// facts themselves stand beside the tests that use them. Many cases live in one world: whoever belongs to a case is
// called `<case>/<user>`, each of its events has the property `case`, and `only(case)` is the filter for its people.
import type { World } from '#test/world'

/** One event as the cases write it: who, what, when, properties. */
export interface Happening {
  u: string
  e: string
  t: string
  p?: Readonly<Record<string, unknown>>
  /** A visit of a crawler: counts nowhere. */
  bot?: true
}

/** Person → the ids they go by; the first is the one that is kept. */
export type Identities = Readonly<Record<string, readonly string[]>>

export type Ingest = (id: string, events: readonly Happening[], identities?: Identities) => Promise<void>

/** What takes the events of a case in, in the order given, and merges its identities once all are stored. */
export async function openCases(w: World): Promise<Ingest> {
  const { id: sourceId } = (await w.as(w.owner, 'source.create', { name: 'Cases', key: 'cases' })) as { id: string }
  const { writeKey } = (await w.as(w.owner, 'source.create_key', { sourceId })) as { writeKey: string }
  const base = await w.http()
  return async (id, events, identities = {}) => {
    const calls = events.map(({ u, e, t, p, bot }) => ({
      ...(e === IDENTIFY ? { type: e, traits: p } : { type: 'track', event: e, properties: { case: id, ...p } }),
      ...{ userId: `${id}/${u}`, timestamp: t },
      ...(bot ? { context: { userAgent: 'Googlebot/2.1 (+http://www.google.com/bot.html)' } } : {}),
    }))
    for (let i = 0; i < calls.length; i += BATCH) {
      const batch = calls.slice(i, i + BATCH)
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ batch, writeKey })
      const response = await fetch(`${base}/v1/batch`, { method: 'POST', headers, body })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    }
    await w.settle()
    for (const [kept, ...others] of Object.values(identities)) {
      const keepId = await memberOf(w, `${id}/${kept}`)
      for (const other of others) {
        const mergeId = await memberOf(w, `${id}/${other}`)
        const merged = (await w.as(w.owner, 'member.merge', { keepId, mergeId })) as { code?: string }
        if (merged.code) throw new Error(merged.code)
      }
    }
    await w.settle()
  }
}

/** Instead of an event's name: tells properties of the member, which is stored as a system event. */
export const IDENTIFY = 'identify'
/** Well under the 500 KB of a batch. */
const BATCH = 1000

async function memberOf(w: World, externalId: string): Promise<string> {
  const made = (await w.as(w.owner, 'member.upsert', { externalId, properties: {} })) as { memberId: string }
  return made.memberId
}

/** The filter that leaves the people of one case, as they stand at the end of the asked range. */
export const only = (id: string) => ({ event: '*', where: [{ path: 'case', op: 'eq', value: id }] })

/** Who stands behind a cell, by the names their case gives them, in order; at most 200 are listed. */
export async function who(w: World, kind: string, query: object, cell: string): Promise<string[]> {
  const definition = { insight: { kind, query, cell } }
  const answer = (await w.as(w.owner, 'segment.preview', { definition, limit: 200 })) as {
    count: number
    sample?: { externalId: string | null }[]
    code?: string
  }
  if (!answer.sample) throw new Error(`${answer.code} for ${cell}`)
  const names = answer.sample.map((s) => s.externalId?.replace(/^[^/]*\//, '') ?? '?')
  if (names.length !== Math.min(answer.count, 200)) throw new Error(`${names.length} of ${answer.count} listed`)
  return names.sort()
}
