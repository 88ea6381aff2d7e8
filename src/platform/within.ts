import { Problem } from '#kernel/problem'

/** A store that hangs is one that is away: after so many milliseconds Problem `service.unavailable`; the work goes on. */
export async function within<R>(ms: number, work: Promise<R>): Promise<R> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('service.unavailable', 503, { retryAfter: 5 })), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
