// A clause and what was measured, as a sentence a community manager understands.

import type { Text } from '#kernel/text'
import { parseDuration } from '#kernel/time'
import type { Names } from './clause/matching.ts'
import { calledBy } from './clause/metric-meaning.ts'
import { metresOf } from './clause/near.ts'
import type { Clause } from './clause/registry.ts'
import type { Compiled } from './compile.ts'
import type { Num } from './op.ts'
import { partsOf } from './value.ts'

interface Found {
  holds: boolean
  value: string
}

const NUM: Record<Num, Text> = {
  eq: { en: 'exactly', zh: '等于' },
  ne: { en: 'other than', zh: '不等于' },
  gt: { en: 'more than', zh: '大于' },
  gte: { en: 'at least', zh: '至少' },
  lt: { en: 'fewer than', zh: '少于' },
  lte: { en: 'at most', zh: '至多' },
}
const OPS: Record<string, Text> = {
  eq: { en: 'is', zh: '等于' },
  ne: { en: 'is not', zh: '不等于' },
  gt: { en: 'is greater than', zh: '大于' },
  gte: { en: 'is at least', zh: '不小于' },
  lt: { en: 'is less than', zh: '小于' },
  lte: { en: 'is at most', zh: '不大于' },
  in: { en: 'is one of', zh: '属于' },
  notIn: { en: 'is none of', zh: '不属于' },
  contains: { en: 'contains', zh: '包含' },
  startsWith: { en: 'starts with', zh: '开头为' },
  endsWith: { en: 'ends with', zh: '结尾为' },
  matches: { en: 'matches', zh: '匹配' },
  includes: { en: 'includes', zh: '包含项' },
  exists: { en: 'is known', zh: '有值' },
  notExists: { en: 'is not known', zh: '为空' },
  before: { en: 'is before', zh: '早于' },
  after: { en: 'is after', zh: '晚于' },
  withinLast: { en: 'is within the last', zh: '在过去' },
  olderThan: { en: 'is longer ago than', zh: '早于过去' },
  withinNext: { en: 'is within the next', zh: '在未来' },
}
const FN: Record<string, Text> = {
  sum: { en: 'the sum', zh: '总和' },
  avg: { en: 'the average', zh: '平均值' },
  min: { en: 'the smallest', zh: '最小值' },
  max: { en: 'the largest', zh: '最大值' },
  distinct: { en: 'the number of different values', zh: '去重数量' },
}
const UNITS: Record<string, Text> = {
  s: { en: 'seconds', zh: '秒' },
  m: { en: 'minutes', zh: '分钟' },
  h: { en: 'hours', zh: '小时' },
  d: { en: 'days', zh: '天' },
  w: { en: 'weeks', zh: '周' },
  cd: { en: 'calendar days', zh: '个自然日' },
}

const both = (make: (of: (text: Text | string) => string) => readonly [en: string, zh: string]): Text => ({
  en: make((t) => (typeof t === 'string' ? t : t.en))[0],
  zh: make((t) => (typeof t === 'string' ? t : t.zh))[1],
})
const lengthText = (text: string): Text => {
  const unit = /[a-z]+$/.exec(text)?.[0] ?? ''
  const n = text.slice(0, text.length - unit.length)
  if (!parseDuration(text)) return { en: text, zh: text }
  const en = UNITS[unit]?.en ?? unit
  return { en: `${n} ${Number(n) === 1 ? en.replace(/s$/, '') : en}`, zh: `${n} ${UNITS[unit]?.zh ?? unit}` }
}
const quoted = (v: unknown): string =>
  Array.isArray(v) ? v.map(String).join(', ') : typeof v === 'string' ? `“${v}”` : String(v)
const opText = (op: string): Text => OPS[op] ?? { en: op, zh: op }

interface Windowed {
  within?: string | undefined
  from?: string | undefined
  to?: string | undefined
  where?: readonly unknown[]
}
function windowText(c: Windowed): Text {
  if (c.within !== undefined) {
    const d = lengthText(c.within)
    return { en: ` in the last ${d.en}`, zh: `在最近 ${d.zh}内` }
  }
  return {
    en: `${c.from === undefined ? '' : ` from ${c.from}`}${c.to === undefined ? '' : ` before ${c.to}`}`,
    zh: `${c.from === undefined ? '' : `自 ${c.from} 起`}${c.to === undefined ? '' : `至 ${c.to} 前`}`,
  }
}

