import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { instanceSecret, openSealer } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'banyan-secret-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what is sealed opens for what it belongs to, unchanged and under the same secret only', () => {
  const sealer = openSealer('one secret')
  const sealed = sealer.seal('JBSWY3DP 密钥', 'operator:1')
  expect(sealed).not.toContain('JBSWY3DP')
  expect(sealer.open(sealed, 'operator:1')).toBe('JBSWY3DP 密钥')
  expect(sealer.seal('JBSWY3DP 密钥', 'operator:1')).not.toBe(sealed)
  expect(sealer.open(sealed, 'operator:2')).toBeNull()
  expect(openSealer('another').open(sealed, 'operator:1')).toBeNull()
  const bytes = Buffer.from(sealed, 'base64url')
  for (const at of [0, 12, bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(sealer.open(changed.toString('base64url'), 'operator:1'), `byte ${at}`).toBeNull()
  }
  for (const nothing of ['', 'short', '***']) expect(sealer.open(nothing, 'operator:1')).toBeNull()
})

test('the secret is made once, for its owner’s eyes only; a configured one is taken instead', () => {
  const config = { BANYAN_DATA_DIR: join(folder, 'data'), BANYAN_SECRET: undefined }
  const secret = instanceSecret(config)
  expect(secret).toMatch(/^[\w-]{43}$/)
  expect(instanceSecret(config)).toBe(secret)
  expect(readdirSync(config.BANYAN_DATA_DIR)).toEqual(['secret'])
  expect(statSync(join(config.BANYAN_DATA_DIR, 'secret')).mode & 0o777).toBe(0o600)
  expect(instanceSecret({ ...config, BANYAN_SECRET: 'given' })).toBe('given')
})
