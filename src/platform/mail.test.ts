import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Mail } from '#kernel/mail'
import { createLog } from './log.ts'
import { type OpenMailer, openMailer } from './mail.ts'

const log = createLog('silent')
const folder = mkdtempSync(join(tmpdir(), 'banyan-mail-'))
const from = '榕树 <banyan@example.org>'
const taken: { from: string; to: string[]; content: string; user: string }[] = []
let mailer: OpenMailer

const server = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  onAuth: ({ username, password }, _session, done) =>
    password === 'p@ss' ? done(null, { user: username }) : done(new Error('no')),
  onRcptTo: ({ address }, _session, done) =>
    done(address.startsWith('nobody') ? new Error(`no mailbox ${address}`) : undefined),
  async onData(stream, { envelope, user }, done) {
    const content = await text(stream)
    const sender = envelope.mailFrom ? envelope.mailFrom.address : ''
    taken.push({ from: sender, to: envelope.rcptTo.map((r) => r.address), content, user: String(user) })
    done()
  },
})
const url = () => `smtp://robot:p%40ss@127.0.0.1:${(server.server.address() as AddressInfo).port}`

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  mailer = openMailer({ url: url(), from, folder, log })
})
beforeEach(() => {
  taken.length = 0
})
afterAll(async () => {
  mailer.close()
  await new Promise<void>((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const mail: Mail = { to: 'li.lei@example.com', subject: '您的验证码', text: 'Code\n\n123456\n', html: '<b>123456</b>' }
const head = (content: string) => content.slice(0, content.indexOf('\r\n\r\n'))

test('a mail goes to its one reader, signed in, with both bodies', async () => {
  await mailer.send({ ...mail, headers: { 'List-Unsubscribe': '<https://example.org/off?t=1>' } })
  expect(taken).toMatchObject([{ from: 'banyan@example.org', to: ['li.lei@example.com'], user: 'robot' }])
  const { content } = taken[0] ?? { content: '' }
  expect(head(content)).toContain('List-Unsubscribe: <https://example.org/off?t=1>')
  expect(head(content)).toContain('Auto-Submitted: auto-generated')
  expect(head(content)).toContain(`=?UTF-8?B?${Buffer.from('您的验证码').toString('base64')}?=`)
  expect(content).toContain('123456\r\n')
  expect(content).toContain('<b>123456</b>')
})

test.each<[string, Partial<Mail>]>([
  ['two readers', { to: 'a@example.com, b@example.com' }],
  ['a reader with a name', { to: 'A <a@example.com>' }],
  ['a break in the reader', { to: 'a@example.com\r\nBcc: b@example.com' }],
  ['a break in the subject', { subject: 'Hi\r\nBcc: b@example.com' }],
  ['a break in a header', { headers: { 'X-Note': 'a\nBcc: b@example.com' } }],
  ['a break in a header name', { headers: { 'X-Note: a\nBcc': 'b@example.com' } }],
  ['a header that adds readers', { headers: { bcc: 'b@example.com' } }],
  ['a header that changes the sender', { headers: { From: 'b@example.com' } }],
])('%s is refused and nothing is sent', async (_what, change) => {
  const refused = mailer.send({ ...mail, ...change })
  await expect(refused).rejects.toThrow(/^mail not valid: (to|subject|headers)/)
  await expect(refused).rejects.not.toThrow('example.com')
  expect(taken).toEqual([])
})

test('a file goes along under its name, and none that names a path or another type of line', async () => {
  const file = { name: '周报.pdf', type: 'application/pdf', content: Buffer.from('%PDF-1.7 of three pages') }
  await mailer.send({ ...mail, attachments: [file] })
  const content = taken[0]?.content ?? ''
  expect(content).toMatch(/^Content-Type: application\/pdf/m)
  expect(content).toContain(file.content.toString('base64'))
  for (const flaw of [{ name: '../x.pdf' }, { name: 'a\r\nBcc: b@example.com' }, { type: 'text/html\r\nX: y' }])
    await expect(mailer.send({ ...mail, attachments: [{ ...file, ...flaw }] })).rejects.toThrow(
      /^mail not valid: attachments/,
    )
})

test('a text may not read files or addresses of the server', async () => {
  const raw = { ...mail, text: { path: '/etc/hostname' } } as unknown as Mail
  await expect(mailer.send(raw)).rejects.toThrow('mail not valid: text')
})

test('what the server refuses is told by its codes, without the address', async () => {
  await expect(mailer.send({ ...mail, to: 'nobody@example.com' })).rejects.toThrow(/^mail not sent: EENVELOPE 550$/)
  const stranger = openMailer({ url: url().replace('p%40ss', 'wrong'), from, folder, log })
  await expect(stranger.send(mail)).rejects.toThrow(/^mail not sent: EAUTH 535$/)
  stranger.close()
  const away = openMailer({ url: 'smtp://127.0.0.1:1', from, folder, log })
  await expect(away.send(mail)).rejects.toThrow(/^mail not sent: E/)
  away.close()
})

test('a hundred mails share a few connections', async () => {
  await Promise.all(Array.from({ length: 100 }, (_, n) => mailer.send({ ...mail, to: `reader${n}@example.com` })))
  expect(new Set(taken.map((t) => t.to.join())).size).toBe(100)
  expect(server.connections.size).toBeLessThanOrEqual(4)
})

test('without a server mails are files that only we can read, in the order of sending, the last thousand', async () => {
  const own = join(folder, 'mail')
  const writer = openMailer({ from, folder: own, log })
  await writer.send(mail)
  const [first = ''] = readdirSync(own)
  expect(readFileSync(join(own, first), 'utf8')).toMatch(/^To: li\.lei@example\.com$[\s\S]*^123456$/m)
  expect(statSync(join(own, first)).mode & 0o777).toBe(0o600)
  for (let n = 0; n < 1_000; n++) writeFileSync(join(own, `1${String(n).padStart(4, '0')}.eml`), '')
  await writer.send({ ...mail, to: 'han@example.com' })
  const kept = readdirSync(own).sort()
  expect(kept).toHaveLength(1_000)
  expect(kept).not.toContain(first)
  await expect(writer.send({ ...mail, to: 'a@example.com,b@example.com' })).rejects.toThrow('mail not valid: to')
})
