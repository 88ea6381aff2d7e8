// Plans as one query. Leaves of one shape share a sub-query: each source row meets the leaves that read its name or
// key, numbered by the column `c`, and values are looked up by it. A shape with one leaf has its values in place.
import { NEVER, type Plan } from './clause/kind.ts'
import type { Leaf } from './compile.ts'
import type { Bind } from './value.ts'

/** Today's member of an identity number. */
export const rootOf = (number: string) =>
  `toUInt32(dictGetOrDefault('alias', 'root', toUInt64(${number}), toUInt64(${number})))`

/** Whose rows: everyone, some root numbers (each at instants of its own if given), or a range of root numbers. */
export type Who =
  | { kind: 'all' }
  | {
      kind: 'some'
      numbers: readonly number[]
      ats?: readonly (readonly Date[])[]
      /** The leaves (keys) each is to be judged by, where it is not all of them; equal sets best as the same array. */
      leaves?: readonly (readonly string[])[]
    }
  | { kind: 'range'; after: number; upTo: number }

interface Group {
  leaves: readonly Leaf[]
  plan: Plan
}

/** Longer lists than this go as one text. */
const LONG = 16

/**
 * `packed`: long lists of numbers are one text each, which the warehouse unpacks. Its analysis copies and hashes every
 * literal wherever it stands, and of a look that was half the time; not every server can unpack.
 */
