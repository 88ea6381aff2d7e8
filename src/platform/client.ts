import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

export type Bindings = { Bindings: HttpBindings }

/** The client's address; a proxy's word counts only when the operator said that the proxy is theirs. */
export function clientAddress(c: Context<Bindings>, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return forwarded || (c.env?.incoming?.socket?.remoteAddress ?? '')
}

export function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim())
  }
  return cookies
}
