// Topics a member may subscribe to, and what each member chose. Conditions ask for `{"subscribed": key}`.
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import type { Context } from '#kernel/context'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { migrations, type TopicTables } from './tables.ts'

const { event, action, query, capability } = slice<TopicTables>()('topic', {
  layer: 'data',
  title: { en: 'Topics', zh: '订阅主题' },
  rights: {
    'topic.read': {
      title: { en: 'See topics', zh: '查看订阅主题' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store', 'member'],
    },
    'topic.manage': { title: { en: 'Create topics', zh: '创建订阅主题' }, roles: ['manager'] },
    'topic.subscribe': {
      title: { en: 'Subscribe and unsubscribe', zh: '订阅与退订' },
      roles: ['manager', 'support', 'member'],
    },
  },
  migrations,
})

const key = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/)
  .meta({ en: 'Key', zh: '标识' })
const preset = z.enum(['optIn', 'optOut']).meta({ en: 'Unless they choose', zh: '默认方式' })
const about = z.object({ topic: key })

const created = event('topic.created', {
  title: { en: 'Topic created', zh: '订阅主题已创建' },
  class: 'system',
  data: about,
})
const subscribed = event('topic.subscribed', {
  title: { en: 'Subscribed to a topic', zh: '订阅主题' },
  data: about,
  facts: ({ data }) => [{ key: `topic:${data.topic}`, value: true }],
})
const unsubscribed = event('topic.unsubscribed', {
  title: { en: 'Unsubscribed from a topic', zh: '退订主题' },
  data: about,
  facts: ({ data }) => [{ key: `topic:${data.topic}`, value: false }],
})

const create = action('topic.create', {
  title: { en: 'Create a topic', zh: '创建订阅主题' },
  input: z.object({ key, title: z.string().trim().min(1).max(100), default: preset }),
  output: z.object({ key }),
  offeredTo: ['operator'],
  needs: 'topic.manage',
  on: 'brand',
  emits: [created],
  fails: {
    'topic.key_taken': { status: 409, title: { en: 'A topic with this key exists', zh: '已存在该标识的主题' } },
  },
  async run(ctx, input) {
    const made = await ctx.db
      .insertInto('topics')
      .values({ ...input, created_at: ctx.now })
      .onConflict((c) => c.doNothing())
      .returning('key')
      .executeTakeFirst()
    if (!made) ctx.fail('topic.key_taken')
    ctx.emit(created, { topic: input.key })
    ctx.note(input)
    return { key: input.key }
  },
})

const chosen = { input: about, output: z.object({ topic: key, subscribed: z.boolean() }) }
type Choosing = Context<TopicTables, typeof subscribed | typeof unsubscribed>

/** A choice made again is none; it neither shows twice nor moves in time. */
async function choose(ctx: Choosing, topic: string, wanted: boolean) {
  if (!(await topicDefaults(ctx.db, [topic])).has(topic)) return ctx.fail('object.unknown')
  const { rows } = await sql`insert into topic_choices as c (member_id, topic, subscribed, at)
    values (${ctx.memberId}, ${topic}, ${wanted}, ${ctx.now})
    on conflict (member_id, topic) do update set subscribed = excluded.subscribed, at = excluded.at
    where c.subscribed <> excluded.subscribed returning 1`.execute(ctx.db)
  if (rows.length > 0) ctx.emit(wanted ? subscribed : unsubscribed, { topic })
  return { topic, subscribed: wanted }
}

const subscribe = action('topic.subscribe', {
  title: { en: 'Subscribe to a topic', zh: '订阅主题' },
  ...chosen,
  offeredTo: ['operator', 'member', 'journey'],
  needs: 'topic.subscribe',
  on: 'member',
  emits: [subscribed],
  run: (ctx, { topic }) => choose(ctx as Choosing, topic, true),
})

const unsubscribe = action('topic.unsubscribe', {
  title: { en: 'Unsubscribe from a topic', zh: '退订主题' },
  ...chosen,
  offeredTo: ['operator', 'member', 'journey'],
  needs: 'topic.subscribe',
  on: 'member',
  emits: [unsubscribed],
  run: (ctx, { topic }) => choose(ctx as Choosing, topic, false),
})

const shown = z.object({ key, title: z.string(), default: preset })

const list = query('topic.list', {
  title: { en: 'Topics', zh: '订阅主题列表' },
  input: z.object(pageInput),
  output: pageOf(shown),
  offeredTo: ['operator', 'member'],
  needs: 'topic.read',
  on: 'brand',
  async run(ctx, { limit, cursor }) {
    const after = decodeCursor(cursor, 1)
    let rows = ctx.db.selectFrom('topics').select(['key', 'title', 'default'])
    if (after) rows = rows.where('key', '>', String(after[0]))
    const found = await rows
      .orderBy('key')
      .limit(limit + 1)
      .execute()
    return cutPage(
      found,
      limit,
      (r) => [r.key],
      (r) => r,
    )
  },
})

