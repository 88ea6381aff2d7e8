// Takes jobs of one queue under lease, keeps the leases while they run, and settles them. The library's own worker
// waits for a whole batch before it fetches again, or fetches one job per poll; this keeps every free place filled.
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { Log } from '../log.ts'

/** As many as the mail server gets connections; an import takes a core for itself. */
const PLACES = 4
/** A third of the lease: two renewals may be lost before the job is given to another. */
const RENEW_MS = 3_000

export interface Pump {
  /** There may be jobs: takes as many as there are places. */
  wake(): void
  /** Takes no more; returns when all that runs has ended. `abort` tells the jobs to leave off. */
  drain(): Promise<void>
  abort(): void
  /** Gives back what still runs, to be done again later. */
  giveBack(): Promise<void>
}

type Work = (job: JobWithMetadata<object>, signal: AbortSignal) => Promise<void>

interface Running {
  job: JobWithMetadata<object>
  controller: AbortController
}

/** `reason` makes the text kept of a failure. */
export function startPump(boss: PgBoss, queue: string, log: Log, work: Work, reason: (error: unknown) => string): Pump {
  const running = new Map<string, Running>()
  const done: JobWithMetadata<object>[] = []
  let settling: Promise<void> | undefined
  let stopping = false
  let woken = false
  let rouse = () => {}

  const wake = () => {
    woken = true
    rouse()
  }

  async function fetchJobs(): Promise<boolean> {
    const free = PLACES - running.size
    if (free === 0) return false
    const jobs = await boss.fetch<object>(queue, { batchSize: free, includeMetadata: true })
    for (const job of jobs) void perform(job)
    return jobs.length === free
  }

  async function perform(job: JobWithMetadata<object>): Promise<void> {
    const controller = new AbortController()
    running.set(job.id, { job, controller })
    try {
      await work(job, controller.signal)
      // Who was told to leave off may have returned early: only what ended by itself counts as done.
      if (controller.signal.aborted) throw new Error('left off before the end')
      if (running.delete(job.id)) settle(job)
    } catch (error) {
      if (running.delete(job.id)) await fail(job, reason(error))
    }
    wake()
  }

  async function fail(job: JobWithMetadata<object>, message: string): Promise<void> {
    log.warn({ job: queue, id: job.id, attempt: job.retryCount + 1, reason: message }, 'job failed')
    // When even this fails the lease ends by itself.
    await boss.fail(queue, job, { message }).catch((err: unknown) => log.error({ err, job: queue }, 'job not settled'))
  }

  /** Done jobs leave the table, and payloads with them; those that end meanwhile go together. */
  function settle(job: JobWithMetadata<object>): void {
    done.push(job)
    settling ??= (async () => {
      while (done.length > 0) await boss.deleteJob(queue, done.splice(0))
    })()
      .catch((err: unknown) => log.error({ err, job: queue }, 'job not settled'))
      .finally(() => {
        settling = undefined
      })
  }

  async function renew(): Promise<void> {
    if (running.size === 0) return
    const held = [...running.values()]
    const answer = await boss.touch(
      queue,
      held.map((r) => r.job),
    )
    // The library answers the ids that are still ours but leaves them out of its types.
    const { settled } = answer as { settled?: readonly string[] }
    if (!settled) return
    for (const { job, controller } of held) {
      if (settled.includes(job.id) || !running.has(job.id)) continue
      log.warn({ job: queue, id: job.id }, 'job lost its lease')
      running.delete(job.id)
      controller.abort()
    }
  }

  const renewal = setInterval(() => {
    renew().catch((err: unknown) => log.error({ err, job: queue }, 'leases not renewed'))
  }, RENEW_MS)

  const pause = () =>
    new Promise<void>((resolve) => {
      rouse = resolve
    })

  const loop = (async () => {
    for (;;) {
      if (!woken) await pause()
      if (stopping) break
      woken = false
      const more = await fetchJobs().catch((err: unknown) => {
        log.error({ err, job: queue }, 'jobs not fetched')
        return false
      })
      woken ||= more
    }
  })()

  /** Also ends the renewing, so that what is still unsettled is another process's within seconds. */
  async function end() {
    clearInterval(renewal)
    await settling
  }

  return {
    wake,
    async drain() {
      stopping = true
      wake()
      await loop
      while (running.size > 0) await pause()
      await end()
    },
    abort() {
      for (const { controller } of running.values()) controller.abort()
    },
    async giveBack() {
      const rest = [...running.values()]
      running.clear()
      for (const { job } of rest) await fail(job, 'the process stopped')
      wake()
      await end()
    },
  }
}
