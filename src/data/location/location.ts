// Where members are, told under a consent of its own. Conditions ask for `{"near": …}`, which sees the last place a
// member told of; taking the consent back ends it.
import { sql } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import type { Context } from '#kernel/context'
import { type LocationTables, migrations } from './tables.ts'

const { event, action, query, capability } = slice<LocationTables>()('location', {
  layer: 'data',
  title: { en: 'Locations', zh: '位置' },
  rights: {
    'location.read': {
      title: { en: 'See whether and where a member was located', zh: '查看成员的位置授权与位置' },
      roles: ['manager', 'support', 'member'],
    },
    'location.tell': {
      title: { en: 'Record consent to locations, and locations', zh: '登记位置授权与位置' },
      roles: ['manager', 'support', 'member'],
    },
  },
  migrations,
})

/** Latitude and longitude in degrees (WGS 84). */
export const point = z
  .tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)])
  .meta({ en: 'Latitude and longitude', zh: '纬度与经度', examples: [[31.2304, 121.4737]] })

const nothing = z.object({})
const allowed = event('location.allowed', {
  title: { en: 'Allowed their location', zh: '允许获取位置' },
  class: 'system',
  data: nothing,
})
const told = event('location.told', {
  title: { en: 'Location told', zh: '位置已更新' },
  class: 'system',
  // A name that masks know: see people/member/mask.ts.
  data: z.object({ coordinates: point }),
  facts: ({ data }) => [{ key: 'coordinates', value: data.coordinates }],
})
const withdrawn = event('location.withdrawn', {
  title: { en: 'No longer allows their location', zh: '撤回位置授权' },
  class: 'system',
  data: nothing,
  facts: () => [{ key: 'coordinates', value: null }],
})

const offered = { offeredTo: ['operator', 'member'], needs: 'location.tell', on: 'member' } as const
const standing = z.object({ allowed: z.boolean() })

const allow = action('location.allow', {
  title: { en: 'Allow the location to be known', zh: '允许获取位置' },
  input: nothing,
  output: standing,
  ...offered,
  emits: [allowed],
  async run(ctx) {
    const { rows } = await sql`insert into member_locations as l (member_id, allowed, at)
      values (${ctx.memberId}, true, ${ctx.now})
      on conflict (member_id) do update set allowed = true, at = excluded.at where not l.allowed returning 1`.execute(
      ctx.db,
    )
    if (rows.length > 0) ctx.emit(allowed, {})
    return { allowed: true }
  },
})

const tell = action('location.tell', {
  title: { en: 'Tell a location', zh: '更新位置' },
  input: z.object({ point }),
  output: z.object({ point }),
  ...offered,
  emits: [told],
  fails: {
    'location.not_allowed': {
      status: 409,
      title: { en: 'The member has not allowed their location to be known', zh: '该成员未授权获取位置' },
    },
  },
  async run(ctx, { point: [lat, lng] }) {
    const { rows } = await sql`update member_locations set lat = ${lat}, lng = ${lng}, told_at = ${ctx.now}
      where member_id = ${ctx.memberId} and allowed returning 1`.execute(ctx.db)
    if (rows.length === 0) return ctx.fail('location.not_allowed')
    // The same place told again is told anew: of members who are parted later it stays with the right one.
    ctx.emit(told, { coordinates: [lat, lng] })
    return { point: [lat, lng] as [number, number] }
  },
})

const withdraw = action('location.withdraw', {
  title: { en: 'Take the consent to locations back', zh: '撤回位置授权' },
  input: nothing,
  output: standing,
  ...offered,
  emits: [withdrawn],
  async run(ctx) {
    const { rows } = await sql`insert into member_locations as l (member_id, allowed, at)
      values (${ctx.memberId}, false, ${ctx.now})
      on conflict (member_id) do update
        set allowed = false, at = excluded.at, lat = null, lng = null, told_at = null where l.allowed
      returning 1`.execute(ctx.db)
    if (rows.length > 0) ctx.emit(withdrawn, {})
    return { allowed: false }
  },
})

const get = query('location.get', {
  title: { en: "A member's location", zh: '成员位置' },
  input: nothing,
  output: z.object({
    /** null: never decided. */
    allowed: z.boolean().nullable(),
    point: point.nullable(),
    toldAt: z.iso.datetime().nullable(),
  }),
  offeredTo: ['operator', 'member'],
  needs: 'location.read',
  on: 'member',
  personal: true,
  async run(ctx) {
    const row = await rowOf(ctx.db, ctx.memberId)
    if (!row) return { allowed: null, point: null, toldAt: null }
    const { lat, lng, told_at } = row
    return {
      allowed: row.allowed,
      point: lat === null || lng === null ? null : ([lat, lng] as [number, number]),
      toldAt: told_at?.toISOString() ?? null,
    }
  },
})

type Db = Context<LocationTables>['db']
type Row = LocationTables['member_locations']
const rowOf = (db: Db, memberId: string) =>
  db.selectFrom('member_locations').selectAll().where('member_id', '=', memberId).executeTakeFirst()
const drop = (db: Db, memberId: string) => db.deleteFrom('member_locations').where('member_id', '=', memberId).execute()
const put = async (db: Db, row: Row) => {
  await drop(db, row.member_id)
  await db.insertInto('member_locations').values(row).execute()
}

/** Rows as the journal of a merge keeps them: instants are texts there. */
interface Merged {
  before: Row | null
  mine: Row | null
  /** What the kept member had after it. */
  after: Row | null
}
const instant = (at: Date | string | null) => (at === null ? null : new Date(at).getTime())
const same = (a: Row | null, b: Row | null) =>
  a === null || b === null
    ? a === b
    : a.allowed === b.allowed && instant(a.at) === instant(b.at) && instant(a.told_at) === instant(b.told_at)

export const location = capability({
  events: [allowed, told, withdrawn],
  actions: [allow, tell, withdraw],
  queries: [get],
  async onMerge(db, { keepId, mergeId }): Promise<Merged> {
    const before = (await rowOf(db, keepId)) ?? null
    const mine = (await rowOf(db, mergeId)) ?? null
    const after = united(before, mine, keepId)
    if (after && mine) await put(db, after)
    await drop(db, mergeId)
    return { before, mine, after }
  },
  async onUnmerge(db, { keepId, mergeId }, { before, mine, after }: Merged) {
    const now = (await rowOf(db, keepId)) ?? null
    // What was decided since is the kept member's own.
    if (same(now, after)) {
      if (before) await put(db, before)
      else await drop(db, keepId)
    }
    if (mine) await put(db, { ...mine, member_id: mergeId })
  },
  async onErase(db, memberId) {
    await drop(db, memberId)
  },
})

/**
 * What was decided or told last holds, and no place that was told before a consent was taken back: as the warehouse
 * reads the facts of both.
 */
function united(a: Row | null, b: Row | null, memberId: string): Row | null {
  const rows = [a, b].filter((r) => r !== null)
  const act = (r: Row) => Math.max(Number(r.at), Number(r.told_at ?? 0))
  const last = rows.toSorted((x, y) => act(x) - act(y)).at(-1)
  if (!last) return null
  const ended = Math.max(0, ...rows.filter((r) => !r.allowed).map((r) => Number(r.at)))
  const seen = rows
    .filter((r) => r.told_at !== null && Number(r.told_at) > ended)
    .toSorted((x, y) => Number(x.told_at) - Number(y.told_at))
    .at(-1)
  const { lat, lng, told_at } = seen ?? { lat: null, lng: null, told_at: null }
  return { member_id: memberId, allowed: last.allowed, at: last.at, lat, lng, told_at }
}
