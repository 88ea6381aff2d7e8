// A definition in words, for who only reads it.
import type { Text } from '#web/text.ts'
import {
  type Clause,
  type Draft,
  isNot,
  jointOf,
  MEASURES,
  metricOf,
  NO_VALUE,
  NUMBER_OPS,
  namesOf,
  OPS,
  partsOf,
  pathText,
} from './draft.ts'
import { readLength } from './length.ts'
import { ROLES, STATES, type Standing } from './standing-words.ts'

export type Named = 'tag' | 'segment' | 'list' | 'topic' | 'community' | 'score' | 'metric' | 'store'

export interface Words {
  t(text: Text): string
  eventTitle(name: string): string
  /** What a thing is called; undefined while that is not known. */
  nameOf?(kind: Named, key: string): string | undefined
  propertyTitle?(path: string): string
  /** A field of an event; and its value, where that is money in minor units. */
  fieldTitle?(event: unknown, path: string): string
  money?(event: unknown, path: string, value: number): string | undefined
  /** An instant as a day, or day and time. */
  time?(at: string): string
}

const UNITS: Record<string, Text> = {
  s: { en: 's', zh: '秒' },
  m: { en: 'min', zh: '分钟' },
  h: { en: 'h', zh: '小时' },
  d: { en: 'days', zh: '天' },
  w: { en: 'weeks', zh: '周' },
  cd: { en: 'calendar days', zh: '个自然日' },
}

export function describeDuration(text: string, t: Words['t']): string {
  const length = readLength(text)
  const unit = length && UNITS[length.unit]
  if (!length || !unit) return text
  const en = length.n === 1 ? unit.en.replace(/s$/, length.unit === 's' ? 's' : '') : unit.en
  return `${length.n} ${t({ en, zh: unit.zh })}`
}

export function describe(draft: Draft, words: Words): string {
  const { t } = words
  if (isNot(draft)) return t({ en: `not (${describe(draft.not, words)})`, zh: `排除（${describe(draft.not, words)}）` })
  const joint = jointOf(draft)
  if (!joint) return describeClause(draft as Clause, words)
  const glue = joint === 'all' ? t({ en: ' and ', zh: '，且' }) : t({ en: ' or ', zh: '，或' })
  const isMany = partsOf(draft).length > 1
  return partsOf(draft)
    .map((p) => {
      const text = describe(p, words)
      return isMany && jointOf(p) && partsOf(p).length > 1 ? t({ en: `(${text})`, zh: `（${text}）` }) : text
    })
    .join(glue)
}

const titleOf = (list: readonly { op: string; title: Text }[], op: unknown, t: Words['t']) => {
  const found = list.find((o) => o.op === op)
  return found ? t(found.title) : String(op)
}
const quote = (text: string, t: Words['t']) => t({ en: `“${text}”`, zh: `「${text}」` })
const ISO = /^\d{4}-\d{2}-\d{2}T/

interface Compared {
  op?: unknown
  value?: unknown
}
/** What is being written need not have its shape yet. */
const objectOf = (v: unknown): Clause => (typeof v === 'object' && v !== null ? (v as Clause) : {})
const listOf = (v: unknown): readonly Clause[] => (Array.isArray(v) ? v.map(objectOf) : [])

function comparison(c: Compared, words: Words, money?: (value: number) => string | undefined): string {
  const { t } = words
  const verb = titleOf(OPS, c.op, t)
  if (NO_VALUE.includes(String(c.op))) return verb
  const one = (v: unknown): string => {
    if (typeof v === 'number') return money?.(v) ?? String(v)
    if (typeof v === 'boolean') return t(v ? { en: 'yes', zh: '是' } : { en: 'no', zh: '否' })
    if (typeof v !== 'string') return JSON.stringify(v) ?? ''
    if (['withinLast', 'olderThan', 'withinNext'].includes(String(c.op))) return describeDuration(v, t)
    return ISO.test(v) ? (words.time?.(v) ?? v) : v
  }
  const shown = Array.isArray(c.value) ? c.value.map(one).join(t({ en: ', ', zh: '、' })) : one(c.value)
  if (c.op === 'withinLast' || c.op === 'withinNext') return t({ en: `${verb} ${shown}`, zh: `${verb} ${shown}内` })
  if (c.op === 'olderThan') return t({ en: `${verb} ${shown}`, zh: `${verb} ${shown}` })
  return t({
    en: `${verb} ${typeof c.value === 'number' ? shown : quote(shown, t)}`,
    zh: `${verb}「${shown}」`,
  })
}

function filtersText(list: unknown, event: unknown, words: Words): string {
  const { t, fieldTitle, money } = words
  return listOf(list)
    .map((f) => {
      const path = pathText(f.path)
      return `${fieldTitle?.(event, path) ?? path} ${comparison(f, words, (v) => money?.(event, path, v))}`
    })
    .join(t({ en: ' and ', zh: '且' }))
}

