// What a statement is made of, read from the engine's own parser (`EXPLAIN AST` parses and does nothing else) and held
// against what is allowed: kinds of nodes, relations, functions. What is not known here is refused.
import { isAllowed } from './function.ts'
import { refused } from './refusal.ts'

interface Node {
  depth: number
  kind: string
  /** Of identifiers and functions. */
  name: string
}

const NODES = new Set([
  ...['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'SelectQuery', 'ExpressionList', 'Subquery', 'WithElement'],
  ...[
    'TablesInSelectQuery',
    'TablesInSelectQueryElement',
    'TableExpression',
    'TableIdentifier',
    'TableJoin',
    'ArrayJoin',
  ],
  ...['Identifier', 'Literal', 'Function', 'Asterisk', 'QualifiedAsterisk', 'ColumnsTransformerList'],
  ...['ColumnsExceptTransformer', 'OrderByElement', 'InterpolateElement', 'WindowDefinition', 'WindowListElement'],
])

const LINE = /^( *)(\w+)(?: (.*?))??(?: \(alias .*\))?(?: \(children \d+\))?$/
const WITH_NAME = new Set(['Identifier', 'TableIdentifier', 'Function'])

function nodeOf(line: string): Node {
  const [, indent = '', kind = '', name = ''] = LINE.exec(line) ?? []
  return { depth: indent.length, kind, name: WITH_NAME.has(kind) ? name : '' }
}

/** `x IN relation` names a relation where others name a column. */
const MEMBERSHIP = /^(?:global)?(?:not)?(?:null)?in(?:ignoreset)?$/i

/** Throws `sql.refused` unless all of it is allowed; `relations` are the names that may stand behind FROM. */
export function checkTree(lines: readonly string[], relations: ReadonlySet<string>): void {
  const nodes = lines.filter((l) => l.trim() !== '').map(nodeOf)
  const above: Node[] = []
  nodes.forEach((node, i) => {
    above.length = node.depth
    const parent = above[node.depth - 1]
    above[node.depth] = node
    checkNode(node, parent, relations)
    // Its arguments come as one list: the second is what is searched in.
    const list = parent?.kind === 'ExpressionList' ? above[node.depth - 2] : undefined
    if (node.kind !== 'Identifier' || list?.kind !== 'Function' || !MEMBERSHIP.test(list.name)) return
    if (placeOf(nodes, i) === 1) checkRelation(node.name, relations)
  })
}

function checkNode({ kind, name }: Node, parent: Node | undefined, relations: ReadonlySet<string>) {
  if (kind === 'Set') throw refused('SETTINGS is not allowed', '不允许使用 SETTINGS')
  if (!NODES.has(kind)) throw refused(`${kind} is not allowed`, `不允许使用 ${kind}`)
  if (parent?.kind === 'TableExpression' && kind !== 'TableIdentifier' && kind !== 'Subquery')
    throw refused(
      `only relations and subqueries can stand behind FROM${kind === 'Function' ? `, not ${name}()` : ''}`,
      `FROM 之后只能是数据表或子查询${kind === 'Function' ? `，不能是 ${name}()` : ''}`,
    )
  if (kind === 'TableIdentifier') checkRelation(name, relations)
  if (kind === 'Function' && !isAllowed(name))
    throw refused(`the function ${name} is not available`, `函数 ${name} 不可用`)
}

function checkRelation(name: string, relations: ReadonlySet<string>) {
  if (!relations.has(name)) throw refused(`there is no relation ${name}`, `数据表 ${name} 不存在`)
}

/** How many sisters stand before a node. */
function placeOf(nodes: readonly Node[], i: number): number {
  const depth = nodes[i]?.depth ?? 0
  let before = 0
  for (let j = i - 1; j >= 0 && (nodes[j]?.depth ?? 0) >= depth; j--) if (nodes[j]?.depth === depth) before += 1
  return before
}
