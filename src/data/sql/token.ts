// A statement cut into tokens, strictly: whatever the engine might read in another way than we do is refused. The engine
// knows quotes, comments and blanks of a dozen kinds; here there are the plain ones, and comments are left out.
import { refused } from './refusal.ts'

export interface Token {
  kind: 'word' | 'quoted' | 'text' | 'number' | 'sign' | 'param'
  /** As it goes to the engine. */
  text: string
  /** Of words and quoted names without the quotes; of parameters their name. */
  name: string
  /** Of parameters. */
  type?: string
}

/** Longer is no question but a program. */
export const MOST_LENGTH = 20_000

const BLANK = /[ \t\r\n]+/y
const COMMENT = /--[^\n]*(?:\n|$)|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y
/** No escapes and no doubled quotes: a name never needs them. */
const QUOTED = /`([^`"\\\p{C}]+)`|"([^`"\\\p{C}]+)"/uy
const TEXT = /'((?:[^'\\\0]|\\[\s\S]|'')*)'/y
const PARAM = /\{ *([A-Za-z][A-Za-z0-9_]{0,49}) *: *([A-Za-z0-9(), ]{1,80}?) *\}/y
const SIGN = /::|->|\|\||<=>|<=|>=|!=|<>|==|[+\-*/%=<>()[\],.:?]/y

const SCALAR = 'U?Int(?:8|16|32|64)|Float(?:32|64)|String|Bool|UUID|Date|Date32|DateTime|DateTime64\\([0-9]\\)'
/** A parameter is a value, never a name. */
const TYPE = new RegExp(`^(?:${SCALAR}|Nullable\\((?:${SCALAR})\\)|Array\\((?:${SCALAR})\\))$`)

/** Words that would begin something else than a question, or change how it is answered. */
const NEVER = new Set([
  'SETTINGS',
  'OUTFILE',
  'RECURSIVE',
  'INSERT',
  'DROP',
  'ALTER',
  'ATTACH',
  'TRUNCATE',
  'GRANT',
  'KILL',
])

/** Throws `sql.refused` with the reason. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  let depth = 0
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(sql)
    if (match) at = pattern.lastIndex
    return match
  }
  while (at < sql.length) {
    const from = at
    if (take(BLANK)) continue
    const comment = take(COMMENT)
    if (comment) {
      // Some engines end a comment inside a comment, some do not.
      if (comment[0].indexOf('/*', 2) > 0) throw refused('a comment inside a comment', '注释中不能再有注释', from)
      continue
    }
    if (sql.startsWith('/*', at)) throw refused('a comment is not closed', '注释没有结束', at)
    const token = next()
    if (!token)
      throw refused(`“${[...sql.slice(at)][0]}” cannot stand here`, `此处不能使用“${[...sql.slice(at)][0]}”`, at)
    if (token.text === '(') depth += 1
    if (token.text === ')') depth -= 1
    if (depth < 0) throw refused('a bracket is closed that was not opened', '右括号多于左括号', from)
    // A state of an aggregate made by hand is read by the engine without doubt.
    if (/aggregate_?function/i.test(token.text))
      throw refused('states of aggregates are not available', '不支持聚合函数状态', from)
    if (token.kind === 'word' && NEVER.has(token.name.toUpperCase()))
      throw refused(`${token.name.toUpperCase()} is not allowed`, `不允许使用 ${token.name.toUpperCase()}`, from)
    tokens.push(token)
  }
  if (depth > 0) throw refused('a bracket is not closed', '缺少右括号', sql.length)
  if (tokens.length === 0) throw refused('there is no statement', '没有查询语句', 0)
  return tokens

  function next(): Token | null {
    const word = take(WORD)
    if (word) {
      // x'…' and its kind are texts written in another way.
      if (/['"`]/.test(sql[at] ?? '')) throw refused('a quote right behind a word', '引号不能紧跟在单词之后', at)
      return { kind: 'word', text: word[0], name: word[0] }
    }
    const number = take(NUMBER)
    if (number) {
      if (/[\w'"`]/.test(sql[at] ?? '')) throw refused('not a number', '数字格式不正确', at)
      return { kind: 'number', text: number[0], name: '' }
    }
    const quoted = take(QUOTED)
    if (quoted) return { kind: 'quoted', text: quoted[0], name: quoted[1] ?? quoted[2] ?? '' }
    const text = take(TEXT)
    if (text) return { kind: 'text', text: text[0], name: '' }
    const param = take(PARAM)
    if (param) {
      const [, name = '', type = ''] = param
      if (!TYPE.test(type)) throw refused(`a parameter cannot be of the type ${type}`, `参数类型 ${type} 不可用`, at)
      return { kind: 'param', text: `{q_${name}:${type}}`, name, type }
    }
    const sign = take(SIGN)
    return sign && { kind: 'sign', text: sign[0], name: '' }
  }
}

/** As it goes to the engine; `forParsing` has a value in the place of each parameter. */
export const textOf = (tokens: readonly Token[], forParsing = false): string =>
  tokens.map((t) => (t.kind === 'param' && forParsing ? '1' : t.text)).join(' ')

/** Names of relations that a statement makes itself: `name AS (`. */
export function madeBy(tokens: readonly Token[]): Set<string> {
  const made = new Set<string>()
  tokens.forEach((t, i) => {
    const isAs = tokens[i + 1]?.name.toUpperCase() === 'AS' && tokens[i + 1]?.kind === 'word'
    if ((t.kind === 'word' || t.kind === 'quoted') && isAs && tokens[i + 2]?.text === '(') made.add(t.name)
  })
  return made
}
