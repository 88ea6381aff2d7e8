// Writes what derives from the declarations and is checked in: docs/openapi.json, docs/events.json, docs/problems.md.
// With --check it writes nothing and fails where a file differs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capabilities } from '../src/app/capabilities.ts'
import { catalog } from '../src/kernel/derive.ts'
import { openapi } from '../src/kernel/openapi.ts'
import { type Registry, registry } from '../src/kernel/registry.ts'

const docs = join(import.meta.dirname, '../docs')
const declared = registry(capabilities)
const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`

function problems({ failures }: Registry): string {
  const rows = [...failures].sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    '# Problems · 错误代码',
    '',
    'Every error is RFC 9457 `application/problem+json`; `code` is stable. 所有错误均为 problem+json，`code` 保持不变。',
    '',
    '| code | status | English | 中文 |',
    '|---|---|---|---|',
    ...rows.map(([code, { status, title }]) => `| <a id="problem-${code}"></a>\`${code}\` | ${status} | ${title.en} | ${title.zh} |`),
    '',
  ].join('\n')
}

const files: Readonly<Record<string, string>> = {
  'openapi.json': json(openapi(declared)),
  'events.json': json(catalog(declared).events),
  'problems.md': problems(declared),
}
const check = process.argv.includes('--check')
let stale = 0
for (const [name, text] of Object.entries(files)) {
  const path = join(docs, name)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (check) {
    stale++
    console.error(`docs/${name} is not what the declarations say; run: npm run generate`)
  } else writeFileSync(path, text)
}
process.exitCode = stale > 0 ? 1 : 0
