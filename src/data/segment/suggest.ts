// What a builder offers while a definition is written: the events, keys and values that are really there, and how many
// have them. Counts are for orientation: of a sample where reading everything would keep the writer waiting.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { inWords } from '#kernel/flaw'
import { isContactPath, maskDeep } from '#people/member'
import { eventNames, type Names, namesOf } from './clause/matching.ts'
import { query } from './declare.ts'
import { metricsOf } from './link.ts'
import { rootOf } from './query.ts'
import type { SegmentTables } from './tables.ts'
import { parseDate, partsOf, path } from './value.ts'

const ROOT = rootOf('member')
const DAY_MS = 86_400_000
/** What people mean by “these days”. */
const RECENT_DAYS = 30
/** A property that has not been sent for this long is not offered while there are newer events. */
const SAMPLE_DAYS = 90
/** Rows of an event that are looked into: read in some 0.1 s, and a key on one event in a thousand still shows. */
const SAMPLE_ROWS = 20_000
const MOST_NAMES = 1000
const MOST_KEYS = 2000

const KINDS = ['text', 'number', 'bool', 'date', 'list', 'object'] as const
type Kind = (typeof KINDS)[number]

type Asking = Context<SegmentTables, never>

/** Where rows of the people the caller may see are; erased ones are gone at once. */
function visible(ctx: Pick<Asking, 'warehouseScope'>) {
  const scope = ctx.warehouseScope()
  const parts = [
    "member NOT IN (SELECT member FROM facts WHERE key = 'erased')",
    ...(scope ? [`${ROOT} IN (${scope.sql})`] : []),
  ]
  return { where: parts.join(' AND '), params: scope?.params ?? {} }
}

