/** One mail to one reader. `to` is a bare address; `headers` are further ones such as List-Unsubscribe. */
export interface Mail {
  to: string
  subject: string
  text: string
  html?: string
  headers?: Readonly<Record<string, string>>
  attachments?: readonly Attachment[]
}

export interface Attachment {
  /** The file's name as the reader sees it. */
  name: string
  type: string
  content: Uint8Array
}

/** Only jobs send: a mail cannot be taken back when a transaction is. */
export interface Mailer {
  /** Returns once the mail server has taken it. Throws when it did not; nothing personal is in the message. */
  send(mail: Mail): Promise<void>
}
