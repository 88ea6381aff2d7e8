import type { AnyOperation } from './capability.ts'
import { inputOf, schemaOf } from './derive.ts'
import type { Registry } from './registry.ts'

/** The whole HTTP API as OpenAPI 3.1, derived: `POST /api/<slice>.<verb>`, and GET for queries without personal fields. */
export function openapi(registry: Registry) {
  const paths: Record<string, unknown> = {}
  for (const op of registry.operations.values()) paths[`/api/${op.name}`] = pathOf(registry, op)
  for (const c of registry.capabilities)
    for (const route of [...(c.routes ?? []), ...(c.directRoutes ?? [])])
      paths[route.path] = {
        ...(paths[route.path] as object | undefined),
        [route.method.toLowerCase()]: {
          operationId: `${route.method.toLowerCase()} ${route.path}`,
          summary: route.title.en,
          'x-summary-zh': route.title.zh,
          tags: [c.name],
          responses: { 200: { description: 'OK' }, default: { $ref: '#/components/responses/Problem' } },
        },
      }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Banyan',
      version: '1',
      description: 'Every declared action and query. Errors are RFC 9457 problem+json with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: 'banyan_session' },
      },
      responses: {
        Problem: {
          description: 'A problem',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code', 'instance'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string', description: "In the caller's language" },
            status: { type: 'integer' },
            detail: { type: 'string' },
            code: { type: 'string', description: 'Stable: `slice.snake_case`' },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                properties: { path: { type: 'string' }, message: { type: 'string' } },
              },
            },
            instance: { type: 'string', description: 'Request id' },
          },
        },
      },
    },
  }
}

function pathOf(registry: Registry, op: AnyOperation) {
  const input = schemaOf(inputOf(op), 'input')
  const shared = {
    summary: op.title.en,
    'x-summary-zh': op.title.zh,
    tags: [op.name.split('.')[0]],
    ...(op.needs ? { 'x-needs': op.needs } : {}),
    ...(op.offeredTo.includes('public') ? { security: [] } : {}),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: schemaOf(op.output, 'output') } } },
      ...failuresOf(registry, op),
    },
  }
  const get = op.kind === 'query' && !op.personal
  return {
    post: {
      operationId: op.name,
      ...shared,
      ...(op.kind === 'action'
        ? { parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 255 } }] }
        : {}),
      requestBody: { content: { 'application/json': { schema: input } } },
    },
    ...(get
      ? {
          get: {
            operationId: `${op.name}.get`,
            ...shared,
            parameters: Object.entries((input.properties ?? {}) as Record<string, unknown>).map(([name, schema]) => ({
              name,
              in: 'query',
              required: ((input.required as string[] | undefined) ?? []).includes(name),
              schema,
            })),
          },
        }
      : {}),
  }
}

function failuresOf(registry: Registry, op: AnyOperation) {
  const codes: [string, number][] = [['input.invalid', 400]]
  if (!op.offeredTo.includes('public')) codes.push(['access.unauthenticated', 401], ['access.denied', 403])
  for (const [code, failure] of Object.entries(op.fails)) codes.push([code, failure.status])
  if (op.rate) codes.push(['rate.exceeded', 429])
  const byStatus = Map.groupBy(codes, ([, status]) => String(status))
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map(([code]) => `\`${code}\` ${registry.failures.get(code)?.title.en ?? ''}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}
