// A definition in words, for who only reads it.
import type { Text } from '#web/text.ts'
import {
  type Clause,
  type Draft,
  type FilterDraft,
  isNot,
  jointOf,
  NO_VALUE,
  NUMBER_OPS,
  OPS,
  partsOf,
} from './draft.ts'

interface Words {
  t(text: Text): string
  eventTitle(name: string): string
}

const DURATION = /^(\d+)(ms|s|m|h|d|w|cd)$/
const UNITS: Record<string, Text> = {
  ms: { en: 'ms', zh: '毫秒' },
  s: { en: 's', zh: '秒' },
  m: { en: 'min', zh: '分钟' },
  h: { en: 'h', zh: '小时' },
  d: { en: 'days', zh: '天' },
  w: { en: 'weeks', zh: '周' },
  cd: { en: 'calendar days', zh: '个自然日' },
}

export function describeDuration(text: string, t: Words['t']): string {
  const [, n, unit] = DURATION.exec(text) ?? []
  const word = unit ? UNITS[unit] : undefined
  return n && word ? `${n} ${t(word)}` : text
}

export function describe(draft: Draft, words: Words): string {
  const { t } = words
  if (isNot(draft)) return t({ en: `not (${describe(draft.not, words)})`, zh: `排除（${describe(draft.not, words)}）` })
  const joint = jointOf(draft)
  if (!joint) return describeClause(draft as Clause, words)
  const glue = joint === 'all' ? t({ en: ' and ', zh: '，且' }) : t({ en: ' or ', zh: '，或' })
  return partsOf(draft)
    .map((p) =>
      jointOf(p) ? t({ en: `(${describe(p, words)})`, zh: `（${describe(p, words)}）` }) : describe(p, words),
    )
    .join(glue)
}

const titleOf = (list: readonly { op: string; title: Text }[], op: unknown, t: Words['t']) => {
  const found = list.find((o) => o.op === op)
  return found ? t(found.title) : String(op)
}

const shown = (value: unknown, t: Words['t']) =>
  typeof value === 'string' && DURATION.test(value)
    ? describeDuration(value, t)
    : Array.isArray(value)
      ? value.join(t({ en: ', ', zh: '、' }))
      : String(value)

function comparison(c: { op?: unknown; value?: unknown }, t: Words['t']): string {
  const verb = titleOf(OPS, c.op, t)
  return NO_VALUE.includes(String(c.op))
    ? verb
    : t({ en: `${verb} ${shown(c.value, t)}`, zh: `${verb}「${shown(c.value, t)}」` })
}

const pathText = (path: unknown) => (Array.isArray(path) ? path.join('.') : String(path))

export function describeClause(clause: Clause, { t, eventTitle }: Words): string {
  if ('property' in clause) return `${pathText(clause.property)} ${comparison(clause, t)}`
  if (!('event' in clause)) return JSON.stringify(clause)
  const c = clause as {
    event: string | readonly string[]
    within?: string
    from?: string
    to?: string
    where?: readonly FilterDraft[]
    count?: { op: string; value: number }
    measure?: { of: unknown; fn: string }
    op?: string
    value?: number
  }
  const names = (typeof c.event === 'string' ? [c.event] : c.event)
    .map((name) => t({ en: `“${eventTitle(name)}”`, zh: `「${eventTitle(name)}」` }))
    .join(t({ en: ' or ', zh: '或' }))
  const when = c.within
    ? t({ en: `in the last ${describeDuration(c.within, t)}`, zh: `过去 ${describeDuration(c.within, t)}` })
    : c.from || c.to
      ? [
          c.from && t({ en: `from ${c.from.slice(0, 10)}`, zh: `自 ${c.from.slice(0, 10)}` }),
          c.to && t({ en: `before ${c.to.slice(0, 10)}`, zh: `至 ${c.to.slice(0, 10)}` }),
        ]
          .filter(Boolean)
          .join(' ')
      : ''
  const never = c.count?.op === 'eq' && c.count.value === 0
  const amount = c.measure
    ? `${c.measure.fn}(${pathText(c.measure.of)}) ${titleOf(NUMBER_OPS, c.op, t)} ${c.value}`
    : never || !c.count
      ? ''
      : t({
          en: `${titleOf(NUMBER_OPS, c.count.op, t)} ${c.count.value} times`,
          zh: `${titleOf(NUMBER_OPS, c.count.op, t)} ${c.count.value} 次`,
        })
  const where = (c.where ?? []).map((f) => `${pathText(f.path)} ${comparison(f, t)}`).join(t({ en: ' and ', zh: '且' }))
  const verb = never ? t({ en: 'did not', zh: '没做过' }) : t({ en: 'did', zh: '做过' })
  return t({
    en: [verb, names, when, amount, where && `where ${where}`].filter(Boolean).join(' '),
    zh: [when, `${verb}${names}`, amount, where && `（其中 ${where}）`].filter(Boolean).join(' '),
  })
}
