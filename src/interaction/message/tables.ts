import { type Kysely, sql } from 'kysely'

export const CHANNELS = ['inbox'] as const
export type Channel = (typeof CHANNELS)[number]
export const STATES = ['planned', 'sent', 'read', 'suppressed', 'failed', 'withdrawn'] as const
export type State = (typeof STATES)[number]
export const PURPOSES = ['marketing', 'service'] as const
export type Purpose = (typeof PURPOSES)[number]

export interface MessageTables {
  messages: {
    id: string
    member_id: string
    channel: Channel
    state: State
    /** Why it is suppressed or failed. */
    reason: string | null
    title: string
    body: string
    topic: string | null
    purpose: Purpose
    cause: string
    /** Tells apart what one cause sends to one member; after a merge also whose it was. */
    leg: string
    planned_at: Date
    sent_at: Date | null
    read_at: Date | null
  }
}

const list = (words: readonly string[]) => words.map((w) => `'${w}'`).join(', ')

export const migrations = {
  async '2026-11-22T0945_messages'(db: Kysely<never>) {
    await sql
      .raw(`
        create table messages (
          id uuid primary key,
          member_id uuid not null,
          channel text not null check (channel in (${list(CHANNELS)})),
          state text not null check (state in ('planned', 'sent', 'read', 'suppressed', 'failed')),
          reason text,
          title text not null,
          body text not null,
          topic text,
          purpose text not null check (purpose in (${list(PURPOSES)})),
          cause text not null,
          leg text not null,
          planned_at timestamptz not null,
          sent_at timestamptz,
          read_at timestamptz,
          unique (cause, member_id, leg)
        );
        create index messages_member on messages (member_id, planned_at desc, id desc);
        create index messages_unread on messages (member_id) where channel = 'inbox' and state = 'sent';
        create index messages_at on messages (planned_at desc, id desc)`)
      .execute(db)
  },
  async '2026-11-22T1500_messages_withdrawn'(db: Kysely<never>) {
    await sql
      .raw(`
        alter table messages drop constraint messages_state_check;
        alter table messages add constraint messages_state_check check (state in (${list(STATES)}))`)
      .execute(db)
  },
}
