// Where the items of a batch begin and end in the text as received, since the limit of 32 KB is on those bytes and
// not on what is left after parsing.

/** Byte lengths of the elements of the top-level array `batch`; empty when there is none. The text must be valid JSON. */
export function itemSizes(text: string): number[] {
  const start = arrayStart(text)
  if (start < 0) return []
  const sizes: number[] = []
  let depth = 0
  let from = start + 1
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) i = endOfString(text, i)
    else if (c === OPEN_OBJECT || c === OPEN_ARRAY) depth++
    else if (depth > 0 && (c === CLOSE_OBJECT || c === CLOSE_ARRAY)) depth--
    else if (depth === 0 && (c === COMMA || c === CLOSE_ARRAY)) {
      const item = text.slice(from, i).trim()
      if (item !== '') sizes.push(Buffer.byteLength(item))
      from = i + 1
      if (c === CLOSE_ARRAY) return sizes
    }
  }
  return sizes
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === BACKSLASH) i++
    else if (c === QUOTE) return i
  }
  return text.length
}

/** Of the last `"batch": [` at the top level: like JSON.parse, the last key wins. */
function arrayStart(text: string): number {
  let depth = 0
  let found = -1
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      const end = endOfString(text, i)
      if (depth === 1 && text.slice(i, end + 1) === '"batch"') {
        const rest = /^\s*:\s*\[/.exec(text.slice(end + 1, end + 200))
        if (rest) found = end + rest[0].length
      }
      i = end
    } else if (c === OPEN_OBJECT || c === OPEN_ARRAY) depth++
    else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) depth--
  }
  return found
}
