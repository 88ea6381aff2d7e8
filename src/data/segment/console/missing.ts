// What a clause still lacks before it can be asked, in words and in the order of its sentence.
import type { Text } from '#web/text.ts'
import { secondsOf } from './length.ts'

type Loose = Readonly<Record<string, unknown>>

const EVENT: Text = { en: 'choose an event', zh: '选择事件' }
const PROPERTY: Text = { en: 'choose a property', zh: '选择属性' }
const NUMBER: Text = { en: 'fill in the number', zh: '填写数值' }
const LENGTH: Text = { en: 'fill in the length of time', zh: '填写时长' }

const of = (isMissing: boolean, text: Text): Text[] => (isMissing ? [text] : [])
const isObject = (v: unknown): v is Loose => typeof v === 'object' && v !== null && !Array.isArray(v)
const isEmpty = (v: unknown) => v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0)
/** Empty, or with an empty name among several. */
const lacksName = (v: unknown) => isEmpty(v) || (Array.isArray(v) && v.some(isEmpty))
const isNumber = (v: unknown) => typeof v === 'number' && Number.isFinite(v)
const lacksLength = (v: unknown) => !(secondsOf(v) > 0)
const lacksValue = (c: Loose) => c.op !== 'exists' && c.op !== 'notExists' && isEmpty(c.value)

const filters = (list: unknown, zh: string, en: string): Text[] =>
  (Array.isArray(list) ? list : []).flatMap((f: unknown, i) =>
    isObject(f)
      ? [
          ...of(lacksName(f.path), { en: `choose the field of ${en} ${i + 1}`, zh: `选择第 ${i + 1} 个${zh}的字段` }),
          ...of(lacksValue(f), { en: `fill in the value of ${en} ${i + 1}`, zh: `填写第 ${i + 1} 个${zh}的取值` }),
        ]
      : [],
  )
const where = (list: unknown) => filters(list, '附加条件', 'filter')

function window(c: Loose): Text[] {
  return [
    ...of(c.within !== undefined && lacksLength(c.within), LENGTH),
    ...of(c.from === '' || c.to === '', { en: 'fill in the date', zh: '填写日期' }),
  ]
}
const count = (c: unknown) => of(isObject(c) && !isNumber(c.value), { en: 'fill in how often', zh: '填写次数' })

