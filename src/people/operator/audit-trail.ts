// The audit log as operators read it. How rows get there and how they are proved is in platform/audit.ts.
import { sql } from 'kysely'
import { z } from 'zod'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { communityNames } from '#people/community'
import { displayNames } from '#people/member'
import { instant, query } from './declare.ts'
import type { OperatorDb } from './tables.ts'

const word = z.string().trim().min(1).max(200)

export const find = query('audit.find', {
  title: { en: 'Search the audit log', zh: '检索审计日志' },
  input: z.object({
    ...pageInput,
    /** `operator:<id>`, `key:<id>`, `member:<id>` */
    actor: word.optional().meta({ en: 'Who', zh: '操作者' }),
    /** An operation, or all of a slice: `points.` */
    operation: word.optional().meta({ en: 'Operation', zh: '操作' }),
    aboutMember: z.uuid().optional().meta({ en: 'About the member', zh: '涉及成员' }),
    aboutCommunity: z.uuid().optional().meta({ en: 'In the community', zh: '涉及社群' }),
    from: instant.optional().meta({ en: 'From', zh: '起始时间' }),
    to: instant.optional().meta({ en: 'Until', zh: '截止时间' }),
    search: word.optional().meta({ en: 'Search', zh: '搜索' }),
  }),
  output: pageOf(
    z.object({
      id: z.int(),
      at: instant,
      actor: z.string(),
      /** Of an operator, a key or a member (as in lists of members); null for others. */
      actorName: z.string().nullable(),
      operation: z.string(),
      memberId: z.uuid().nullable(),
      memberName: z.string().nullable(),
      communityId: z.uuid().nullable(),
      communityName: z.string().nullable(),
      cause: z.string(),
      /** Null once erased with the member, like `change`. */
      address: z.string().nullable(),
      change: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'audit.read',
  on: 'brand',
  personal: true,
  async run(ctx, { limit, cursor, ...asked }) {
    const before = decodeCursor(cursor, 1)
    const { actor, operation, aboutMember, aboutCommunity, from, to, search } = asked
    const { scope } = ctx.actor
    const communities = scope.kind === 'communities' ? scope.ids : []
    const rows = await ctx.db
      .selectFrom('audit as a')
      .leftJoin('audit_detail as d', 'd.audit_id', 'a.id')
      .select(['a.id', 'a.at', 'a.actor', 'a.operation', 'a.member_id', 'a.community_id', 'a.cause'])
      .select(['d.address', 'd.change'])
      .$if(before !== null, (q) => q.where('a.id', '<', Number(before?.[0])))
      .$if(scope.kind !== 'all', (q) =>
        q.where(sql<boolean>`(${ctx.inScope(sql.ref('a.member_id'))} or a.community_id = any(${communities}::uuid[]))`),
      )
      .$if(actor !== undefined, (q) => q.where('a.actor', '=', actor ?? ''))
      .$if(operation !== undefined, (q) =>
        q.where(
          operation?.endsWith('.')
            ? sql<boolean>`starts_with(a.operation, ${operation})`
            : sql<boolean>`a.operation = ${operation}`,
        ),
      )
      .$if(aboutMember !== undefined, (q) => q.where('a.member_id', '=', aboutMember ?? ''))
      .$if(aboutCommunity !== undefined, (q) => q.where('a.community_id', '=', aboutCommunity ?? ''))
      .$if(from !== undefined, (q) => q.where('a.at', '>=', new Date(from ?? 0)))
      .$if(to !== undefined, (q) => q.where('a.at', '<', new Date(to ?? 0)))
      .$if(search !== undefined, (q) =>
        q.where(
          sql<boolean>`strpos(lower(concat_ws(' ', a.operation, a.actor, a.cause, d.address, d.change::text)), ${search?.toLowerCase()}) > 0`,
        ),
      )
      .orderBy('a.id', 'desc')
      .limit(limit + 1)
      .execute()
    const shown = rows.slice(0, limit)
    const staff = await namesOf(ctx.db, [...new Set(shown.map((r) => r.actor))])
    const members = await displayNames(ctx, [
      ...shown.flatMap((r) => r.member_id ?? []),
      ...shown.flatMap((r) => memberOf(r.actor) ?? []),
    ])
    const places = await communityNames(ctx.db, [...new Set(shown.flatMap((r) => r.community_id ?? []))])
    const nameIn = (names: ReadonlyMap<string, string>, id: string | null) => (id ? (names.get(id) ?? null) : null)
    return cutPage(
      rows,
      limit,
      (r) => [Number(r.id)],
      (r) => ({
        id: Number(r.id),
        at: r.at.toISOString(),
        actor: r.actor,
        actorName: staff.get(r.actor) ?? nameIn(members, memberOf(r.actor)),
        operation: r.operation,
        memberId: r.member_id,
        memberName: nameIn(members, r.member_id),
        communityId: r.community_id,
        communityName: nameIn(places, r.community_id),
        cause: r.cause,
        address: r.address,
        change: r.change,
      }),
    )
  },
})

const memberOf = (actor: string) => (actor.startsWith('member:') ? actor.slice('member:'.length) : null)

async function namesOf(db: OperatorDb, actors: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ actor: string; name: string }>`
    select 'operator:' || id as actor, name from operators where 'operator:' || id = any(${actors})
    union all select 'key:' || id, name from api_keys where 'key:' || id = any(${actors})`.execute(db)
  return new Map(rows.map((r) => [r.actor, r.name]))
}
