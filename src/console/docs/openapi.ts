import type { Schema } from '#web/schema.ts'

export interface Operation {
  operationId: string
  summary: string
  'x-summary-zh'?: string
  'x-needs'?: string
  tags?: readonly string[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>
}
interface Document {
  info: { title: string; version: string; description: string }
  paths: Record<string, Partial<Record<'get' | 'post' | 'put' | 'delete', Operation>>>
}
export interface Entry {
  method: string
  path: string
  operation: Operation
}

/** Operations by tag; a query's second way in (GET) is not listed again. */
export async function loadReference(): Promise<{ info: Document['info']; groups: [string, Entry[]][] }> {
  const document = (await (await fetch('/api/openapi.json')).json()) as Document
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'get' || !methods.post)
      .map(([method, operation]): Entry => ({ method: method.toUpperCase(), path, operation })),
  )
  return { info: document.info, groups: [...Map.groupBy(entries, (e) => e.operation.tags?.[0] ?? '')] }
}