export function createQuery(who: Who, at: Date, packed = false) {
  const params: Record<string, unknown> = { pnow: at.getTime() }
  const placeholders = new Map<string, string>()
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
  function bindList(type: 'UInt32' | 'Int64', list: readonly number[]): string {
    if (!packed || list.length <= LONG) return bind(`Array(${type})`, list)
    const bytes = type === 'UInt32' ? Uint32Array.from(list) : BigInt64Array.from(list.map(BigInt))
    const text = Buffer.from(bytes.buffer).toString('base64')
    return `reinterpret(base64Decode(${bind('String', text)}), 'Array(${type})')`
  }
  const each = who.kind === 'some' && who.ats !== undefined
  const now = each ? 'now' : '{pnow:Int64}'

  /** Text of a plan with its values: one per leaf, looked up by `c`, unless they are all the same. */
  function fill(text: string, leaves: readonly Leaf[]): string {
    return text.replaceAll(/⟦(now|\d+)⟧/g, (_, place: string) => {
      if (place === 'now') return now
      const values = leaves.map((l) => l.params[Number(place)])
      const [first] = values
      if (!first) throw new Error(`no value ${place}`)
      const texts = new Set(values.map((v) => JSON.stringify(v?.value)))
      if (texts.size === 1) return bind(first.type, first.value)
      return `${bind(
        `Array(${first.type})`,
        values.map((v) => v?.value),
      )}[c]`
    })
  }

  const instants = (): string => {
    if (who.kind !== 'some' || !who.ats) return '{pnow:Int64} AS now'
    const lists = who.ats.map((list) => list.map((d) => d.getTime()))
    const numbers = bindList('UInt32', who.numbers)
    if (lists.every((l) => l.length === 1))
      return `transform(root, ${numbers}, ${bindList('Int64', lists.flat())}, toInt64(0)) AS now`
    const place = `transform(root, ${numbers}, ${bindList(
      'UInt32',
      lists.map((_, i) => i + 1),
    )}, toUInt32(0))`
    return `arrayJoin(${bind('Array(Array(Int64))', lists)}[${place}]) AS now`
  }

  /** Members that are judged by the same leaves share a number, the column `asked`; 0 where all are judged by all. */
  const sets = who.kind === 'some' && who.leaves ? [...new Set(who.leaves)] : []
  const asked = (): string => {
    if (who.kind !== 'some' || !who.leaves) return ''
    const place = new Map(sets.map((set, i) => [set, i + 1]))
    const of = who.leaves.map((set) => place.get(set) ?? 0)
    return `, transform(root, ${bindList('UInt32', who.numbers)}, ${bindList('UInt32', of)}, toUInt32(0)) AS asked`
  }
  /** Narrows the leaves that read a row to those its member is judged by. */
  function narrowed(leaves: readonly Leaf[], list: string): string {
    if (sets.length === 0) return list
    // A row of words a set, a bit a leaf.
    const words = Math.ceil(leaves.length / 32)
    const wanted = sets.flatMap((set) => bitsOf(leaves, new Set(set), words))
    const word = `(asked - 1) * ${words} + intDiv(i - 1, 32) + 1`
    return `arrayFilter(i -> bitTest(${bindList('UInt32', wanted)}[${word}], (i - 1) % 32), ${list})`
  }

  /** Which leaves read a row, by its event name or fact key. */
  function reading(leaves: readonly Leaf[], column: 'name' | 'key', narrow = true): { where: string; c: string } {
    const exact = new Map<string, number[]>()
    const prefixes: { prefix: string; c: number }[] = []
    leaves.forEach((leaf, i) => {
      for (const n of leaf.names)
        if (n.endsWith('*')) prefixes.push({ prefix: n.slice(0, -1), c: i + 1 })
        else exact.set(n, [...(exact.get(n) ?? []), i + 1])
    })
    const public_ = column === 'name' ? "class != 'system' AND " : ''
    const names = [...exact.keys()]
    const where = [
      ...(names.length > 0 ? [`${column} IN ${bind('Array(String)', names)}`] : []),
      ...[...new Set(prefixes.map((p) => p.prefix))].map(
        (p) => `(${public_}startsWith(${column}, ${bind('String', p)}))`,
      ),
    ].join(' OR ')
    if (!narrow) return { where: `(${where})`, c: '' }
    if (leaves.length === 1) {
      const wanting = sets.flatMap((set, i) => (set.includes(leaves[0]?.key ?? '') ? [i + 1] : []))
      const only = sets.length === 0 ? '' : ` AND has(${bind('Array(UInt32)', wanting)}, asked)`
      return { where: `(${where})${only}`, c: '' }
    }
    // The first list is for names of no leaf.
    const lists = bind('Array(Array(UInt32))', [[], ...exact.values()])
    const place = `transform(toString(${column}), ${bind('Array(String)', names)}, ${bind(
      'Array(UInt32)',
      names.map((_, i) => i + 2),
    )}, toUInt32(1))`
    const byName = names.length > 0 ? `${lists}[${place}]` : "CAST([], 'Array(UInt32)')"
    const byPrefix =
      prefixes.length === 0
        ? ''
        : `arrayFilter((i, p) -> ${public_}startsWith(${column}, p), ${bind(
            'Array(UInt32)',
            prefixes.map((p) => p.c),
          )}, ${bind(
            'Array(String)',
            prefixes.map((p) => p.prefix),
          )})`
    const both = byPrefix === '' ? byName : `arrayDistinct(arrayConcat(${byName}, ${byPrefix}))`
    return { where: `(${where})`, c: `, arrayJoin(${narrowed(leaves, both)}) AS c` }
  }

  /** The members to answer for (`root`, memberId). */
  function universe(): string {
    // The warehouse loses erased members in the night; for questions they are gone at once.
    const known =
      `SELECT number AS root, memberId FROM members WHERE ${rootOf('number')} = number ` +
      `AND number NOT IN (SELECT member FROM facts WHERE key = 'erased')`
    if (who.kind === 'all') return known
    if (who.kind === 'some') return `${known} AND number IN ${bindList('UInt32', who.numbers)}`
    return `${known} AND number > ${bind('UInt32', who.after)} AND number <= ${bind('UInt32', who.upTo)}`
  }

  /** Rows of events and facts that can be theirs, merged identities included. */
  function theirs(): string {
    if (who.kind === 'all') return ''
    const others = (condition: string) => `OR member IN (SELECT toUInt32(number) FROM aliases WHERE ${condition})`
    if (who.kind === 'some') {
      const list = bindList('UInt32', who.numbers)
      return `(member IN ${list} ${others(`root IN ${list}`)}) AND `
    }
    const inside = (column: string) =>
      `${column} > ${bind('UInt32', who.after)} AND ${column} <= ${bind('UInt32', who.upTo)}`
    return `((${inside('member')}) ${others(inside('root'))}) AND `
  }

  const columnsOf = {
    event: 't, seq, id, name, class, properties',
    fact: 't, seq, key, value, kind',
  } as const
  /** Rows of a source that can be theirs, of these names. */
  function source(kind: 'event' | 'fact', named: string, columns: string): string {
    const [table, time, rest] =
      kind === 'event'
        ? ['events', 'timestamp', 'if(receivedAt < timestamp, t, 0) AS told, seq, id, name, class, properties']
        : ['facts', 'validFrom', "t AS told, seq, key, value, CAST(kind, 'Int8') AS kind"]
    return (
      `SELECT root, if(told > ${now}, told, toInt64(${NEVER})) AS comes, ${columns}, ${instants()}${asked()} ` +
      `FROM (SELECT ${rootOf('member')} AS root, toUnixTimestamp64Milli(${time}) AS t, ${rest} ` +
      `FROM ${table} WHERE ${theirs()}${named})`
    )
  }

  const staged = new Set<Plan['source']>()
  /**
   * Reads the rows all groups need once, instead of once a group: for some members reading costs more than all the rest.
   * Answers what stands before the query; to be called before the groups are written.
   */
  function stage(groups: readonly Group[]): string {
    const parts: string[] = [
      `known_ AS MATERIALIZED (SELECT root, memberId, ${instants()}${asked()} FROM (${universe()}))`,
    ]
    staged.add('member')
    for (const kind of ['event', 'fact'] as const) {
      const mine = groups.filter((g) => g.plan.source === kind)
      if (mine.length === 0) continue
      const leaves = mine.flatMap((g) => g.leaves)
      const texts = JSON.stringify(mine.map((g) => g.plan))
      const columns =
        kind === 'event' && !texts.includes('properties') ? 't, seq, name, class' : columnsOf[kind].replace(' id,', '')
      const { where } = reading(leaves, kind === 'event' ? 'name' : 'key', false)
      // In order they are one block; else each group goes through a block for each piece that was read.
      parts.push(`${kind}s_ AS MATERIALIZED (${source(kind, where, columns)} ORDER BY root)`)
      staged.add(kind)
    }
    return `WITH ${parts.join(', ')}`
  }

  /** The rows of a group, with its columns of single rows. */
  function rowsOf({ leaves, plan }: Group): string {
    Object.assign(params, plan.constants)
    const many = leaves.length > 1
    const at = `, fromUnixTimestamp64Milli(${each ? 'now' : '{pnow:Int64}'}, 'UTC') AS at`
    const columns = plan.rows.map((r) => `, ${fill(r, leaves)}`).join('')
    const where = plan.where === '1' ? '' : ` WHERE ${fill(plan.where, leaves)}`
    if (plan.source === 'member') {
      const from = staged.has('member')
        ? 'known_'
        : `(SELECT root, memberId, ${instants()}${asked()} FROM (${universe()}))`
      const c = many ? `, arrayJoin(${narrowed(leaves, `range(1, ${leaves.length + 1})`)}) AS c` : ''
      return `SELECT *${at}${columns} FROM (SELECT *${c} FROM ${from})${where}`
    }
    const column = plan.source === 'event' ? 'name' : 'key'
    const { where: named, c } = reading(leaves, column)
    const from = staged.has(plan.source)
      ? `${plan.source}s_ WHERE ${named}`
      : `(${source(plan.source, reading(leaves, column, false).where, columnsOf[plan.source])})`
    return `SELECT *${at}${columns} FROM (SELECT *${c} FROM ${from})${where}`
  }

  /** Verdicts of a group: root, at_, c_, h_, n_, v_; names no plan uses, because an alias hides a column. */
  function verdictsOf({ leaves, plan }: Group): string {
    const keys = ['root', ...(each ? ['now'] : []), ...(leaves.length > 1 ? ['c'] : [])]
    const body = plan.stages.reduce((from, { by, columns, where }) => {
      const select = [...keys, ...(by ?? []), ...columns].map((x) => fill(x, leaves)).join(', ')
      const group = by
        ? ` GROUP BY ${[...keys, ...by.map((b) => fill(b.replace(/^.* AS /, ''), leaves))].join(', ')}`
        : ''
      return `SELECT ${select} FROM (${from})${where ? ` WHERE ${where}` : ''}${group}`
    }, rowsOf({ leaves, plan }))
    const [h, n, v] = [plan.holds, plan.next, plan.value].map((x) => fill(x, leaves))
    return `SELECT root, ${now} AS at_, ${leaves.length > 1 ? 'c' : '1'} AS c_, toUInt8(${h}) AS h_, toInt64(${n}) AS n_, ${v} AS v_ FROM (${body})`
  }

  return { params, bind, fill, universe, stage, rowsOf, verdictsOf, instants }
}

