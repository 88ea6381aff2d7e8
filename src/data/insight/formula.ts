// Arithmetic between series: A is the first, B the second. Read by a parser of our own, so that nothing else can be said.
import type { Text } from '#kernel/text'

/** Of the series' values at one place, the formula's; null where one of them is, and for a division by zero. */
export type Formula = (values: readonly (number | null)[]) => number | null

type Read = { ok: true; formula: Formula } | { ok: false; flaw: Text }

class Flaw extends Error {
  readonly text: Text
  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z])|([-+*/()]))/y
const CODE_OF_A = 65

/** Reads numbers, letters of series, + - * / and parentheses; tells what is wrong in words. */
export function readFormula(expression: string, seriesCount: number): Read {
  try {
    return { ok: true, formula: parse(tokensOf(expression), seriesCount) }
  } catch (error) {
    if (error instanceof Flaw) return { ok: false, flaw: error.text }
    throw error
  }
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = []
  const text = expression.trimEnd()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) {
      const rest = text.slice(at).trimStart().slice(0, 1)
      throw new Flaw({ en: `“${rest}” cannot stand in a formula`, zh: `公式中不能使用“${rest}”` })
    }
    tokens.push(match[0].trim().toUpperCase())
  }
  return tokens
}

function parse(tokens: readonly string[], seriesCount: number): Formula {
  let at = 0
  const accept = (...wanted: string[]) => {
    const token = tokens[at]
    if (token === undefined || !wanted.includes(token)) return null
    at += 1
    return token
  }

  function sum(): Formula {
    let left = product()
    for (let sign = accept('+', '-'); sign; sign = accept('+', '-'))
      left = both(left, product(), sign === '+' ? (a, b) => a + b : (a, b) => a - b)
    return left
  }
  function product(): Formula {
    let left = signed()
    for (let sign = accept('*', '/'); sign; sign = accept('*', '/'))
      left = both(left, signed(), sign === '*' ? (a, b) => a * b : (a, b) => (b === 0 ? null : a / b))
    return left
  }
  function signed(): Formula {
    if (!accept('-')) return single()
    const of = signed()
    return (values) => {
      const value = of(values)
      return value === null ? null : -value
    }
  }
  function single(): Formula {
    if (accept('(')) {
      const inside = sum()
      if (!accept(')')) throw new Flaw({ en: 'a parenthesis is not closed', zh: '括号没有闭合' })
      return inside
    }
    const token = tokens[at]
    if (token === undefined) throw new Flaw({ en: 'the formula ends too early', zh: '公式不完整' })
    if (/^\d/.test(token)) {
      at += 1
      return () => Number(token)
    }
    if (!/^[A-Z]$/.test(token)) throw new Flaw({ en: `“${token}” is not expected here`, zh: `此处不能出现“${token}”` })
    at += 1
    const place = token.charCodeAt(0) - CODE_OF_A
    if (place >= seriesCount) throw new Flaw({ en: `there is no series ${token}`, zh: `没有序列 ${token}` })
    return (values) => values[place] ?? null
  }

  const whole = sum()
  const rest = tokens[at]
  if (rest !== undefined) throw new Flaw({ en: `“${rest}” is not expected here`, zh: `此处不能出现“${rest}”` })
  return (values) => {
    const value = whole(values)
    return value !== null && Number.isFinite(value) ? value : null
  }
}

const both =
  (left: Formula, right: Formula, apply: (a: number, b: number) => number | null): Formula =>
  (values) => {
    const [a, b] = [left(values), right(values)]
    return a === null || b === null ? null : apply(a, b)
  }
