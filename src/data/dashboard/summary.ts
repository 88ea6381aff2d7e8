// The numbers of a dashboard in words, for readers of mail: a line or a few for each tile.
import type { Locale, Text } from '#kernel/text'
import type { Question } from './ask.ts'
import type { Tile } from './tile.ts'

interface Line {
  label: string
  value: string
}
export interface Summary {
  title: string
  lines: readonly Line[]
}

interface Writing {
  language: Locale
  currency: string
  /** How an event is called; the name itself where it is not known. */
  titleOf(name: string): string
}

interface Series {
  name: string
  group?: string | null
  total: number | null
  previousTotal?: number | null
}

const MOST_LINES = 8
const NO_VALUE: Text = { en: '(no value)', zh: '（无取值）' }
const OTHERS: Text = { en: 'Others', zh: '其他' }

/** What a tile's answer says; null where the tile asks nothing. An answer that failed is said to be missing. */
export function summaryOf(
  tile: Tile,
  question: Question | undefined,
  answer: unknown,
  writing: Writing,
): Summary | null {
  if (tile.type === 'text' || !question) return null
  const title = question.title || question.kind
  if (typeof answer !== 'object' || answer === null)
    return {
      title,
      lines: [{ label: '', value: { en: 'no numbers this time', zh: '本次未能取得数据' }[writing.language] }],
    }
  const numbers = formats(writing)
  const money = (tile.type === 'number' || tile.type === 'goal') && tile.unit === 'money'
  const lines = linesOf(question.kind, answer as Readonly<Record<string, unknown>>, writing.language, {
    ...numbers,
    number: money ? numbers.money : numbers.number,
  })
  if (tile.type === 'goal') {
    const { total } = ((answer as { series?: Series[] }).series ?? [])[0] ?? { total: null }
    lines.push({
      label: { en: 'of the target', zh: '目标完成度' }[writing.language],
      value: `${numbers.share((total ?? 0) / tile.target)} / ${(money ? numbers.money : numbers.number)(tile.target)}`,
    })
  }
  return { title, lines: lines.slice(0, MOST_LINES) }
}

function formats({ language, currency, titleOf }: Writing) {
  const lang = language === 'zh' ? 'zh-CN' : 'en'
  const plain = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 })
  const share = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 })
  const change = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' })
  const cash = new Intl.NumberFormat(lang, { style: 'currency', currency })
  return {
    titleOf,
    number: (n: number) => plain.format(n),
    share: (n: number) => share.format(n),
    change: (n: number) => change.format(n),
    money: (n: number) => cash.format(n / 10 ** (cash.resolvedOptions().maximumFractionDigits ?? 2)),
  }
}
type Formats = ReturnType<typeof formats>

function linesOf(kind: string, answer: Readonly<Record<string, unknown>>, language: Locale, f: Formats): Line[] {
  const say = (text: Text) => text[language]
  if (kind === 'trend') {
    const all = (answer.series ?? []) as Series[]
    return all.map((s) => {
      const group =
        s.group === undefined ? null : s.group === null ? say(NO_VALUE) : s.group === '$other' ? say(OTHERS) : s.group
      const before = s.previousTotal
      const change = before && s.total !== null ? ` (${f.change((s.total - before) / before)})` : ''
      return {
        label: group ?? (all.length > 1 ? f.titleOf(s.name) : ''),
        value: s.total === null ? '–' : `${f.number(s.total)}${change}`,
      }
    })
  }
  if (kind === 'funnel') {
    const steps = (answer.steps ?? []) as { entered: number; conversionRate: number | null }[]
    return steps.map((s, i) => ({
      label: say({ en: `Step ${i + 1}`, zh: `第 ${i + 1} 步` }),
      value: `${f.number(s.entered)}${s.conversionRate === null ? '' : ` (${f.share(s.conversionRate)})`}`,
    }))
  }
  if (kind === 'retention') {
    const average = (answer.average ?? []) as (number | null)[]
    return average.flatMap((v, i) =>
      v === null ? [] : [{ label: say({ en: `Period ${i}`, zh: `第 ${i} 期` }), value: f.share(v) }],
    )
  }
  if (kind === 'stickiness' && typeof answer.ratio === 'number')
    return [{ label: 'DAU / MAU', value: f.share(answer.ratio) }]
  if (kind === 'lifecycle') {
    const states = (answer.states ?? []) as { state: string; values: (number | null)[] }[]
    return states.map((s) => ({
      label: say(STATES[s.state] ?? { en: s.state, zh: s.state }),
      value: f.number(s.values.at(-1) ?? 0),
    }))
  }
  if (kind === 'attribution') {
    const rows = (answer.rows ?? []) as { name: string; conversions: number }[]
    return rows.map((r) => ({ label: r.name, value: f.number(r.conversions) }))
  }
  const whole = [answer.total, answer.members].find((n) => typeof n === 'number')
  return typeof whole === 'number' ? [{ label: say({ en: 'In all', zh: '合计' }), value: f.number(whole) }] : []
}

const STATES: Readonly<Record<string, Text>> = {
  new: { en: 'New', zh: '新增' },
  returning: { en: 'Returning', zh: '持续活跃' },
  resurrected: { en: 'Back again', zh: '回流' },
  dormant: { en: 'Dormant', zh: '沉默' },
  lost: { en: 'Lost', zh: '流失' },
}
