// The shape that docs/architecture.md describes, held by a test: who may import whom, how long a file may be, that every
// input is bounded, that nothing speaks only one language.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { capabilities } from '#app/capabilities'
import { registry } from '#kernel/registry'

const root = join(import.meta.dirname, '../..')
const LAYERS = ['kernel', 'platform', 'people', 'data', 'interaction', 'decision', 'app']
const FRONT = ['web', 'console', 'portal', 'sdk']

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : [path]
  })
}
const sources = files('src').filter((f) => /\.tsx?$/.test(f))
const server = sources.filter((f) => f.endsWith('.ts') && !/\/(console|portal)\//.test(f) && !isFront(f))

function isFront(file: string): boolean {
  return FRONT.includes(file.split('/')[1] ?? '')
}
const importsOf = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'/gm)].map(
    (m) => m[1] ?? '',
  )

test('a layer imports only what is below it, and a slice only the front file of another', () => {
  const wrong: string[] = []
  for (const file of server.filter((f) => !/\.(test|fixture)\.ts$/.test(f))) {
    const [, layer = '', slice = ''] = file.split('/')
    for (const target of importsOf(file)) {
      const match = /^#(\w+)\/(.+)$/.exec(target)
      if (match) {
        const [, below = '', front = ''] = match
        if (LAYERS.indexOf(below) > LAYERS.indexOf(layer)) wrong.push(`${file} → ${target}`)
        if ((layer === 'data' || layer === 'decision') && below === 'interaction') wrong.push(`${file} → ${target}`)
        if (['people', 'data', 'interaction', 'decision'].includes(below) && front.includes('/'))
          wrong.push(`${file} → ${target}`)
      } else if (target.startsWith('..')) {
        const [, other, otherSlice] = relative(root, join(root, file, '..', target)).split('/')
        if (other !== layer || (layer !== 'kernel' && layer !== 'platform' && layer !== 'app' && otherSlice !== slice))
          wrong.push(`${file} → ${target}`)
      }
    }
  }
  expect(wrong).toEqual([])
})

test('the server never loads a page, and the portal never loads Ant Design', () => {
  const wrong = server.filter((f) => importsOf(f).some((i) => i.endsWith('.tsx')))
  const heavy = sources
    .filter((f) => f.startsWith('src/portal') || f.startsWith('src/web') || /screen\.tsx$|\/portal\//.test(f))
    .filter((f) => importsOf(f).some((i) => /^(antd|@ant-design|echarts|@xyflow)/.test(i)))
  expect([...wrong, ...heavy]).toEqual([])
})

test('no file is longer than 500 lines', () => {
  const long = [...sources, ...files('test'), ...files('bench'), ...files('scripts')]
    .map((f) => [f, readFileSync(join(root, f), 'utf8').split('\n').length] as const)
    .filter(([, lines]) => lines > 501)
  expect(long).toEqual([])
})

test('domain SQL asks the context for the time, never the database', () => {
  const wrong = server
    .filter((f) => /^src\/(people|data|interaction|decision)\//.test(f) && !/\.(test|fixture)\.ts$/.test(f))
    .filter((f) =>
      /`[^`$]*(?<![.\w])(now\(\)|clock_timestamp|current_timestamp)[^`]*`/i.test(readFileSync(join(root, f), 'utf8')),
    )
  expect(wrong).toEqual([])
})

test('every text and list of every input is bounded', () => {
  const open: string[] = []
  for (const op of registry(capabilities).operations.values())
    walk(z.toJSONSchema(op.input, { io: 'input', unrepresentable: 'any' }) as Schema, op.name, open)
  expect(open).toEqual([])
})

type Schema = {
  type?: string
  maxLength?: number
  maxItems?: number
  enum?: unknown
  const?: unknown
  format?: string
  pattern?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

/** Formats and patterns bound a text by themselves: an id, a day, an instant. */
function walk(schema: Schema, path: string, open: string[]) {
  if (
    schema.type === 'string' &&
    schema.maxLength === undefined &&
    !schema.enum &&
    schema.const === undefined &&
    !schema.format &&
    !schema.pattern
  )
    open.push(path)
  if (schema.type === 'array' && schema.maxItems === undefined) open.push(path)
  for (const [name, inner] of Object.entries(schema.properties ?? {})) walk(inner, `${path}.${name}`, open)
  for (const inner of [
    ...(schema.items ? [schema.items] : []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
  ])
    walk(inner, path, open)
}

test('no tracked file carries an address of a registry or a path of a machine', () => {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  expect(lock).not.toMatch(/"resolved": "https?:/)
  const wrong = [...sources, ...files('docs'), ...files('scripts'), ...files('test')]
    .filter((f) => /\.(ts|tsx|md|mjs|json)$/.test(f) && !f.endsWith('layers.test.ts'))
    .filter((f) => /registry\.npmjs|\/(root|work|farm)\//.test(readFileSync(join(root, f), 'utf8')))
  expect(wrong).toEqual([])
})