function eventsText(event: unknown, { t, eventTitle, nameOf }: Words): string {
  const metric = metricOf(event)
  if (metric !== null) {
    const name = quote(nameOf?.('metric', metric) ?? metric, t)
    return t({ en: `what ${name} counts`, zh: `${name}口径的事件` })
  }
  return namesOf(event)
    .map((name) => quote(eventTitle(name), t))
    .join(t({ en: ' or ', zh: '或' }))
}

function windowText(c: Clause, words: Words): string {
  const { t } = words
  const day = (at: unknown) => words.time?.(String(at)) ?? String(at).slice(0, 10)
  if (typeof c.within === 'string')
    return t({ en: `in the last ${describeDuration(c.within, t)}`, zh: `过去 ${describeDuration(c.within, t)}` })
  return [
    c.from && t({ en: `from ${day(c.from)}`, zh: `自 ${day(c.from)}` }),
    c.to && t({ en: `before ${day(c.to)}`, zh: `至 ${day(c.to)}` }),
  ]
    .filter(Boolean)
    .join(' ')
}

const timesText = (count: unknown, t: Words['t']) => {
  const { op, value } = objectOf(count)
  const en = value === 1 ? 'once' : `${value} times`
  return t({ en: `${titleOf(NUMBER_OPS, op, t)} ${en}`, zh: `${titleOf(NUMBER_OPS, op, t)} ${value} 次` })
}

function eventText(c: Clause, words: Words): string {
  const { t } = words
  const count = c.count === undefined ? undefined : objectOf(c.count)
  const measure = c.measure === undefined ? undefined : objectOf(c.measure)
  const never = !measure && count?.op === 'eq' && count.value === 0
  const of = pathText(measure?.of)
  const field = words.fieldTitle?.(c.event, of) ?? of
  const fn = MEASURES.find((m) => m.fn === measure?.fn)?.title
  const value =
    (typeof c.value === 'number' && measure?.fn !== 'distinct' && words.money?.(c.event, of, c.value)) ||
    String(c.value)
  const amount = measure
    ? t({
        en: `${fn?.en ?? measure.fn} ${field} ${titleOf(NUMBER_OPS, c.op, t)} ${value}`,
        zh: `${field}${fn?.zh ?? measure.fn}${titleOf(NUMBER_OPS, c.op, t)} ${value}`,
      })
    : never || !count
      ? ''
      : timesText(count, t)
  const verb = never ? t({ en: 'did not', zh: '没做过' }) : t({ en: 'did', zh: '做过' })
  const where = filtersText(c.where, c.event, words)
  const names = eventsText(c.event, words)
  const when = windowText(c, words)
  return t({
    en: [verb, names, when, amount && (measure ? `with the ${amount}` : amount), where && `where ${where}`]
      .filter(Boolean)
      .join(' '),
    zh: [when, `${verb}${names}${measure && amount ? '，' : ''}${amount}${where && `（其中 ${where}）`}`]
      .filter(Boolean)
      .join(' '),
  })
}

/** “where …” after the name of an event. */
export function whichText(event: unknown, where: unknown, words: Words): string {
  const filters = filtersText(where, event, words)
  const names = eventsText(event, words)
  return filters ? words.t({ en: `${names} (${filters})`, zh: `${names}（${filters}）` }) : names
}

function communityText(c: Clause, { t, nameOf }: Words): string {
  const list = (v: unknown, words: readonly Standing[]) =>
    namesOf(v).map((w) => t(words.find((s) => s.value === w)?.title ?? { en: w, zh: w }))
  const level = c.level === undefined ? undefined : objectOf(c.level)
  const name = c.community === 'any' ? null : (nameOf?.('community', String(c.community)) ?? String(c.community))
  const more = [
    c.state !== undefined &&
      t({ en: `state ${list(c.state, STATES).join(' or ')}`, zh: `状态为${list(c.state, STATES).join('或')}` }),
    c.role !== undefined &&
      t({ en: `as ${list(c.role, ROLES).join(' or ')}`, zh: `角色为${list(c.role, ROLES).join('或')}` }),
    level &&
      t({
        en: `level ${titleOf(OPS, level.op, t)} ${level.value}`,
        zh: `等级${titleOf(OPS, level.op, t)} ${level.value}`,
      }),
    typeof c.joinedWithin === 'string' &&
      t({
        en: `joined in the last ${describeDuration(c.joinedWithin, t)}`,
        zh: `过去 ${describeDuration(c.joinedWithin, t)}内加入`,
      }),
  ].filter(Boolean)
  return t({
    en: [`is in ${name ? `the community “${name}”` : 'any community'}`, ...more].join(', '),
    zh: [name ? `在社群「${name}」中` : '在任一社群中', ...more].join('，'),
  })
}

type Teller = (c: Clause, words: Words) => string

