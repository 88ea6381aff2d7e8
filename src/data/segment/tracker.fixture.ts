// Sends events through the front door, as a site would.
import type { World } from '#test/world'

export interface Sent {
  user: string
  /** Name of a tracked event; without it the call is an identify. */
  event?: string
  properties?: Record<string, unknown>
  at?: string
}

export async function tracker(w: World) {
  const { id } = (await w.as(w.owner, 'source.create', { name: 'Site', key: 'site' })) as { id: string }
  const { writeKey } = (await w.as(w.owner, 'source.create_key', { sourceId: id })) as { writeKey: string }
  const address = await w.http()
  /** Waits until everything that follows from the events is done. */
  return async (...sent: readonly Sent[]): Promise<void> => {
    const batch = sent.map(({ user, event, properties = {}, at }) => ({
      userId: user,
      ...(event === undefined ? { type: 'identify', traits: properties } : { type: 'track', event, properties }),
      timestamp: at ?? w.now().toISOString(),
    }))
    const response = await fetch(`${address}/v1/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ batch, writeKey }),
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    await w.settle()
  }
}

/** The instant `seconds` after another. */
export const later = (from: Date, seconds: number) => new Date(from.getTime() + seconds * 1000).toISOString()