/** By the field that names a clause. */
const MISSING: Readonly<Record<string, (c: Loose) => Text[]>> = {
  property: (c) => [
    ...of(lacksName(c.property), PROPERTY),
    ...of(lacksValue(c), { en: 'fill in the value', zh: '填写取值' }),
  ],
  held(c) {
    const held = isObject(c.held) ? c.held : {}
    return [
      ...of(lacksName(held.property), PROPERTY),
      ...of(isEmpty(held.equals), { en: 'fill in the value', zh: '填写取值' }),
      ...of(lacksLength(c.for), LENGTH),
    ]
  },
  event: (c) => [
    ...of(lacksName(c.event), EVENT),
    ...window(c),
    ...(isObject(c.measure)
      ? [
          ...of(lacksName(c.measure.of), { en: 'choose the field to measure', zh: '选择要计算的字段' }),
          ...of(!isNumber(c.value), NUMBER),
        ]
      : count(c.count)),
    ...where(c.where),
  ],
  lastEvent: (c) => [
    ...of(lacksName(c.lastEvent), EVENT),
    ...where(c.where),
    ...of(isEmpty(c.has), { en: 'say what the last one must be like', zh: '填写最近一次须满足的条件' }),
    ...filters(c.has, '条件', 'condition'),
  ],
  firstEvent: (c) => [...of(lacksName(c.firstEvent), EVENT), ...of(lacksLength(c.within), LENGTH)],
  sequence(c) {
    const steps: unknown[] = Array.isArray(c.sequence) ? c.sequence : []
    return [
      ...of(steps.length < 2, { en: 'a sequence has at least two steps', zh: '行为序列至少需要两步' }),
      ...steps.flatMap((s, i) =>
        isObject(s)
          ? [
              ...of(lacksName(s.event), { en: `choose the event of step ${i + 1}`, zh: `选择第 ${i + 1} 步的事件` }),
              ...where(s.where),
            ]
          : [],
      ),
      ...of(c.gap !== undefined && lacksLength(c.gap), LENGTH),
      ...window(c),
    ]
  },
  regularly(c) {
    const what = isObject(c.regularly) ? c.regularly : {}
    return [
      ...of(lacksName(what.event), EVENT),
      ...of(lacksLength(c.every), LENGTH),
      ...of(!isNumber(c.of) || !isNumber(c.atLeast), NUMBER),
      ...of(isNumber(c.of) && isNumber(c.atLeast) && Number(c.atLeast) > Number(c.of), {
        en: 'not more periods can be asked for than there are',
        zh: '要求的周期数不能多于总周期数',
      }),
      ...count(c.count),
      ...where(what.where),
    ]
  },
  stopped: (c) => [
    ...of(lacksName(c.stopped), EVENT),
    ...of(lacksLength(c.active) || lacksLength(c.quiet), LENGTH),
    ...of(secondsOf(c.quiet) >= secondsOf(c.active), {
      en: 'the silence must be shorter than the whole span',
      zh: '「没有再做」的时长须短于「做过」的时长',
    }),
  ],
  restarted: (c) => [
    ...of(lacksName(c.restarted), EVENT),
    ...of(lacksLength(c.quietFrom) || lacksLength(c.recent), LENGTH),
    ...of(secondsOf(c.recent) >= secondsOf(c.quietFrom), {
      en: 'the return must be more recent than the beginning of the silence',
      zh: '「又做了」的时长须短于沉默开始的时长',
    }),
  ],
  tag: (c) => of(isEmpty(c.tag), { en: 'choose a tag', zh: '选择标签' }),
  segment: (c) => of(isEmpty(c.segment), { en: 'choose a segment', zh: '选择分群' }),
  list: (c) => of(isEmpty(c.list), { en: 'choose a list', zh: '选择名单' }),
  subscribed: (c) => of(isEmpty(c.subscribed), { en: 'choose a topic', zh: '选择订阅主题' }),
  community: (c) => [
    ...of(isEmpty(c.community), { en: 'choose a community', zh: '选择社群' }),
    ...of(c.joinedWithin !== undefined && lacksLength(c.joinedWithin), LENGTH),
    ...of(isObject(c.level) && !isNumber(c.level.value), { en: 'fill in the level', zh: '填写等级' }),
  ],
  score: (c) => [...of(isEmpty(c.score), { en: 'choose a score', zh: '选择评分' }), ...of(!isNumber(c.value), NUMBER)],
  metric: (c) => [
    ...of(isEmpty(c.metric), { en: 'choose a metric', zh: '选择指标' }),
    ...of(!isNumber(c.value), NUMBER),
    ...window(c),
  ],
  near(c) {
    const { store, point } = isObject(c.near) ? c.near : {}
    return [
      ...(Array.isArray(point)
        ? of(!point.every(isNumber), { en: 'fill in latitude and longitude', zh: '填写纬度与经度' })
        : of(isEmpty(store), { en: 'choose a store', zh: '选择门店' })),
      ...of(!(Number.parseFloat(String(c.radius)) > 0), { en: 'fill in the distance', zh: '填写距离' }),
    ]
  },
  bucket(c) {
    const b = isObject(c.bucket) ? c.bucket : {}
    return [
      ...of(!isNumber(b.from) || !isNumber(b.to), NUMBER),
      ...of(isNumber(b.from) && isNumber(b.to) && Number(b.from) > Number(b.to), {
        en: 'the share must not end before it begins',
        zh: '结束比例不能小于开始比例',
      }),
      ...of(isEmpty(b.salt), { en: 'name the draw', zh: '填写抽样标识' }),
    ]
  },
}

/** Empty for a clause that can be asked. What no entry knows is left to the server. */
export function missingOf(clause: Loose): readonly Text[] {
  const key = Object.keys(clause).find((k) => k in MISSING)
  if (key) return MISSING[key]?.(clause) ?? []
  return of(Object.keys(clause).length === 0, { en: 'choose what this is about', zh: '选择条件类型' })
}