/** By the field that names a clause. */
const TELLERS: Readonly<Record<string, Teller>> = {
  property(c, words) {
    const path = pathText(c.property)
    return `${words.propertyTitle?.(path) ?? path} ${comparison(c, words)}`
  },
  held(c, words) {
    const { property, equals } = objectOf(c.held)
    const title = words.propertyTitle?.(pathText(property)) ?? pathText(property)
    const d = describeDuration(String(c.for), words.t)
    return c.op === 'lt'
      ? words.t({ en: `${title} has been “${equals}” for less than ${d}`, zh: `${title} 为「${equals}」不足 ${d}` })
      : words.t({ en: `${title} has been “${equals}” for at least ${d}`, zh: `${title} 为「${equals}」已满 ${d}` })
  },
  event: eventText,
  lastEvent(c, words) {
    const has = filtersText(c.has, c.lastEvent, words)
    const which = whichText(c.lastEvent, c.where, words)
    return words.t({ en: `the last ${which} has ${has}`, zh: `最近一次${which}满足 ${has}` })
  },
  firstEvent(c, words) {
    const d = describeDuration(String(c.within), words.t)
    const names = eventsText(c.firstEvent, words)
    return words.t({ en: `did ${names} for the first time in the last ${d}`, zh: `过去 ${d}内首次${names}` })
  },
  sequence(c, words) {
    const { t } = words
    const steps = listOf(c.sequence).map((s) => whichText(s.event, s.where, words))
    const gap = typeof c.gap === 'string' ? describeDuration(c.gap, t) : null
    const when = windowText(c, words)
    return t({
      en: ['did', steps.join(', then '), when, gap && `each within ${gap} of the one before`].filter(Boolean).join(' '),
      zh: [when, `依次做过${steps.join(' → ')}`, gap && `相邻间隔不超过 ${gap}`].filter(Boolean).join('，'),
    })
  },
  regularly(c, words) {
    const { t } = words
    const { event, where } = objectOf(c.regularly)
    const every = describeDuration(String(c.every), t)
    const times = c.count ? ` ${timesText(c.count, t)}` : ''
    return t({
      en: `did ${whichText(event, where, words)}${times} in at least ${c.atLeast} of the last ${c.of} periods of ${every}`,
      zh: `最近 ${c.of} 个周期（每 ${every}）中至少 ${c.atLeast} 个做过${whichText(event, where, words)}${times}`,
    })
  },
  stopped(c, words) {
    const [active, quiet] = [c.active, c.quiet].map((d) => describeDuration(String(d), words.t))
    const names = eventsText(c.stopped, words)
    return words.t({
      en: `did ${names} in the last ${active}, but not in the last ${quiet}`,
      zh: `过去 ${active}内做过${names}，但最近 ${quiet}没有再做`,
    })
  },
  restarted(c, words) {
    const [from, recent] = [c.quietFrom, c.recent].map((d) => describeDuration(String(d), words.t))
    const names = eventsText(c.restarted, words)
    return words.t({
      en: `did ${names} again in the last ${recent}, after silence since ${from} ago`,
      zh: `从 ${from}前起沉默，最近 ${recent}内又做了${names}`,
    })
  },
  tag: (c, w) => named(w, 'tag', c.tag, { en: 'has the tag', zh: '有标签' }),
  segment: (c, w) => named(w, 'segment', c.segment, { en: 'is in the segment', zh: '属于分群' }),
  list: (c, w) => named(w, 'list', c.list, { en: 'is on the list', zh: '在名单' }),
  subscribed: (c, w) => named(w, 'topic', c.subscribed, { en: 'is subscribed to', zh: '订阅了' }),
  community: communityText,
  score: (c, { t, nameOf }) =>
    `${nameOf?.('score', String(c.score)) ?? c.score} ${titleOf(NUMBER_OPS, c.op, t)} ${c.value}`,
  metric: (c, words) =>
    [
      windowText(c, words),
      quote(words.nameOf?.('metric', String(c.metric)) ?? String(c.metric), words.t),
      titleOf(NUMBER_OPS, c.op, words.t),
      String(c.value),
    ]
      .filter(Boolean)
      .join(' '),
  near(c, { t, nameOf }) {
    const { store, point } = objectOf(c.near)
    const place = (coordinates: string) =>
      point === undefined ? quote(nameOf?.('store', String(store)) ?? String(store), t) : coordinates
    return t({
      en: `was last within ${c.radius} of ${place(`the coordinates ${pointText(point)}`)}`,
      zh: `最近位置距${place(`坐标 ${pointText(point)} `)}不超过 ${c.radius}`,
    })
  },
  bucket(c, { t }) {
    const { salt, from, to } = objectOf(c.bucket)
    const share = `${percent(Number(from))}–${percent(Number(to))}%`
    return t({ en: `random share ${share} (draw “${salt}”)`, zh: `随机抽取 ${share}（抽样「${salt}」）` })
  },
}

const named = ({ t, nameOf }: Words, kind: Named, key: unknown, verb: Text) =>
  t({ en: `${verb.en} `, zh: verb.zh }) + quote(nameOf?.(kind, String(key)) ?? String(key), t)

const pointText = (point: unknown) => (Array.isArray(point) ? point.map(String).join(', ') : '')

/** A share as percent, without the tail of binary fractions. */
export const percent = (share: number): number => Math.round(share * 1e6) / 1e4

export function describeClause(clause: Clause, words: Words): string {
  const key = Object.keys(clause).find((k) => k in TELLERS)
  return (key && TELLERS[key]?.(clause, words)) || JSON.stringify(clause)
}
