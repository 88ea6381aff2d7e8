// What browsers hear at once: events of each projected batch, fanned out to the open streams of this process.
import type { Happened } from '#kernel/capability'
import type { Listener } from '#kernel/host'

export interface Live {
  publish(events: readonly Happened[]): void
  listen(listener: Listener): () => void
  count(): number
}

/** More than a person can read; a burst is thinned to its newest. */
const MOST_AT_ONCE = 50

export function createLive(): Live {
  const listeners = new Set<Listener>()
  return {
    publish(events) {
      for (const listener of listeners) {
        const wanted = events.filter((e) => listener.wants(e)).slice(-MOST_AT_ONCE)
        if (wanted.length > 0) listener.send(wanted)
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    count: () => listeners.size,
  }
}
