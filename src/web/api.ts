// The browser's client: names and shapes come from the registry by type alone, no server code travels.
import type { z } from 'zod'
import type { capabilities } from '#app/capabilities'

type All = (typeof capabilities)[number]
type Shapes<U extends { name: string; input: z.ZodType; output: z.ZodType }> = {
  [O in U as O['name']]: { in: z.input<O['input']>; out: z.output<O['output']> }
}
type Operations = Shapes<All['actions'][number]> & Shapes<All['queries'][number]>
/** How an operation names the member or community it acts on; the kernel adds these fields to its input. */
type Named = { memberId?: string; externalId?: string; communityId?: string }

export type OperationName = keyof Operations & string
/** No fields at all is typed as “no string may be a key”, which would forbid the fields of `Named`. */
type Own<I> = string extends keyof I ? object : I
export type Input<N extends OperationName> = Own<Operations[N]['in']> & Named
export type Output<N extends OperationName> = Operations[N]['out']
/** A row of a list operation. */
export type Item<N extends OperationName> = Output<N> extends { items: readonly (infer R)[] } ? R : never

/** An RFC 9457 answer. `title` and `detail` are in the reader's language; `code` is the stable part. */
export class ProblemAnswer extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly { path: string; message: string }[]
  readonly instance: string | undefined

  constructor(status: number, body: Partial<ProblemAnswer>) {
    super(body.detail ?? body.title ?? `HTTP ${status}`)
    this.code = body.code ?? 'service.unavailable'
    this.status = status
    this.title = body.title ?? ''
    this.detail = body.detail
    this.errors = body.errors ?? []
    this.instance = body.instance
  }
}

interface CallOptions {
  signal?: AbortSignal
  /** The same key and body answer the first result: a double click does nothing twice. */
  idempotencyKey?: string
}

/** Runs an operation as the signed-in caller; throws `ProblemAnswer`. */
export async function call<N extends OperationName>(
  name: N,
  input: Input<N>,
  options: CallOptions = {},
): Promise<Output<N>> {
  const answer = await request(`/api/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {}),
    },
    body: JSON.stringify(input),
    ...(options.signal ? { signal: options.signal } : {}),
  })
  return answer.json() as Promise<Output<N>>
}

/** A plain request to our own server, failing as `ProblemAnswer` (uploads, downloads, catalogue). */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(path, {
      ...init,
      credentials: 'same-origin',
      headers: { 'accept-language': document.documentElement.lang || 'zh', ...init.headers },
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ProblemAnswer(0, { code: 'network.unreachable' })
  }
  if (answer.ok) return answer
  const body: unknown = await answer.json().catch(() => ({}))
  throw new ProblemAnswer(answer.status, typeof body === 'object' && body !== null ? body : {})
}
