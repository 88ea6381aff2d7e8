import { type Kysely, sql } from 'kysely'

export interface TopicTables {
  topics: { key: string; title: string; default: 'optIn' | 'optOut'; created_at: Date }
  /** What members chose; one who has not is as the topic has it. */
  topic_choices: { member_id: string; topic: string; subscribed: boolean; at: Date }
}

export const migrations = {
  async '2026-11-22T1100_topics'(db: Kysely<never>) {
    await sql`create table topics (
      key text primary key,
      title text not null,
      "default" text not null check ("default" in ('optIn', 'optOut')),
      created_at timestamptz not null
    )`.execute(db)
    await sql`create table topic_choices (
      member_id uuid not null,
      topic text not null references topics,
      subscribed boolean not null,
      at timestamptz not null,
      primary key (member_id, topic)
    )`.execute(db)
  },
}