const instantSql = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`

const suggestEvents = query('segment.suggest_events', {
  title: { en: 'Events to choose from, with how often they happened', zh: '可选事件及近期次数' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        class: z.enum(['client', 'capability', 'system']),
        /** Over the last 30 days; members approximately. */
        events: z.int(),
        members: z.int(),
        lastAt: z.iso.datetime(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx) {
    const { where, params } = visible(ctx)
    const until = ctx.now.getTime()
    const rows = await ctx.warehouse.query<{
      name: string
      class: 'client' | 'capability' | 'system'
      n: string
      m: string
      last: string
    }>(
      `SELECT name, any(class) AS class, countIf(recent) AS n, uniqIf(root, recent) AS m,
         toUnixTimestamp64Milli(max(timestamp)) AS last
       FROM (SELECT name, class, timestamp, ${ROOT} AS root, timestamp > ${instantSql('since')} AS recent FROM events
         WHERE timestamp <= ${instantSql('until')} AND NOT startsWith(name, 'segment.') AND ${where})
       GROUP BY name ORDER BY n DESC, last DESC LIMIT ${MOST_NAMES}`,
      { ...params, until, since: until - RECENT_DAYS * DAY_MS },
      { signal: ctx.signal },
    )
    const items = rows.map((r) => ({
      name: r.name,
      class: r.class,
      events: Number(r.n),
      members: Number(r.m),
      lastAt: new Date(Number(r.last)).toISOString(),
    }))
    return { items }
  },
})

/** Texts that all are dates are dates. */
const kindOfSample = (kind: string, some: readonly string[]): Kind =>
  kind === 'text' && some.length > 0 && some.every((s) => parseDate(s) !== null) ? 'date' : (kind as Kind)

/** What is told of members, as facts have it. */
const PREFIX = { property: 'property:', score: 'score:', tag: 'tag:' } as const

const typed = z.object({ kind: z.enum(KINDS), members: z.int() })
const suggestKeys = query('segment.suggest_keys', {
  title: { en: 'Properties, scores or tags to choose from', zh: '可选属性、评分或标签' },
  input: z.object({ of: z.enum(['property', 'score', 'tag']) }),
  output: z.object({
    items: z.array(
      z.object({
        key: z.string(),
        /** Of a tag that is kept by a condition. */
        title: z.string().nullable(),
        /** Who has it, approximately; null where it is not counted for a part of the brand. */
        members: z.int().nullable(),
        /** The type seen most often first. */
        kinds: z.array(typed),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, { of }) {
    const { where, params } = visible(ctx)
    const now = { until: ctx.now.getTime(), prefix: PREFIX[of] }
    // Tags come and go, so what holds now is looked at; other keys are counted by having ever been told, which costs a tenth.
    const told = `startsWith(key, {prefix:String}) AND validFrom <= ${instantSql('until')} AND ${where}`
    const rows = await ctx.warehouse.query<{ key: string; k: string; n: string; some: string[] }>(
      of === 'tag'
        ? `SELECT key, toString(held.2) AS k, count() AS n, [''] AS some FROM (
             SELECT key, ${ROOT} AS root, argMax((value, kind), (validFrom, seq)) AS held
             FROM facts WHERE ${told} GROUP BY key, root)
           WHERE held.2 != 'none' AND held.1 != 'false' GROUP BY key, held.2 ORDER BY n DESC LIMIT ${MOST_KEYS}`
        : `SELECT key, toString(kind) AS k, uniq(${ROOT}) AS n, [any(value), anyLast(value)] AS some
           FROM facts WHERE ${told} AND kind != 'none' GROUP BY key, kind ORDER BY n DESC LIMIT ${MOST_KEYS}`,
      { ...params, ...now },
      { signal: ctx.signal },
    )
    const items = [...Map.groupBy(rows, (r) => r.key.slice(PREFIX[of].length))]
      .filter(([key]) => ctx.may('member.see_contact') || maskDeep(key) === key)
      .map(([key, list]) => ({
        key,
        title: null as string | null,
        members: list.reduce((sum, r) => sum + Number(r.n), 0) as number | null,
        kinds: list.map((r) => ({ kind: kindOfSample(r.k, r.some), members: Number(r.n) })),
      }))
    if (of !== 'tag') return { items }
    const kept = await keptTags(ctx)
    return { items: [...kept, ...items.filter((i) => !kept.some((k) => k.key === i.key))] }
  },
})

async function keptTags(ctx: Pick<Asking, 'db' | 'actor'>) {
  const { rows } = await sql<{ ref: string; name: string; size: number }>`select ref, name, size from segments
    where origin = 'tag' and ref is not null and state <> 'deleted' order by size desc, ref limit ${MOST_KEYS}`.execute(
    ctx.db,
  )
  const isAll = ctx.actor.scope.kind === 'all'
  return rows.map((r) => ({ key: r.ref, title: r.name, members: isAll ? r.size : null, kinds: [] }))
}

interface Sampled {
  where: string
  params: Readonly<Record<string, unknown>>
}

/** Rows of some events: new ones, or any where there are none. */
function sampleOf(ctx: Asking, names: readonly string[]) {
  const { where, params } = visible(ctx)
  const starts = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
  const named =
    "(name IN {names:Array(String)} OR (class != 'system' AND arrayExists(x -> startsWith(name, x), {starts:Array(String)})))"
  const rows = (since: number): Sampled => ({
    where: `${named} AND timestamp > ${instantSql('since')} AND timestamp <= ${instantSql('until')} AND ${where}`,
    params: { ...params, names: names.filter((n) => !n.endsWith('*')), starts, since, until: ctx.now.getTime() },
  })
  return async <R>(ask: (sample: Sampled) => Promise<readonly R[]>): Promise<readonly R[]> => {
    const recent = await ask(rows(ctx.now.getTime() - SAMPLE_DAYS * DAY_MS))
    return recent.length > 0 ? recent : ask(rows(0))
  }
}

/** The kind of a JSON value by its own text. */
const rawKind = (raw: string) =>
  `multiIf(${raw} IN ('', 'null', '""'), 'none', startsWith(${raw}, '"'), 'text', ${raw} IN ('true', 'false'), 'bool', ` +
  `startsWith(${raw}, '['), 'list', startsWith(${raw}, '{'), 'object', 'number')`
const rawText = (raw: string) => `if(startsWith(${raw}, '"'), JSONExtractString(${raw}), ${raw})`

const suggestPaths = query('segment.suggest_paths', {
  title: { en: 'Fields of an event to choose from', zh: '可选事件字段' },
  input: z.object({ event: eventNames }),
  output: z.object({
    items: z.array(
      z.object({
        path,
        kind: z.enum(KINDS),
        /** Part of the events looked at that have it. */
        share: z.number(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  async run(ctx, { event }) {
    const rows = await sampleOf(
      ctx,
      await meant(ctx, event),
    )((sample) =>
      ctx.warehouse.query<{ at: string[]; k: string; n: string; some: string[] }>(
        // One pair without a name stands for the row itself.
        `SELECT pair.1 AS at, ${rawKind('pair.2')} AS k, count() AS n, [any(${rawText('pair.2')}), anyLast(${rawText('pair.2')})] AS some
         FROM (
           SELECT JSONExtractKeysAndValuesRaw(properties) AS top, arrayJoin(arrayConcat(
             [(emptyArrayString(), '{')],
             arrayMap(x -> ([x.1], x.2), arrayFilter(x -> NOT startsWith(x.2, '{'), top)),
             arrayFlatten(arrayMap(x -> arrayMap(y -> ([x.1, y.1], y.2), JSONExtractKeysAndValuesRaw(x.2)),
               arrayFilter(x -> startsWith(x.2, '{'), top))))) AS pair
           FROM (SELECT properties FROM events WHERE ${sample.where} LIMIT ${SAMPLE_ROWS}))
         GROUP BY at, k HAVING k != 'none' ORDER BY n DESC LIMIT ${MOST_KEYS}`,
        sample.params,
        { signal: ctx.signal },
      ),
    )
    const total = Number(rows.find((r) => r.at.length === 0)?.n ?? 0)
    const all = Map.groupBy(
      rows.filter((r) => r.at.length > 0 && r.k !== 'object'),
      (r) => JSON.stringify(r.at),
    )
    const items = [...all.values()].flatMap((list) => {
      const [first] = list
      if (!first || first.at.some((part) => part === '' || part.length > 100 || maskDeep(part) !== part)) return []
      const seen = list.reduce((sum, r) => sum + Number(r.n), 0)
      // A key that holds a dot is no nesting.
      const at = first.at.some((part) => part.includes('.')) ? first.at : first.at.join('.')
      return [{ path: at, kind: kindOfSample(first.k, first.some), share: total > 0 ? Math.min(1, seen / total) : 0 }]
    })
    return { items }
  },
})

/** A metric is looked into by the events it counts; one that is not there has none. */
async function meant(ctx: Asking, event: Names): Promise<readonly string[]> {
  if (typeof event !== 'object' || !('metric' in event)) return namesOf(event)
  const metric = (await metricsOf(ctx.db, [event.metric])).get(event.metric)
  return metric ? namesOf(metric.definition.event) : []
}

const MOST_VALUES = 50
const target = z
  .object({
    property: path.optional(),
    event: eventNames.optional(),
    path: path.optional(),
    search: z.string().trim().max(100).default(''),
    limit: z.coerce.number().int().min(1).max(MOST_VALUES).default(20),
  })
  .refine(
    (i) => (i.property === undefined) === (i.event !== undefined && i.path !== undefined),
    inWords('property, or event and path', '须提供 property，或同时提供 event 与 path'),
  )

const suggestValues = query('segment.suggest_values', {
  title: { en: 'The most frequent values of a property or a field', zh: '属性或字段的常见取值' },
  input: target,
  output: z.object({
    items: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), count: z.int() })),
    /** Of the numbers among them; null where there are none. */
    range: z.object({ min: z.number(), median: z.number(), max: z.number() }).nullable(),
    /** Values are contact details, which the caller may not see. */
    hidden: z.boolean(),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const at = partsOf(input.property ?? input.path ?? '')
    const seesContact = ctx.may('member.see_contact')
    if (!seesContact && (at.some(isContactPath) || isContactPath(at.join('.'))))
      return { items: [], range: null, hidden: true }
    // `v` is a value's own JSON text; of a list, each item's. What is costly is done once for each different value.
    const answer = async (source: string, params: Readonly<Record<string, unknown>>) => {
      const [found] = await ctx.warehouse.query<Found>(
        `SELECT arraySlice(arraySort(x -> (-x.3, x.1), groupArrayIf((text, k, toInt64(n)), isShown)), 1, {limit:UInt32}) AS top,
           countIf(k = 'number') AS numbers, minIf(x, k = 'number') AS low, maxIf(x, k = 'number') AS high,
           quantileTDigestWeightedIf(0.5)(x, toUInt32(n), k = 'number') AS mid
         FROM (SELECT text, k, n, ifNull(toFloat64OrNull(text), 0) AS x, k IN ('text', 'number', 'bool')
             AND length(text) <= 500 AND positionCaseInsensitiveUTF8(text, {search:String}) > 0 AS isShown
           FROM (SELECT arrayJoin(if(startsWith(v, '['), JSONExtractArrayRaw(v), [v])) AS raw, ${rawText('raw')} AS text,
               ${rawKind('raw')} AS k, sum(c) AS n
             FROM (SELECT v, count() AS c FROM (${source}) WHERE v != '' GROUP BY v) GROUP BY raw))`,
        { ...params, search: input.search, limit: input.limit },
        { signal: ctx.signal },
      )
      return found && (found.top.length > 0 || Number(found.numbers) > 0) ? [found] : []
    }
    // Of the few members of a narrowed scope each is looked at.
    const factor = input.event === undefined && !ctx.warehouseScope() ? await thinning(ctx, at) : 1
    const [found] =
      input.event === undefined
        ? await answer(...heldValues(ctx, at, factor))
        : await sampleOf(
            ctx,
            await meant(ctx, input.event),
          )((sample) => {
            const keys = Object.fromEntries(at.map((part, i) => [`key${i}`, part]))
            const raw = `JSONExtractRaw(${['properties', ...at.map((_, i) => `{key${i}:String}`)].join(', ')})`
            return answer(`SELECT ${raw} AS v FROM events WHERE ${sample.where} LIMIT ${SAMPLE_ROWS}`, {
              ...sample.params,
              ...keys,
            })
          })
    if (!found) return { items: [], range: null, hidden: false }
    return {
      items: found.top
        .filter(([text]) => seesContact || maskDeep(text) === text)
        .map(([text, kind, n]) => ({ value: readValue(text, kind), count: Number(n) * factor })),
      range:
        Number(found.numbers) > 0
          ? { min: Number(found.low), median: Number(found.mid), max: Number(found.high) }
          : null,
      hidden: false,
    }
  },
})

interface Found {
  top: [text: string, kind: string, n: number | string][]
  numbers: number | string
  low: number
  mid: number
  high: number
}

const readValue = (text: string, kind: string) =>
  kind === 'number' ? Number(text) : kind === 'bool' ? text === 'true' : text

/** Of so many members what holds is looked up in some 0.2 s; of more, every second, third … stands for the others. */
const SAMPLE_MEMBERS = 200_000

/** For how many each member that is looked at stands. */
async function thinning(ctx: Asking, at: readonly string[]): Promise<number> {
  const [row] = await ctx.warehouse.query<{ n: string }>(
    'SELECT count() AS n FROM facts WHERE key = {key:String}',
    { key: `property:${at.join('.')}` },
    { signal: ctx.signal },
  )
  return Math.max(1, Math.ceil(Number(row?.n ?? 0) / SAMPLE_MEMBERS))
}

/** What holds of each member now, as JSON text. */
function heldValues(ctx: Asking, at: readonly string[], factor: number): [string, Readonly<Record<string, unknown>>] {
  const { where, params } = visible(ctx)
  const some = factor > 1 ? `AND intHash32(${ROOT}) % {factor:UInt32} = 0` : ''
  return [
    `SELECT if(held.2 = 'text', toJSONString(held.1), held.1) AS v FROM (
       SELECT argMax((value, kind), (validFrom, seq)) AS held FROM facts
       WHERE key = {key:String} ${some} AND validFrom <= ${instantSql('until')} AND ${where} GROUP BY ${ROOT})
     WHERE held.2 != 'none' AND held.1 != ''`,
    { ...params, key: `property:${at.join('.')}`, until: ctx.now.getTime(), ...(factor > 1 ? { factor } : {}) },
  ]
}

export const suggestions = [suggestEvents, suggestKeys, suggestPaths, suggestValues] as const
