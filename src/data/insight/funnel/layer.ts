// SELECTs upon SELECTs: each layer adds columns to what is below it.
export interface Layers {
  add(columns: Readonly<Record<string, string>>): void
  /** Only these columns from here on. */
  narrow(columns: Readonly<Record<string, string>>): void
  sql(): string
}

export function layersOn(select: string): Layers {
  let sql = select
  return {
    add(columns) {
      const list = Object.entries(columns).map(([name, expression]) => `, ${expression} AS ${name}`)
      if (list.length > 0) sql = `SELECT *${list.join('')} FROM (${sql})`
    },
    narrow(columns) {
      const list = Object.entries(columns).map(([name, expression]) => `${expression} AS ${name}`)
      sql = `SELECT ${list.join(', ')} FROM (${sql})`
    },
    sql: () => sql,
  }
}

/** Each element's right neighbour; `end` beyond the last. */
export const next = (array: string, end: string): string => `arrayPushBack(arrayPopFront(${array}), ${end})`

/** SQL lambda over arrays of equal length. */
export const mapped = (names: readonly string[], body: string, arrays: readonly string[]): string =>
  `arrayMap((${names.join(', ')}) -> ${body}, ${arrays.join(', ')})`

/** Each element's left neighbour; `start` before the first. */
export const previous = (array: string, start: string): string => `arrayPushFront(arrayPopBack(${array}), ${start})`
