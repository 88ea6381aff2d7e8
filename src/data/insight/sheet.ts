// Where a kind writes its SQL: bound values, the asked range, and who counts.
import type { QueryExecutorProvider } from 'kysely'
import { type Condition, type Filter, holders, linksOf, rootOf, whereSql } from '#data/segment'
import type { Context } from '#kernel/context'
import type { Asking, WarehouseScope } from '#kernel/contribution'
import { inTurn } from './gate.ts'
import type { Matching } from './match.ts'

export interface Sheet {
  /** Adds a value and answers its placeholder. */
  bind(type: string, value: unknown): string
  params: Readonly<Record<string, unknown>>
  from: Date
  to: Date
  now: Date
  /** The end of what there is to see: `to`, or now where that is to come. Filters on members hold as of it. */
  at: Date
  zone: string
  /** 1 = Monday to 7 = Sunday. */
  weekStart: number
  /** Today's member of an event row. */
  root: string
  /**
   * The condition on a row of `events` that its member counts: no bot, not erased, inside the caller's scope, and for
   * whom the query's filter holds.
   */
  audience: string
  /** SELECTs of today's members; only who is in all of them counts. */
  among: readonly string[]
  db: QueryExecutorProvider
  /** The running system, where somebody waits for the answer; null inside conditions. */
  road: Road | null
  /** Begins every SELECT that uses what the sheet wrote: relative times in filters speak of the instant `at`. */
  head: string
  /** The condition on a row of `events` that it is one of these: names and filters on its properties. */
  matches(what: Matching): string
  /** The condition on a row's time: from inclusive, to exclusive; never later than now. */
  within(from: Date | null, to: Date | null): string
  /** A bound instant as DateTime64. */
  instant(at: Date): string
  /** Rows of a SELECT without its head. */
  rows<R>(select: string): Promise<R[]>
}

/** What an answer may set going. */
export type Road = Pick<Context<Record<never, never>>, 'runtime' | 'enqueue' | 'brand'>

/** Who asks: everything a question stands on, and the caller's scope where there is one to narrow by. */
export interface Asker extends Asking {
  scope?: WarehouseScope | null
  signal?: AbortSignal
  /** What the filter refers to, where it was looked up already. */
  links?: Awaited<ReturnType<typeof linksOf>>
  road?: Road
  /** Whether anybody was ever merged, where it is known. */
  merged?: boolean
}

export interface Asked {
  from: string
  to: string
  timezone?: string | undefined
  filter?: Condition | undefined
}

/** Erased members are in the warehouse until the night; for questions they are gone at once. */
const PRESENT = "member NOT IN (SELECT member FROM facts WHERE key = 'erased')"

const idle = new AbortController().signal

/** Filters are few here, so what they compute stands where it is used. */
export const inline = (expression: string): string => `(${expression})`

/** `prefix` begins the names of all values, so that two sheets can stand in one query. */
export async function createSheet(asker: Asker, asked: Asked, prefix = 'v'): Promise<Sheet> {
  const { now, brand } = asker
  const [from, to] = [new Date(asked.from), new Date(asked.to)]
  const at = new Date(Math.min(to.getTime(), now.getTime()))
  const zone = asked.timezone ?? brand.zone
  const params: Record<string, unknown> = {}
  const names = new Map<string, string>()
  const bind = (type: string, value: unknown) => {
    const id = `${type}:${JSON.stringify(value)}`
    const name = names.get(id) ?? `${prefix}${names.size}`
    names.set(id, name)
    params[name] = value
    return `{${name}:${type}}`
  }
  /** A SELECT of another's making, its values named as ours. */
  const adopt = (part: WarehouseScope) => {
    for (const [name, value] of Object.entries(part.params)) params[`${prefix}_${name}`] = value
    return part.sql.replaceAll(/\{(\w+):/g, `{${prefix}_$1:`)
  }
  const root = (asker.merged ?? (await isMerged(asker))) ? rootOf('member') : 'member'
  const among = asker.scope ? [adopt(asker.scope)] : []
  if (asked.filter) {
    const links = asker.links ?? (await linksOf(asker, [asked.filter]))
    among.push(adopt(holders(asked.filter, { at, zone, links })))
  }
  const instant = (time: Date) => `fromUnixTimestamp64Milli(${bind('Int64', time.getTime())}, 'UTC')`
  const head = `WITH ${instant(at)} AS at `
  return {
    ...{ bind, params, from, to, now, at, zone, weekStart: brand.weekStart, root, head, instant },
    ...{ among, db: asker.db, road: asker.road ?? null },
    audience: ['NOT bot', 'member != 0', PRESENT, ...among.map((select) => `${root} IN (${select})`)].join(' AND '),
    matches: (what) => matchSql(bind, what, zone),
    within(first, end) {
      const last = end && end <= now ? `timestamp < ${instant(end)}` : `timestamp <= ${instant(now)}`
      return first ? `timestamp >= ${instant(first)} AND ${last}` : last
    },
    rows(select) {
      const { warehouse, signal = idle } = asker
      return inTurn(signal, () => warehouse.query(`${head}${select}`, params, { signal }))
    },
  }
}

/** Where nobody was ever merged, today's member is the row's own, and looking it up would be a third of a query. */
export async function isMerged({ warehouse }: Pick<Asking, 'warehouse'>): Promise<boolean> {
  const rows = await warehouse.query<{ n: number }>('SELECT count() AS n FROM aliases')
  return Number(rows[0]?.n ?? 0) > 0
}

function matchSql(bind: Sheet['bind'], what: Matching, zone: string): string {
  const names = typeof what.event === 'string' ? [what.event] : what.event
  const exact = names.filter((n) => !n.endsWith('*'))
  const starts = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
  const named = [
    ...(exact.length > 0 ? [`name IN ${bind('Array(String)', exact)}`] : []),
    ...starts.map((s) => `(class != 'system' AND startsWith(name, ${bind('String', s)}))`),
  ]
  const { holds } = whereSql(what.where as Filter[], { bind, zone, row: inline }, '1')
  return [`(${named.join(' OR ')})`, ...holds].join(' AND ')
}
