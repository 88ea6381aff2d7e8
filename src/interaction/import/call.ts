// How the command line reaches an instance: operations by name, over HTTP to a running one. A stopped one is opened by
// the command itself, which then gives the same functions in its own process.
import { setTimeout as sleep } from 'node:timers/promises'

/** Performs an operation; throws an Error for people when it is refused. */
export type Call = (operation: string, input: object) => Promise<unknown>

export interface Instance {
  call: Call
  /** Stores a file for the import to read; answers its id. */
  upload(name: string, bytes: Uint8Array): Promise<string>
  /** Whether everything sent so far can be seen everywhere. */
  visible(): Promise<boolean>
}

/** Seconds an instance may be away (a restart, a full journal) before the import gives up; it can go on later. */
const PATIENCE_SECONDS = 120

/** An instance that runs at `url`, with an API key; `pause` waits so many milliseconds. */
export function httpInstance(
  url: string,
  key: string,
  visible: (call: Call) => Promise<boolean>,
  pause: (ms: number) => Promise<unknown> = sleep,
): Instance {
  const send = async (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type, 'accept-language': 'en' }
    const response = await patiently(pause, () => fetch(new URL(path, url), { method: 'POST', headers, body }))
    const answer = (await response.json().catch(() => ({}))) as Answer
    if (!response.ok) throw new Error(reasonOf(answer, response.status))
    return answer
  }
  const call: Call = (operation, input) => send(`/api/${operation}`, 'application/json', JSON.stringify(input))
  return {
    call,
    visible: () => visible(call),
    async upload(name, bytes) {
      const path = `/api/import.upload?name=${encodeURIComponent(name)}`
      const { id } = await send(path, 'application/octet-stream', new Uint8Array(bytes))
      return String(id)
    },
  }
}

interface Answer {
  id?: string
  title?: string
  detail?: string
  errors?: { path: string; message: string }[]
}

const reasonOf = ({ title, detail, errors }: Answer, status: number) =>
  [title ?? `HTTP ${status}`, detail, ...(errors ?? []).slice(0, 3).map((e) => `${e.path}: ${e.message}`)]
    .filter((part) => part !== undefined)
    .join('; ')

/** Tries again while the instance is away or asks to wait: all that an import sends may be sent twice. */
async function patiently(pause: (ms: number) => Promise<unknown>, attempt: () => Promise<Response>): Promise<Response> {
  let waited = 0
  for (let wait = 0.5; ; wait = Math.min(wait * 2, 10)) {
    let failure: unknown
    const response = await attempt().catch((error: unknown) => {
      failure = error
    })
    if (response && response.status !== 503 && response.status !== 429) return response
    const asked = Number(response?.headers.get('retry-after') ?? 0)
    const seconds = Math.max(wait, asked)
    waited += seconds
    if (waited > PATIENCE_SECONDS) {
      if (response) return response
      throw new Error('the instance cannot be reached; run the import again to go on', { cause: failure })
    }
    await response?.body?.cancel()
    await pause(seconds * 1000)
  }
}
