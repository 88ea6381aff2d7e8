// Works through the `due` tables of capabilities. With the real clock each timer is looked at every second or when
// something ends; with the manual clock `moveTo` goes through the due instants in order, each at its own instant.
import { fire } from '#kernel/bulk'
import type { Timer } from '#kernel/capability'
import type { Db, Host } from '#kernel/host'
import { newId } from '#kernel/ids'
import type { Clock } from './clock.ts'
import { releaseLease, takeLease } from './lease.ts'
import type { Log } from './log.ts'

/** Due things taken at once: one transaction of a few hundred effects. */
const MOST_DUE = 500

export interface Timers {
  /** Does all that is due at the domain clock's now: whether there was anything, and when a timer is due next. */
  work(): Promise<{ worked: boolean; next: Date | null }>
  stop(): Promise<void>
}

export function startTimers(parts: { host: Host; db: Db; clock: Clock; log: Log; works: boolean }): Timers {
  const { host, db, clock, log } = parts
  const holder = newId()
  const { timers } = host.registry
  let stopping = false
  let wake: (() => void) | null = null

  /** Whether it did anything; else when it is due. */
  async function workOne(timer: Timer): Promise<{ worked: boolean; at: Date | null }> {
    const at = await timer.nextAt(db as never)
    if (!at || at > clock.now()) return { worked: false, at }
    return { worked: (await fire(host, timer, clock.now(), MOST_DUE)) > 0, at }
  }

  async function loop() {
    let failures = 0
    while (!stopping) {
      let worked = false
      let failed = false
      const leads = await takeLease(db, 'timers', holder).catch(() => undefined)
      // One that fails must not keep the others waiting.
      for (const timer of leads ? timers : [])
        try {
          worked = (await workOne(timer)).worked || worked
        } catch (error) {
          failed = true
          log.error({ err: error, timer: timer.name }, 'timer failed')
        }
      failures = failed || leads === undefined ? failures + 1 : 0
      if (!worked)
        await new Promise<void>((resolve) => {
          const timeout = setTimeout(resolve, Math.min(5000, 500 * 2 ** failures))
          wake = () => {
            clearTimeout(timeout)
            resolve()
          }
        })
    }
    await releaseLease(db, 'timers', holder).catch(() => {})
  }
  // With the manual clock nothing becomes due by itself; `work` is called by whoever moves the clock.
  const running = clock.manual || !parts.works ? Promise.resolve() : loop()

  return {
    async work() {
      let worked = false
      let next: Date | null = null
      for (const timer of timers) {
        let done = await workOne(timer)
        for (; done.worked; done = await workOne(timer)) worked = true
        if (done.at && (!next || done.at < next)) next = done.at
      }
      return { worked, next }
    },
    async stop() {
      stopping = true
      wake?.()
      await running
    },
  }
}
