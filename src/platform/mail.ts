// Mails leave by SMTP; without a server they are files that a first-time user can open and read the code from.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { newId } from '#kernel/ids'
import type { Mail, Mailer } from '#kernel/mail'
import type { Log } from './log.ts'

export type { Mailer } from '#kernel/mail'

export interface OpenMailer extends Mailer {
  close(): void
}

/** A mail that is written to a folder is for a developer's eyes: a thousand are more than anyone opens. */
const MOST_KEPT = 1_000
/** RFC 5321, 4.5.3.2 allows minutes; a job is retried anyway, and a drain lasts 30 s at most. */
const PATIENCE_MS = 10_000
/** Mail services commonly allow 5 to 10 connections per sender. */
const CONNECTIONS = 4

/** These are ours to write: another value for them is another reader or another sender. */
const OURS =
  /^(from|sender|reply-to|to|cc|bcc|subject|date|message-id|mime-version|content-.*|return-path|received|dkim-.*)$/i
const text = z
  .string()
  .max(500_000)
  .refine((s) => !s.includes('\0'))
const mailSchema = z.object({
  to: z.email().max(254),
  // RFC 5322: a line has 998 characters at most.
  subject: z
    .string()
    .min(1)
    .max(998)
    .refine((s) => !/[\r\n\0]/.test(s)),
  text,
  html: text.optional(),
  headers: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
        .refine((name) => !OURS.test(name)),
      z
        .string()
        .max(998)
        .refine((s) => !/[\r\n\0]/.test(s)),
    )
    .optional(),
  attachments: z
    .array(
      z.object({
        name: z
          .string()
          .min(1)
          .max(200)
          .refine((s) => !/[\r\n\0/\\]/.test(s)),
        type: z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/),
        // Most servers refuse mails above 20 to 25 MB, and base64 adds a third.
        content: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= 12 * 1024 * 1024),
      }),
    )
    .max(5)
    .optional(),
})

/**
 * By `url` (smtp://user:password@host:port or smtps://…), else as .eml files in `folder`. `from` is an address with or
 * without a name: `Banyan <banyan@example.org>`.
 */
export function openMailer(options: { url?: string | undefined; from: string; folder: string; log: Log }): OpenMailer {
  const { url, from, folder, log } = options
  if (url) return smtpMailer(url, from)
  log.warn({ folder }, 'no mail server is set: mails are written to this folder')
  return folderMailer(folder, from)
}

function smtpMailer(url: string, from: string): OpenMailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      const message = checked(mail, from)
      try {
        await transport.sendMail(message)
      } catch (error) {
        throw refusal(error)
      }
    },
    close: () => transport.close(),
  }
}

function folderMailer(folder: string, from: string): OpenMailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  return {
    async send(mail) {
      const { message } = await transport.sendMail(checked(mail, from))
      // Codes and links are in here: nobody but the server's own account may read them.
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(join(folder, `${newId()}.eml`), message as Buffer, { mode: 0o600, flag: 'wx' })
      const kept = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort()
      for (const old of kept.slice(0, -MOST_KEPT)) await rm(join(folder, old), { force: true })
    },
    close: () => {},
  }
}

function checked(mail: Mail, from: string) {
  const result = mailSchema.safeParse(mail)
  // Which field, not its value: the message ends up in logs and dead letters.
  if (!result.success) throw new Error(`mail not valid: ${result.error.issues.map((i) => i.path.join('.')).join(', ')}`)
  const { to, subject, text: plain, html, headers, attachments = [] } = result.data
  return {
    from,
    // An object is one address; a string would be parsed as a list.
    to: { name: '', address: to },
    subject,
    text: plain,
    ...(html === undefined ? {} : { html }),
    attachments: attachments.map(({ name, type, content }) => ({
      filename: name,
      contentType: type,
      content: Buffer.from(content),
    })),
    // RFC 3834: keeps holiday replies away.
    headers: { 'Auto-Submitted': 'auto-generated', ...headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** What servers answer quotes the reader's address; the codes tell an operator enough. */
function refusal(error: unknown): Error {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  return new Error(`mail not sent: ${[code, responseCode].filter(Boolean).join(' ') || 'unknown'}`)
}