/** What the clause asks, without what was found; `names` tells events, metrics and stores by name. */
function asked(c: Clause, names: (n: Names | { readonly store: string }) => string): Text {
  if ('property' in c) {
    const value = c.op === 'exists' || c.op === 'notExists' ? '' : ` ${quoted(c.value)}`
    return both((t) => {
      const text = `${partsOf(c.property).join('.')} ${t(opText(c.op))}${value}`
      return [text, text]
    })
  }
  if ('held' in c) {
    const what = `${partsOf(c.held.property).join('.')} = ${quoted(c.held.equals)}`
    const d = lengthText(c.for)
    return c.op === 'gte'
      ? { en: `${what} for at least ${d.en}`, zh: `${what} 已保持至少 ${d.zh}` }
      : { en: `${what} for less than ${d.en}`, zh: `${what} 保持不足 ${d.zh}` }
  }
  if ('lastEvent' in c)
    return { en: `The last ${names(c.lastEvent)} fits`, zh: `最近一次「${names(c.lastEvent)}」符合条件` }
  if ('firstEvent' in c) {
    const d = lengthText(c.within)
    const e = names(c.firstEvent)
    return { en: `The first ${e} ever was in the last ${d.en}`, zh: `首次「${e}」发生在最近 ${d.zh}内` }
  }
  if ('sequence' in c) {
    const steps = c.sequence.map((s) => names(s.event)).join(' → ')
    const w = windowText(c)
    const gap = c.gap === undefined ? null : lengthText(c.gap)
    return {
      en: `${steps} in this order${w.en}${gap ? `, each within ${gap.en}` : ''}`,
      zh: `${w.zh}依次发生 ${steps}${gap ? `，相邻间隔不超过 ${gap.zh}` : ''}`,
    }
  }
  if ('regularly' in c) {
    const d = lengthText(c.every)
    const e = names(c.regularly.event)
    return {
      en: `${e} in at least ${c.atLeast} of the last ${c.of} periods of ${d.en}`,
      zh: `最近 ${c.of} 个周期（每 ${d.zh}）中至少 ${c.atLeast} 个有「${e}」`,
    }
  }
  if ('stopped' in c) {
    const [active, quiet] = [lengthText(c.active), lengthText(c.quiet)]
    const e = names(c.stopped)
    return {
      en: `${e} within the last ${active.en}, but not in the last ${quiet.en}`,
      zh: `最近 ${active.zh}内有「${e}」，但最近 ${quiet.zh}没有`,
    }
  }
  if ('restarted' in c) {
    const [from, recent] = [lengthText(c.quietFrom), lengthText(c.recent)]
    const e = names(c.restarted)
    return {
      en: `${e} again in the last ${recent.en} after silence since ${from.en} ago`,
      zh: `沉默（自 ${from.zh}前）之后，最近 ${recent.zh}内重新出现「${e}」`,
    }
  }
  if ('tag' in c) return { en: `Has the tag ${c.tag}`, zh: `有标签「${c.tag}」` }
  if ('segment' in c) return { en: 'Is in the other segment', zh: '属于引用的分群' }
  if ('list' in c) return { en: 'Is on the list', zh: '在名单中' }
  if ('subscribed' in c) return { en: `Is subscribed to ${c.subscribed}`, zh: `已订阅「${c.subscribed}」` }
  if ('community' in c)
    return c.community === 'any'
      ? { en: 'Is in a community that fits', zh: '属于符合条件的社群' }
      : { en: 'Is in the community as asked', zh: '社群成员身份符合条件' }
  if ('score' in c)
    return both((t) => [
      `Score ${c.score} ${t(opText(c.op))} ${c.value}`,
      `评分 ${c.score} ${t(opText(c.op))} ${c.value}`,
    ])
  if ('bucket' in c) {
    const share = `${c.bucket.from}–${c.bucket.to}`
    return { en: `Falls in the random share ${share}`, zh: `落在随机分桶 ${share}` }
  }
  if ('metric' in c) {
    const w = windowText(c)
    const m = names({ metric: c.metric })
    return both((t) => [`${m}${w.en} ${t(opText(c.op))} ${c.value}`, `${w.zh}「${m}」${t(opText(c.op))} ${c.value}`])
  }
  if ('near' in c) {
    const d = distanceText(metresOf(c.radius))
    const place = 'store' in c.near ? names({ store: c.near.store }) : c.near.point.join(', ')
    return { en: `Was last within ${d} of ${place}`, zh: `最近一次位置距「${place}」不超过 ${d}` }
  }
  if (!('event' in c)) return { en: 'Fits', zh: '符合条件' }
  const w = windowText(c)
  const e = names(c.event)
  const fit = c.where.length > 0
  if ('measure' in c) {
    const of = partsOf(c.measure.of).join('.')
    return both((t) => [
      `${t(FN[c.measure.fn] ?? '')} of ${of} of ${e}${w.en} ${t(opText(c.op))} ${c.value}`,
      `${w.zh}「${e}」的 ${of} ${t(FN[c.measure.fn] ?? '')}${t(opText(c.op))} ${c.value}`,
    ])
  }
  const { op, value } = c.count ?? { op: 'gte' as const, value: 1 }
  return both((t) => [
    `${e}${fit ? ' that fits' : ''} ${t(NUM[op])} ${value} times${w.en}`,
    `${w.zh}${fit ? '符合条件的' : ''}「${e}」次数${t(NUM[op])} ${value}`,
  ])
}

/** `800 m`, `1.2 km` */
const distanceText = (metres: number): string =>
  metres < 1000 ? `${metres} m` : `${Number((metres / 1000).toFixed(metres < 10_000 ? 1 : 0))} km`

type Known = Pick<Compiled, 'metrics' | 'stores'>

export function wordsOf(clause: Clause, { holds, value }: Found, { metrics, stores }: Known): Text {
  const inWords = (locale: 'en' | 'zh') =>
    asked(clause, (n) =>
      typeof n === 'object' && 'store' in n ? (stores?.get(n.store)?.name ?? n.store) : calledBy(n, metrics, locale),
    )[locale]
  const isFar = 'near' in clause && /^\d+$/.test(value)
  const found = isFar ? distanceText(Number(value)) : value.slice(0, 200)
  return {
    en: `${inWords('en')}: ${holds ? 'yes' : 'no'}${found === '' ? '' : ` (${found})`}`,
    zh: `${inWords('zh')}：${holds ? '是' : '否'}${found === '' ? '' : `（${found}）`}`,
  }
}
