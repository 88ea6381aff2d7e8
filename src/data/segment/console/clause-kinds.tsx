import type { ReactNode } from 'react'
import type { Text } from '#web/text.ts'
import type { IconName } from '../../../console/icon.tsx'
import { BucketClauseEditor } from './bucket-clause.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import { CommunityClauseEditor } from './community-clause.tsx'
import { type Clause, type Draft, metricOf } from './draft.ts'
import { EventClauseEditor } from './event-clause.tsx'
import { LastEventClauseEditor } from './last-event-clause.tsx'
import { MetricClauseEditor } from './metric-clause.tsx'
import { NearClauseEditor } from './near-clause.tsx'
import { HeldClauseEditor, PropertyClauseEditor } from './property-clause.tsx'
import { ReferenceClauseEditor, ScoreClauseEditor } from './reference-clause.tsx'
import {
  FirstEventClauseEditor,
  RegularlyClauseEditor,
  RestartedClauseEditor,
  StoppedClauseEditor,
} from './rhythm-clause.tsx'
import { SequenceClauseEditor } from './sequence-clause.tsx'

type Editor = (props: ClauseEditorProps) => ReactNode
const isObject = (v: unknown): v is Clause => typeof v === 'object' && v !== null && !Array.isArray(v)
const isObjects = (v: unknown) => Array.isArray(v) && v.every(isObject)
/** Names of events, or a metric in their place. */
const isNames = (v: unknown) => typeof v === 'string' || Array.isArray(v) || metricOf(v) !== null
const hasFilters = (c: Clause) =>
  (c.where === undefined || isObjects(c.where)) && (c.has === undefined || isObjects(c.has))

/** The form of a clause by the field that names it, and whether what stands there has the shape the form writes. */
const EDITORS: Readonly<Record<string, { Editor: Editor; fits?(value: unknown): boolean }>> = {
  event: { Editor: EventClauseEditor, fits: isNames },
  property: { Editor: PropertyClauseEditor },
  held: { Editor: HeldClauseEditor, fits: isObject },
  lastEvent: { Editor: LastEventClauseEditor, fits: isNames },
  firstEvent: { Editor: FirstEventClauseEditor, fits: isNames },
  sequence: {
    Editor: SequenceClauseEditor,
    fits: (v) => Array.isArray(v) && v.every((s) => isObject(s) && isNames(s.event) && hasFilters(s)),
  },
  regularly: { Editor: RegularlyClauseEditor, fits: (v) => isObject(v) && isNames(v.event) && hasFilters(v) },
  stopped: { Editor: StoppedClauseEditor, fits: isNames },
  restarted: { Editor: RestartedClauseEditor, fits: isNames },
  metric: { Editor: MetricClauseEditor },
  tag: { Editor: ReferenceClauseEditor },
  segment: { Editor: ReferenceClauseEditor },
  list: { Editor: ReferenceClauseEditor },
  subscribed: { Editor: ReferenceClauseEditor },
  community: { Editor: CommunityClauseEditor },
  score: { Editor: ScoreClauseEditor },
  near: { Editor: NearClauseEditor, fits: isObject },
  bucket: { Editor: BucketClauseEditor, fits: isObject },
}

/** null for a clause without a form. */
export function editorOf(clause: Clause): Editor | null {
  const key = Object.keys(clause).find((k) => k in EDITORS)
  const kind = key === undefined ? undefined : EDITORS[key]
  if (key === undefined || !kind || !hasFilters(clause)) return null
  const isShaped = ['count', 'measure', 'level'].every((k) => clause[k] === undefined || isObject(clause[k]))
  return isShaped && (kind.fits?.(clause[key]) ?? true) ? kind.Editor : null
}

export interface Offer {
  id: string
  title: Text
  example: Text
  /** Other words people look for it by. */
  words: string
  icon: IconName
  blank: Draft
}

const did: Clause = { event: '', within: '30d', count: { op: 'gte', value: 1 } }