function bitsOf(leaves: readonly Leaf[], set: ReadonlySet<string>, words: number): number[] {
  const bits = new Uint32Array(words)
  leaves.forEach((leaf, i) => {
    if (set.has(leaf.key)) bits[i >> 5] = (bits[i >> 5] ?? 0) | (1 << (i & 31))
  })
  return [...bits]
}

const nameOf = (column: string) => column.slice(column.lastIndexOf(' ') + 1)
/** Columns that `text` or one of them uses. */
function usedBy(text: string, columns: readonly string[]): string[] {
  let used = text
  const kept = columns.toReversed().filter((column) => {
    const isUsed = new RegExp(`\\b${nameOf(column)}\\b`).test(used)
    if (isUsed) used += ` ${column}`
    return isUsed
  })
  return kept.toReversed()
}

/**
 * A leaf of which only is asked whether it holds, and perhaps until when. Clauses that differ in what else they tell are
 * then of one shape, and the warehouse reads their rows once; what is not asked need not be analysed either.
 */
export function bare(leaf: Leaf, asks: 'holds' | 'next'): Leaf {
  const next = asks === 'next' ? leaf.next : String(NEVER)
  let used = `${leaf.holds} ${next}`
  const stages = leaf.stages.toReversed().map((stage) => {
    const columns = usedBy(used, stage.columns)
    used = [used, ...columns, stage.where ?? '', ...(stage.by ?? [])].join(' ')
    return { ...stage, columns }
  })
  const plan = {
    ...{ evidence: '0', passages: '[toInt64(0)]', next, value: "''" },
    ...{ source: leaf.source, where: leaf.where, holds: leaf.holds, stages: stages.toReversed() },
    rows: usedBy(`${used} ${leaf.where}`, leaf.rows),
  }
  const text = JSON.stringify(plan)
  const types = leaf.params.map((p, i) => (text.includes(`⟦${i}⟧`) ? p.type : ''))
  return { ...leaf, ...plan, shape: JSON.stringify([text, types]) }
}

/** Leaves by shape. */
export function groupsOf(leaves: readonly Leaf[]): Group[] {
  return [...Map.groupBy(leaves, (l) => l.shape).values()].flatMap((list) => {
    const [plan] = list
    return plan ? [{ leaves: list, plan }] : []
  })
}
