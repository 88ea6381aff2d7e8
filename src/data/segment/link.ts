// What a definition refers to: other segments and dynamic tags (as deep as they refer), lists, topics and stores. Looked up
// before it is compiled.
import { type QueryExecutorProvider, sql } from 'kysely'
import { existingLists } from '#data/list'
import { topicDefaults } from '#data/topic'
import type { Asking, WarehouseScope } from '#kernel/contribution'
import { Problem } from '#kernel/problem'
import { cellKey } from './clause/insight.ts'
import type { Links } from './clause/kind.ts'
import { type Metric, type Metrics, metricsIn } from './clause/metric-meaning.ts'
import type { Store } from './clause/near.ts'
import { kindOf } from './clause/registry.ts'
import { type Condition, clausesOf } from './condition.ts'
import type { Origin } from './tables.ts'

/** Segments that stand one in another; deeper than anybody follows. */
const MOST_LEVELS = 10

interface References {
  segments: readonly string[]
  tags: readonly string[]
  topics: readonly string[]
  lists: readonly string[]
  traits: readonly string[]
  metrics: readonly string[]
  stores: readonly string[]
}

export function referencesOf(conditions: readonly Condition[]): References {
  const clauses = conditions.flatMap(clausesOf)
  const found = clauses.flatMap((c) => kindOf(c)?.refers?.(c as never) ?? [])
  return {
    segments: [...new Set(found.flatMap((r) => r.segment ?? []))],
    tags: [...new Set(found.flatMap((r) => r.tag ?? []))],
    topics: [...new Set(found.flatMap((r) => r.topic ?? []))],
    lists: [...new Set(found.flatMap((r) => r.list ?? []))],
    traits: [...new Set(found.flatMap((r) => r.trait ?? []))],
    metrics: [...new Set(metricsIn(clauses))],
    stores: [...new Set(found.flatMap((r) => r.store ?? []))],
  }
}

/** Whether any of these conditions names the thing. */
export function refersTo(conditions: readonly Condition[], what: { kind: string; id: string }): boolean {
  const { segments, tags, topics, lists, traits, metrics, stores } = referencesOf(conditions)
  const named: Readonly<Record<string, readonly string[]>> = {
    segment: segments,
    tag: tags,
    topic: topics,
    list: lists,
    trait: traits,
    metric: metrics,
    store: stores,
  }
  return named[what.kind]?.includes(what.id) ?? false
}

const invalid = (en: string, zh: string) =>
  new Problem('input.invalid', 400, { errors: [{ path: 'definition', message: { en, zh } }] })

/** What looking up needs; without the rest of it cells of analyses are refused, which live segments have none of. */
export type Linking = Pick<Asking, 'db'> & Partial<Omit<Asking, 'brand'>> & { brand?: { zone: string } }

const isWhole = (a: Linking): a is Linking & Asking => Boolean(a.warehouse && a.brand && a.now && a.contributors)

/** Answers of whichever capability knows the kind. */
async function cellsOf(asking: Linking, conditions: readonly Condition[]): Promise<Map<string, WarehouseScope>> {
  const cells = new Map<string, WarehouseScope>()
  for (const clause of conditions.flatMap(clausesOf)) {
    if (!('insight' in clause) || cells.has(cellKey(clause))) continue
    if (!isWhole(asking)) throw invalid('a cell of an insight cannot stand here', '此处不能使用分析单元格')
    let found: WarehouseScope | null = null
    for (const { cell } of asking.contributors) found ??= (await cell?.(asking, clause.insight)) ?? null
    if (!found) throw invalid(`there is no insight ${clause.insight.kind}`, `没有“${clause.insight.kind}”这种分析`)
    cells.set(cellKey(clause), found)
  }
  return cells
}

/** What metrics mean, by key; without those that are not there. */
export async function metricsOf(db: QueryExecutorProvider, keys: readonly string[]): Promise<Metrics> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<Metric & { key: string }>`select key, name, definition from segment_metrics
    where key = any(${[...keys]}::text[])`.execute(db)
  return new Map(rows.map(({ key, ...metric }) => [key, metric]))
}

/** Where stores are, by id; without those that are not there. */
export async function storesOf(db: QueryExecutorProvider, ids: readonly string[]): Promise<Map<string, Store>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string; lat: number; lng: number }>`select id, name, lat, lng
    from segment_stores where id = any(${[...ids]}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, name, lat, lng }) => [id, { name, point: [lat, lng] }]))
}

/**
 * All that these definitions refer to, directly or through segments. Throws `input.invalid` where something is not
 * there; `self` is a segment that none of them may come back to.
 */
export async function linksOf(asking: Linking, conditions: readonly Condition[], self?: string): Promise<Links> {
  const { db } = asking
  const segments = new Map<string, Condition>()
  const tags = new Map<string, Condition>()
  let open = referencesOf(conditions)
  for (let level = 1; open.segments.length + open.tags.length > 0; level++) {
    if (self !== undefined && open.segments.includes(self))
      throw invalid('a segment cannot stand in itself', '分群不能引用自身')
    if (level > MOST_LEVELS)
      throw invalid(`segments stand one in another more than ${MOST_LEVELS} deep`, `分群嵌套引用超过 ${MOST_LEVELS} 层`)
    const { rows } = await sql<{ id: string; ref: string | null; origin: Origin; definition: Condition }>`
      select id, ref, origin, definition from segments where state <> 'deleted'
        and (id = any(${[...open.segments]}::uuid[]) or (origin = 'tag' and ref = any(${[...open.tags]}::text[])))`.execute(
      db,
    )
    if (rows.some((r) => r.id === self))
      throw invalid('a tag cannot stand in its own condition', '标签不能引用自身的条件')
    for (const row of rows) {
      if (row.origin === 'tag' && row.ref !== null) tags.set(row.ref, row.definition)
      segments.set(row.id, row.definition)
    }
    const missing = open.segments.find((id) => !segments.has(id))
    if (missing) throw invalid(`there is no segment ${missing}`, `分群 ${missing} 不存在`)
    const next = referencesOf(rows.map((r) => r.definition))
    open = {
      ...next,
      segments: next.segments.filter((id) => !segments.has(id)),
      tags: next.tags.filter((key) => !tags.has(key)),
    }
  }
  const { topics: keys, lists, metrics: named, stores: places } = referencesOf([...conditions, ...segments.values()])
  const topics = await topicDefaults(db, keys)
  const unknown = keys.find((k) => !topics.has(k))
  if (unknown) throw invalid(`there is no topic ${unknown}`, `订阅主题 ${unknown} 不存在`)
  const existing = await existingLists(db, lists)
  const nowhere = lists.find((id) => !existing.has(id))
  if (nowhere) throw invalid(`there is no list ${nowhere}`, `名单 ${nowhere} 不存在`)
  const metrics = await metricsOf(db, named)
  const unmeant = named.find((k) => !metrics.has(k))
  if (unmeant) throw invalid(`there is no metric ${unmeant}`, `指标 ${unmeant} 不存在`)
  const stores = await storesOf(db, places)
  const closed = places.find((id) => !stores.has(id))
  if (closed) throw invalid(`there is no store ${closed}`, `门店 ${closed} 不存在`)
  return {
    segments,
    tags,
    topics,
    metrics,
    stores,
    cells: await cellsOf(asking, [...conditions, ...segments.values()]),
  }
}
