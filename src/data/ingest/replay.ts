import type { ServerHost } from '#platform/host'
import { accept } from './accept.ts'
import type { Reason } from './reason.ts'
import { isReserved } from './tracking.ts'

/** Puts a mended item back on the road; answers the reason when it is refused again, null when it was taken. */
export async function replayRejected(
  host: ServerHost,
  source: string,
  item: Readonly<Record<string, unknown>>,
): Promise<Reason | null> {
  const { row, reason } = accept(structuredClone(item), item.type, {
    source,
    receivedAt: host.now(),
    sentAt: undefined,
    reserved: (name) => isReserved(host, name),
  })
  if (!row) return reason
  await host.intake.accept([row])
  return null
}
