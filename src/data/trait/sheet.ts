// One question to the warehouse for many measures: every event row is read once, columns and sums that several measures
// share are computed once, and each member has an instant of its own.
import { rootOf } from '#data/segment'
import { namesOf } from './definition.ts'

/** Milliseconds that stand for no instant. */
export const NEVER = 9_000_000_000_000_000

/** Whose values: some root numbers, each at its instant; a range of them or everybody, at one instant. */
export type Who =
  | { kind: 'some'; numbers: readonly number[]; ats: readonly Date[] }
  | { kind: 'range'; after: number; upTo: number; at: Date }
  | { kind: 'all'; at: Date }

export interface Sheet {
  params: Record<string, unknown>
  /** The brand's zone, as the conditions of events need it, and as a bound value. */
  zone: string
  tz: string
  bind(type: string, value: unknown): string
  /** A column of single event rows (t in ms, seq, name, class, communityId, properties; now in ms, at); its name. */
  row(expression: string): string
  /** An aggregate over the rows of a member; its name. */
  sum(expression: string): string
  /** An expression over a member's aggregates that several answers use: reading a query takes longer than answering it. */
  cell(expression: string): string
  /** Reads rows of these names, which stand for nothing yet: the condition comes from `named`. */
  named(names: readonly string[]): string
}

export interface Columns {
  rows: ReadonlyMap<string, string>
  sums: ReadonlyMap<string, string>
  cells: ReadonlyMap<string, string>
  reads: ReadonlySet<string>
}

export function createSheet(zone: string): Sheet & Columns {
  const params: Record<string, unknown> = {}
  const placeholders = new Map<string, string>()
  const rows = new Map<string, string>()
  const sums = new Map<string, string>()
  const cells = new Map<string, string>()
  const reads = new Set<string>()
  const bind = (type: string, value: unknown) => {
    const id = `${type}:${JSON.stringify(value)}`
    const known = placeholders.get(id)
    if (known) return known
    const name = `p${placeholders.size}`
    params[name] = value
    placeholders.set(id, `{${name}:${type}}`)
    return `{${name}:${type}}`
  }
  const numbered = (map: Map<string, string>, letter: string) => (expression: string) => {
    const name = map.get(expression) ?? `${letter}${map.size}`
    map.set(expression, name)
    return name
  }
  return {
    params,
    zone,
    tz: bind('String', zone),
    bind,
    rows,
    sums,
    cells,
    reads,
    row: numbered(rows, 'r'),
    sum: numbered(sums, 'a'),
    cell: numbered(cells, 'c'),
    named(names) {
      const exact = names.filter((n) => !n.endsWith('*'))
      const starts = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
      const parts = [
        ...(exact.length > 0 ? [`name IN ${bind('Array(String)', exact)}`] : []),
        ...starts.map((s) => `(class != 'system' AND startsWith(name, ${bind('String', s)}))`),
      ]
      const condition = `(${parts.join(' OR ')})`
      reads.add(condition)
      return condition
    },
  }
}

/** Numbers of members of whom the warehouse may still hold rows though they are erased. */
export const ERASED = "(SELECT member FROM facts WHERE key = 'erased')"

const numbersBy = (condition: string) => `member IN (SELECT toUInt32(number) FROM aliases WHERE ${condition})`

function scopeOf(sheet: Sheet, who: Who): { mine: string; root: string; now: string } {
  if (who.kind === 'all') return { mine: '1', root: '1', now: sheet.bind('Int64', who.at.getTime()) }
  if (who.kind === 'range') {
    const [after, upTo] = [sheet.bind('UInt32', who.after), sheet.bind('UInt32', who.upTo)]
    const inside = (column: string) => `${column} > ${after} AND ${column} <= ${upTo}`
    return {
      mine: `((${inside('member')}) OR ${numbersBy(inside('root'))})`,
      root: inside('root'),
      now: sheet.bind('Int64', who.at.getTime()),
    }
  }
  const list = sheet.bind('Array(UInt32)', who.numbers)
  const times = who.ats.map((d) => d.getTime())
  const [first] = times
  const now = times.every((t) => t === first)
    ? sheet.bind('Int64', first ?? 0)
    : `transform(root, ${list}, ${sheet.bind('Array(Int64)', times)}, toInt64(0))`
  return { mine: `(member IN ${list} OR ${numbersBy(`root IN ${list}`)})`, root: `root IN ${list}`, now }
}

/** The rows that any measure of the sheet reads, with all its columns of single rows. */
export function rowsSql(sheet: Sheet & Columns, who: Who): string {
  const { mine, root, now } = scopeOf(sheet, who)
  const columns = [...sheet.rows].map(([expression, name]) => `, ${expression} AS ${name}`).join('')
  return `SELECT *${columns} FROM (
    SELECT *, toInt64(${now}) AS now, fromUnixTimestamp64Milli(toInt64(${now}), 'UTC') AS at FROM (
      SELECT ${rootOf('member')} AS root, toUnixTimestamp64Milli(timestamp) AS t, seq, id, name, class, communityId, properties
      FROM events WHERE member != 0 AND ${mine} AND (${[...sheet.reads].join(' OR ')}))
    WHERE ${root} AND root NOT IN ${ERASED})`
}

/** Per member of `who` that has any row: root, now, and the columns asked for (expressions over sums and cells). */
export function membersSql(sheet: Sheet & Columns, who: Who, columns: readonly string[]): string {
  const named = (list: ReadonlyMap<string, string>) =>
    [...list].map(([expression, name]) => `, ${expression} AS ${name}`).join('')
  return `SELECT root, now, ${columns.join(', ')} FROM (
    SELECT *${named(sheet.cells)} FROM (
      SELECT root, now${named(sheet.sums)} FROM (${rowsSql(sheet, who)}) GROUP BY root, now))`
}

/** A condition on rows: what a measure or an outcome is about. */
export const aboutSql = (
  sheet: Sheet,
  source: { event: string | readonly string[]; communityId?: string | undefined },
) => {
  const named = sheet.named(namesOf(source as never))
  return source.communityId === undefined
    ? named
    : `(${named} AND communityId = toUUID(${sheet.bind('String', source.communityId)}))`
}
