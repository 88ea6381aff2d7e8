// What has to be known of a body before it is parsed: how deep it nests, and how many bytes each item of a batch had as
// received, since the limit of 32 KB is on those bytes and not on what is left after parsing. One walk over the bytes.

export interface Extent {
  /** The deepest nesting. */
  depth: number
  /** Bytes of the elements of the top-level array `batch`; empty when there is none. Exact if the text is valid JSON. */
  sizes: number[]
}

/** Like JSON.parse, of several keys `batch` the last counts. */
export function extentOf(bytes: Uint8Array): Extent {
  let depth = 0
  let most = 0
  let sizes: number[] = []
  /** Where the item under way began; −1 outside of the batch. */
  let from = -1
  let empty = true
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]
    if (c === QUOTE) {
      const start = i
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++
      empty = false
      if (depth !== 1 || !spells(bytes, start + 1, i, BATCH)) continue
      const opens = arrayAfter(bytes, i + 1)
      if (opens < 0) continue
      sizes = []
      from = opens + 1
      empty = true
      depth = 2
      most = Math.max(most, depth)
      i = opens
    } else if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      empty = false
      if (++depth > most) most = depth
    } else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) {
      if (--depth !== 1 || from < 0) continue
      if (!empty) sizes.push(i - from)
      from = -1
    } else if (c === COMMA) {
      if (depth !== 2 || from < 0) continue
      sizes.push(i - from)
      from = i + 1
      empty = true
    } else if (c !== undefined && c > SPACE) empty = false
    else if (empty) from = from < 0 ? from : i + 1
  }
  return { depth: most, sizes }
}

const SPACE = 32
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const BATCH = Buffer.from('batch')

const spells = (bytes: Uint8Array, from: number, to: number, word: Uint8Array) =>
  to - from === word.length && word.every((c, i) => bytes[from + i] === c)

/** Where `: [` follows, the place of the bracket; else −1. */
function arrayAfter(bytes: Uint8Array, from: number): number {
  let i = from
  let colons = 0
  for (; i < bytes.length; i++) {
    const c = bytes[i] ?? 0
    if (c === COLON && colons === 0) colons++
    else if (c > SPACE) break
  }
  return colons === 1 && bytes[i] === OPEN_ARRAY ? i : -1
}
