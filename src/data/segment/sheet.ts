// One query for any number of clauses: per member a row with the aggregates all of them need, from one pass over the
// events and one over the facts. Values are bound parameters, never spliced.
import { type Leaf, NEVER, type Sheet } from './clause/kind.ts'
import { type Clause, kindOf } from './clause/registry.ts'
import type { Bind } from './value.ts'

/** Today's member of an identity number. */
export const rootOf = (number: string) =>
  `toUInt32(dictGetOrDefault('alias', 'root', toUInt64(${number}), toUInt64(${number})))`

/** Whose rows: everyone, some root numbers (each at its own instant if given), or a range of root numbers. */
export type Who =
  | { kind: 'all' }
  | { kind: 'some'; numbers: readonly number[]; ats?: readonly Date[] }
  | { kind: 'range'; after: number; upTo: number }

export interface Compiled {
  leaves: readonly Leaf[]
  params: Readonly<Record<string, unknown>>
  bind: Bind
  /** `FROM` … with the columns `root` and `at`, and all that the leaves name. */
  from: string
}

export function createSheet(zone: string) {
  const params: Record<string, unknown> = {}
  const placeholders = new Map<string, string>()
  const events = new Map<string, string>()
  const facts = new Map<string, string>()
  const rows = new Map<string, string>()
  const names = { exact: new Set<string>(), prefixes: new Set<string>() }

  const bind: Bind = (type, value) => {
    const id = `${type}:${JSON.stringify(value)}`
    let placeholder = placeholders.get(id)
    if (!placeholder) {
      const name = `p${placeholders.size}`
      params[name] = value
      placeholder = `{${name}:${type}}`
      placeholders.set(id, placeholder)
    }
    return placeholder
  }
  const nameSql = (exact: readonly string[], prefixes: readonly string[]) => {
    const parts = [
      ...(exact.length > 0 ? [`name IN ${bind('Array(String)', exact)}`] : []),
      ...prefixes.map((p) => `(class != 'system' AND startsWith(name, ${bind('String', p)}))`),
    ]
    return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' OR ')})`
  }
  const column = (columns: Map<string, string>, prefix: string, text: string) => {
    const alias = columns.get(text) ?? `${prefix}${columns.size}`
    columns.set(text, alias)
    return alias
  }
  const sheet: Sheet = {
    bind,
    zone,
    named(list) {
      const exact = list.filter((n) => !n.endsWith('*'))
      const prefixes = list.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
      for (const n of exact) names.exact.add(n)
      for (const p of prefixes) names.prefixes.add(p)
      return nameSql(exact, prefixes)
    },
    row: (expression) => column(rows, 'r', expression),
    event: (aggregate) => column(events, 'e', aggregate),
    fact(key) {
      const f = column(facts, 'f', key)
      return { text: `${f}.1`, kind: `${f}.2`, changes: `${f}_next` }
    },
  }
  return {
    sheet,
    bind,
    params,
    events,
    facts,
    /** The named columns of event rows, to stand at the end of their SELECT list. */
    rowColumns: () => [...rows].map(([sql, alias]) => `, ${sql} AS ${alias}`).join(''),
    prefilter: () => nameSql([...names.exact].sort(), [...names.prefixes].sort()),
  }
}

/** Compiles clauses for these members at an instant. */
export function compile(clauses: readonly Clause[], who: Who, at: Date, zone: string): Compiled {
  const { sheet, bind, params, events, facts, rowColumns, prefilter } = createSheet(zone)
  const leaves = clauses.map((c) => leafOf(c, sheet))
  const instant = instantOf(who, at, bind)
  const members = membersOf(who, bind)
  const joins: string[] = []
  if (events.size > 0)
    joins.push(`LEFT JOIN (
      SELECT root, ${[...events].map(([sql, alias]) => `${sql} AS ${alias}`).join(', ')}
      FROM (SELECT ${rootOf('member')} AS root, ${instant} AS at, timestamp${rowColumns()}
        FROM events WHERE ${[members.rows, prefilter()].filter((p) => p !== '').join(' AND ')})
      GROUP BY root) AS e USING (root)`)
  if (facts.size > 0) {
    const keys = [...facts].map(([key, alias]) => ({ key: bind('String', key), alias }))
    joins.push(`LEFT JOIN (
      SELECT root, ${keys
        .map(
          ({ key, alias }) =>
            `argMaxIf((value, CAST(kind, 'Int8')), (validFrom, seq), key = ${key} AND validFrom <= at) AS ${alias}, ` +
            `minIf(validFrom, key = ${key} AND validFrom > at) AS ${alias}_next`,
        )
        .join(', ')}
      FROM (SELECT ${rootOf('member')} AS root, ${instant} AS at, key, value, kind, validFrom, seq
        FROM facts WHERE key IN ${bind('Array(String)', [...facts.keys()])}${members.rows ? ` AND ${members.rows}` : ''})
      GROUP BY root) AS f USING (root)`)
  }
  return {
    leaves,
    params,
    bind,
    from: `FROM (SELECT root, memberId, ${instant} AS at FROM (${members.universe})) AS u ${joins.join(' ')}`,
  }
}

function leafOf(clause: Clause, sheet: Sheet): Leaf {
  const kind = kindOf(clause)
  if (!kind) throw new Error('a clause of no known kind')
  return kind.compile(clause as never, sheet)
}

function instantOf(who: Who, at: Date, bind: Bind): string {
  if (who.kind !== 'some' || !who.ats) return `fromUnixTimestamp64Milli(${bind('Int64', at.getTime())}, 'UTC')`
  const ats = bind(
    'Array(Int64)',
    who.ats.map((d) => d.getTime()),
  )
  return `fromUnixTimestamp64Milli(transform(root, ${bind('Array(UInt32)', who.numbers)}, ${ats}, toInt64(0)), 'UTC')`
}

/** The members to answer for, and the rows of events and facts that can be theirs (merged identities included). */
function membersOf(who: Who, bind: Bind): { universe: string; rows: string } {
  // The warehouse loses erased members in the night; for questions they are gone at once.
  const known =
    `SELECT number AS root, memberId FROM members WHERE ${rootOf('number')} = number ` +
    `AND number NOT IN (SELECT member FROM facts WHERE key = 'erased')`
  if (who.kind === 'all') return { universe: known, rows: '' }
  if (who.kind === 'some') {
    const list = bind('Array(UInt32)', who.numbers)
    return {
      universe: `${known} AND number IN ${list}`,
      rows: `(member IN ${list} OR member IN (SELECT toUInt32(number) FROM aliases WHERE root IN ${list}))`,
    }
  }
  const inside = (column: string) =>
    `(${column} > ${bind('UInt32', who.after)} AND ${column} <= ${bind('UInt32', who.upTo)})`
  return {
    universe: `${known} AND ${inside('number')}`,
    rows: `(${inside('member')} OR member IN (SELECT toUInt32(number) FROM aliases WHERE ${inside('root')}))`,
  }
}

/** Milliseconds of these instants, those that are NULL or past among them. */
export const changesSql = (changes: readonly string[]): string => {
  const real = changes.filter((c) => c !== NEVER)
  return `CAST([${real.map((c) => `toUnixTimestamp64Milli(${c})`).join(', ')}], 'Array(Nullable(Int64))')`
}