const overview = query('topic.overview', {
  title: { en: 'Topics and how many chose', zh: '订阅主题概览' },
  input: z.object(pageInput),
  output: pageOf(
    shown.extend({
      /** Members who chose to subscribe, and who chose not to; everybody else is as the topic has it. */
      subscribed: z.int(),
      unsubscribed: z.int(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'topic.read',
  on: 'brand',
  async run(ctx, { limit, cursor }) {
    const after = decodeCursor(cursor, 1)
    const { rows } = await sql<z.output<typeof shown> & { subscribed: number; unsubscribed: number }>`
      select t.key, t.title, t.default, n.subscribed, n.unsubscribed from topics t, lateral (
        select (count(*) filter (where c.subscribed))::int as subscribed,
          (count(*) filter (where not c.subscribed))::int as unsubscribed
        from topic_choices c where c.topic = t.key and ${ctx.inScope(sql.ref('c.member_id'))}) n
      where t.key > ${String(after?.[0] ?? '')} order by t.key limit ${limit + 1}`.execute(ctx.db)
    return cutPage(
      rows,
      limit,
      (r) => [r.key],
      (r) => r,
    )
  },
})

const choices = query('topic.choices', {
  title: { en: "A member's subscriptions", zh: '成员订阅情况' },
  input: z.object({}),
  output: z.object({ items: z.array(shown.extend({ subscribed: z.boolean() })) }),
  offeredTo: ['operator', 'member'],
  needs: 'topic.read',
  on: 'member',
  personal: true,
  async run(ctx) {
    const { rows } = await sql<{ key: string; title: string; default: 'optIn' | 'optOut'; subscribed: boolean }>`
      select t.key, t.title, t.default, coalesce(c.subscribed, t.default = 'optOut') as subscribed
      from topics t left join topic_choices c on c.topic = t.key and c.member_id = ${ctx.memberId}
      order by t.key limit 200`.execute(ctx.db)
    return { items: rows }
  },
})

/** Topics that exist among these, and whether members are subscribed to them unless they say otherwise. */
export async function topicDefaults(db: QueryExecutorProvider, keys: readonly string[]): Promise<Map<string, boolean>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ key: string; default: string }>`
    select key, "default" from topics where key = any(${[...keys]}::text[])`.execute(db)
  return new Map(rows.map((r) => [r.key, r.default === 'optOut']))
}

/** What a merge did to the kept member's choices, and what went over. */
interface Merged {
  before: Choice[]
  mine: Choice[]
}
interface Choice {
  topic: string
  subscribed: boolean
  at: string
}
const choicesOf = async (db: Kysely<TopicTables>, memberId: string): Promise<Choice[]> => {
  const { rows } = await sql<Choice>`select topic, subscribed, at::text as at from topic_choices
    where member_id = ${memberId} for update`.execute(db)
  return rows
}
const put = (db: Kysely<TopicTables>, memberId: string, list: readonly Choice[]) =>
  sql`insert into topic_choices as c (member_id, topic, subscribed, at)
    select ${memberId}, v.topic, v.subscribed, v.at
    from unnest(${list.map((c) => c.topic)}::text[], ${list.map((c) => c.subscribed)}::boolean[],
      ${list.map((c) => c.at)}::timestamptz[]) as v (topic, subscribed, at)
    on conflict (member_id, topic) do update set subscribed = excluded.subscribed, at = excluded.at
    where c.at < excluded.at`.execute(db)
const drop = (db: Kysely<TopicTables>, memberId: string) =>
  db.deleteFrom('topic_choices').where('member_id', '=', memberId).execute()

export const topic = capability({
  events: [created, subscribed, unsubscribed],
  actions: [create, subscribe, unsubscribe],
  queries: [list, overview, choices],
  // The later choice holds, as it does in the warehouse.
  async onMerge(db, { keepId, mergeId }): Promise<Merged> {
    const before = await choicesOf(db, keepId)
    const mine = await choicesOf(db, mergeId)
    await put(db, keepId, mine)
    await drop(db, mergeId)
    return { before, mine }
  },
  async onUnmerge(db, { keepId, mergeId }, { before, mine }: Merged) {
    const since = await choicesOf(db, keepId)
    const gone = (c: Choice) => mine.some((m) => m.topic === c.topic && m.at === c.at)
    await drop(db, keepId)
    await put(db, keepId, [...before, ...since.filter((c) => !gone(c))])
    await put(db, mergeId, mine)
  },
  async onErase(db, memberId) {
    await drop(db, memberId)
  },
})