/** What can be added, in the groups people ask in. A further kind is one entry here and one above. */
export const OFFERS: readonly { group: Text; offers: readonly Offer[] }[] = [
  {
    group: { en: 'What they did', zh: '行为' },
    offers: [
      {
        id: 'event',
        title: { en: 'Did something, or did not', zh: '做过 / 没做过某件事' },
        example: { en: 'paid an order at least 3 times in 30 days', zh: '30 天内支付订单至少 3 次' },
        words: 'event count 次数 频次 事件',
        icon: 'event',
        blank: did,
      },
      {
        id: 'measure',
        title: { en: 'A sum, average or largest', zh: '累计、平均或最大值' },
        example: { en: 'paid ¥500 or more in 90 days', zh: '90 天累计消费满 500 元' },
        words: 'measure sum avg max min distinct 金额 消费 求和 去重',
        icon: 'chart',
        blank: { event: '', within: '90d', measure: { of: '', fn: 'sum' }, op: 'gte', value: 1 },
      },
      {
        id: 'last',
        title: { en: 'What the last time was like', zh: '最近一次的情况' },
        example: { en: 'the last order came from the app', zh: '最近一次下单的渠道是小程序' },
        words: 'last event 最后一次 末次',
        icon: 'clock',
        blank: { lastEvent: '', has: [{ path: '', op: 'eq', value: '' }] },
      },
      {
        id: 'first',
        title: { en: 'For the first time', zh: '首次做某件事' },
        example: { en: 'first order in the last 7 days', zh: '7 天内首次下单' },
        words: 'first event 首单 新客',
        icon: 'flag',
        blank: { firstEvent: '', within: '7d' },
      },
      {
        id: 'sequence',
        title: { en: 'One thing after another', zh: '依次做过几件事' },
        example: { en: 'joined, then posted within 3 days', zh: '加入社群后 3 天内发帖' },
        words: 'sequence funnel 序列 顺序 转化 先后',
        icon: 'journey',
        blank: { sequence: [{ event: '' }, { event: '' }], gap: '3d', within: '30d' },
      },
    ],
  },
  {
    group: { en: 'Rhythm', zh: '时间规律' },
    offers: [
      {
        id: 'regularly',
        title: { en: 'Does it regularly', zh: '规律地做' },
        example: { en: 'checked in in 6 of the last 8 weeks', zh: '近 8 周中至少 6 周打过卡' },
        words: 'regularly habit 习惯 坚持 周期',
        icon: 'calendar',
        blank: { regularly: { event: '' }, count: { op: 'gte', value: 1 }, every: '1w', of: 8, atLeast: 6 },
      },
      {
        id: 'stopped',
        title: { en: 'Stopped doing it', zh: '停止做某件事' },
        example: { en: 'active within 60 days, silent for 30', zh: '60 天内来过，最近 30 天没来' },
        words: 'stopped churn silent 流失 沉默 停止',
        icon: 'pause',
        blank: { stopped: '', active: '60d', quiet: '30d' },
      },
      {
        id: 'restarted',
        title: { en: 'Came back to it', zh: '沉默后又回来' },
        example: { en: 'silent for 60 days, back this week', zh: '沉默 60 天，最近 7 天又来了' },
        words: 'restarted win back 回流 召回 唤醒',
        icon: 'refresh',
        blank: { restarted: '', quietFrom: '60d', recent: '7d' },
      },
      {
        id: 'held',
        title: { en: 'A property has stayed the same', zh: '属性保持了一段时间' },
        example: { en: 'gold member for 90 days or more', zh: '会员等级为金卡已满 90 天' },
        words: 'held duration 保持 时长 等级',
        icon: 'clock',
        blank: { held: { property: '', equals: '' }, op: 'gte', for: '90d' },
      },
    ],
  },
  {
    group: { en: 'Who they are', zh: '属性与标签' },
    offers: [
      {
        id: 'property',
        title: { en: 'A property', zh: '成员属性' },
        example: { en: 'city is Shanghai', zh: '城市等于上海' },
        words: 'property trait profile 资料 计算属性 城市 性别',
        icon: 'member',
        blank: { property: '', op: 'eq', value: '' },
      },
      {
        id: 'date',
        title: { en: 'A date near now', zh: '日期临近或已过' },
        example: { en: 'membership ends within 7 days', zh: '会员 7 天内到期' },
        words: 'date 到期 生日 纪念日 withinNext',
        icon: 'calendar',
        blank: { property: '', op: 'withinNext', value: '7d' },
      },
      {
        id: 'near',
        title: { en: 'Near a store or a place', zh: '在门店或地点附近' },
        example: { en: 'last within 3 km of the flagship store', zh: '最近位置距旗舰店 3 公里以内' },
        words: 'near location store geo lbs distance 附近 门店 位置 距离 到店',
        icon: 'pin',
        blank: { near: { store: '' }, radius: '3km' },
      },
      {
        id: 'tag',
        title: { en: 'A tag', zh: '标签' },
        example: { en: 'has the tag “high value”', zh: '带有标签「高价值」' },
        words: 'tag label 打标',
        icon: 'tag',
        blank: { tag: '' },
      },
      {
        id: 'score',
        title: { en: 'A score', zh: '评分' },
        example: { en: 'churn risk at least 0.7', zh: '流失风险至少 0.7' },
        words: 'score churn ltv propensity 预测 分数',
        icon: 'points',
        blank: { score: '', op: 'gte', value: null },
      },
      {
        id: 'metric',
        title: { en: 'A metric', zh: '指标' },
        example: { en: 'revenue in 30 days at least 1,000', zh: '30 天内成交额至少 1000' },
        words: 'metric kpi 指标 口径 成交额',
        icon: 'flag',
        blank: { metric: '', within: '30d', op: 'gte', value: null },
      },
    ],
  },
  {
    group: { en: 'Communities and subscriptions', zh: '社群与订阅' },
    offers: [
      {
        id: 'community',
        title: { en: 'Standing in a community', zh: '社群身份' },
        example: { en: 'joined a community in the last 7 days', zh: '7 天内加入任一社群' },
        words: 'community role state joined 角色 群主 管理员 入群',
        icon: 'community',
        blank: { community: 'any' },
      },
      {
        id: 'subscribed',
        title: { en: 'Subscribed to a topic', zh: '订阅主题' },
        example: { en: 'wants to hear of new products', zh: '订阅了「新品速递」' },
        words: 'subscribed topic consent 退订',
        icon: 'message',
        blank: { subscribed: '' },
      },
    ],
  },
  {
    group: { en: 'Lists and segments', zh: '名单与分群' },
    offers: [
      {
        id: 'segment',
        title: { en: 'In another segment', zh: '属于另一个分群' },
        example: { en: 'in “high value”', zh: '属于「高价值成员」' },
        words: 'segment 引用',
        icon: 'segment',
        blank: { segment: '' },
      },
      {
        id: 'list',
        title: { en: 'On a list', zh: '在静态名单中' },
        example: { en: 'on the guest list of the tea party', zh: '在「品鉴会邀请名单」中' },
        words: 'list csv 上传',
        icon: 'list',
        blank: { list: '' },
      },
      {
        id: 'bucket',
        title: { en: 'A random share', zh: '随机抽取一部分' },
        example: { en: 'a stable tenth of everybody', zh: '固定随机抽取 10%' },
        words: 'bucket random sample 抽样 实验 对照组',
        icon: 'split',
        blank: { bucket: { salt: 'draw-1', from: 0, to: 0.1 } },
      },
    ],
  },
  {
    group: { en: 'Groups', zh: '组合' },
    offers: [
      {
        id: 'any',
        title: { en: 'Any of several', zh: '条件组：满足任一' },
        example: { en: 'bought or posted', zh: '买过或发过帖' },
        words: 'group or any 或',
        icon: 'branch',
        blank: { any: [did, did] },
      },
      {
        id: 'all',
        title: { en: 'All of several', zh: '条件组：满足全部' },
        example: { en: 'bought and posted', zh: '既买过又发过帖' },
        words: 'group and all 且',
        icon: 'branch',
        blank: { all: [did, did] },
      },
      {
        id: 'not',
        title: { en: 'Leave out who…', zh: '排除符合条件的人' },
        example: { en: 'leave out who paid in 30 days', zh: '排除 30 天内支付过的人' },
        words: 'not exclude 排除 非',
        icon: 'close',
        blank: { not: did },
      },
    ],
  },
]

/** What a new definition begins with. */
export const FIRST_CLAUSE: Draft = did
