import { Problem } from '#kernel/problem'

/**
 * Trouble of a store or of the way to it (connection, serialisation, resources, shutdown): no event's fault, so the
 * same thing is tried again and nothing is put aside. Not so a time limit: what took too long is tried in parts.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'service.unavailable'
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^(08|40|53|55P03|57P|58|ECONN|EPIPE|ENOENT)/.test(code)
}
