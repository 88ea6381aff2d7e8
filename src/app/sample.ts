// The sample brand of a first start: a small story, and the segments and journeys a community manager would have made.
import { send } from '#interaction/simulate'
import type { Log } from '#platform/log'
import { inProcess } from './instance.ts'
import type { System } from './system.ts'

/** Small enough to be there within 30 s on two cores, large enough that every chart has a shape. */
const SIZE = { members: 900, days: 120, seed: 7 }

/** Loads it once: a brand that has members keeps what it has. */
export async function loadSample(system: System, log: Log): Promise<void> {
  const instance = inProcess(system)
  const { items } = (await instance.call('member.find', { limit: 1 })) as { items: unknown[] }
  if (items.length > 0) return
  const started = performance.now()
  process.stdout.write('Loading the sample brand 山月茶 · 正在载入示例品牌 …\n')
  await instance.call('brand.update', { name: { en: 'Shanyue Tea', zh: '山月茶' } })
  const { zone } = system.host.brand()
  await send({ ...SIZE, zone, end: system.host.now() }, instance, () => {})
  await system.runtime.settle()
  await makeDecisions(instance.call)
  await system.runtime.settle()
  log.info({ seconds: Math.round((performance.now() - started) / 1000) }, 'sample brand loaded')
}

type Call = (operation: string, input: object) => Promise<unknown>

const TRAITS = [
  ...['visits', 'spend_365', 'orders_365', 'days_since_active', 'checkin_longest', 'rfm'],
  ...['spending', 'social', 'decision', 'demand'],
]

async function makeDecisions(call: Call) {
  await call('trait.install', { presets: TRAITS })
  await call('metric.install', {})
  const make = async (name: string, definition: object) =>
    ((await call('segment.create', { name, definition })) as { id: string }).id
  await make('新成员（7 天内加入）', { event: 'community.joined', within: '7d' })
  await make('活跃茶友（7 天打卡 ≥ 3 次）', {
    event: 'checkin.completed',
    within: '7d',
    count: { op: 'gte', value: 3 },
  })
  await make('高价值成员（90 天消费 ≥ 500 元）', {
    event: 'order.paid',
    within: '90d',
    measure: { of: 'amount', fn: 'sum' },
    op: 'gte',
    value: 50_000,
  })
  const silent = await make('沉默老客（买过，30 天没来）', {
    all: [
      { event: 'order.paid' },
      { not: { event: ['checkin.completed', 'post.created', 'Product Viewed', 'order.paid'], within: '30d' } },
    ],
  })
  await call('layer.install', { preset: 'value' })
  await call('layer.install', { preset: 'activity' })
  await makeStores(call)
  await makeTags(call)
  await makeLists(call)
  await makeWelcome(call)
  await makeWinBack(call, silent)
  await makeDashboards(call, silent)
}

/** What a morning meeting looks at, and what happened around the numbers. */
async function makeDashboards(call: Call, silent: string) {
  for (const template of ['overview', 'growth', 'activity', 'conversion', 'retention'])
    await call('dashboard.create', { template, language: 'zh' })
  await call('dashboard.create', {
    name: '沉默老客看板',
    content: {
      range: { preset: '90d' },
      filter: { segment: silent },
      tiles: [
        {
          ...{ id: 'note', x: 0, y: 0, w: 12, h: 2 },
          type: 'text',
          text: '## 沉默老客\n买过、但 30 天没来的茶友。召回旅程见 **沉默老客召回**。',
        },
        {
          ...{ id: 'orders', x: 0, y: 2, w: 12, h: 5 },
          type: 'insight',
          title: '他们最后一次下单',
          kind: 'trend',
          query: { interval: 'week', series: [{ event: 'order.paid', measure: 'members', name: '支付成员' }] },
        },
      ],
    },
  })
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
  const note = (days: number, kind: string, text: string) =>
    call('annotation.create', { at: daysAgo(days), kind, text })
  await note(61, 'campaign', '春茶上市预热')
  await note(20, 'campaign', '打卡满三天送小样')
  await note(9, 'incident', '支付通道短时故障')
}

/** Three tea houses, and members who told where they were last: some around the corner, some across the city. */
async function makeStores(call: Call) {
  const stores = [
    ['山月茶·静安旗舰店', '上海', [31.2289, 121.4481], '上海市静安区南京西路'],
    ['山月茶·西湖店', '杭州', [30.2457, 120.1302], '杭州市西湖区龙井路'],
    ['山月茶·宽窄巷子店', '成都', [30.6667, 104.0553], '成都市青羊区宽窄巷子'],
  ] as const
  let n = 0
  for (const [name, city, [lat, lng], address] of stores) {
    const { id } = (await call('store.create', { name, point: [lat, lng], address })) as { id: string }
    const { sample } = (await call('segment.preview', {
      definition: { property: 'city', op: 'eq', value: city },
      limit: 20,
    })) as { sample: { memberId: string }[] }
    for (const { memberId } of sample) {
      // By the golden angle: spread evenly, thinner the farther away.
      const [far, turn] = [0.004 * (1 + (n % 12)), n++ * 2.399963]
      const point = [lat + far * Math.sin(turn), lng + far * Math.cos(turn)].map((x) => Number(x.toFixed(5)))
      await call('location.allow', { memberId })
      await call('location.tell', { memberId, point })
    }
    if (city === '上海')
      await call('segment.create', { name: '静安店 3 公里内茶友', definition: { near: { store: id }, radius: '3km' } })
  }
}

/** A part of the library: each tag is judged for everybody at the start. The last waits for its capability. */
const LIBRARY_TAGS = [
  ...['lifecycle.never-bought', 'lifecycle.second-order-due', 'lifecycle.back', 'habit.checkin-keen', 'value.core'],
  ...['habit.weekly', 'role.kol', 'role.koc', 'role.lurker', 'city-tier.1', 'city-tier.new-1', 'risk.churn'],
  'price.coupon-lover',
]

async function makeTags(call: Call) {
  await call('tag.install', { dimension: 'stage' })
  await call('tag.install', { keys: LIBRARY_TAGS })
  await call('tag.set_dimension', { key: 'taste', title: { en: 'Favourite tea', zh: '茶类偏好' }, single: true })
  await call('tag.set_dimension', { key: 'care', title: { en: 'Relationship', zh: '客户经营' } })
  const make = (key: string, zh: string, en: string, more: object) =>
    call('tag.create', { key, title: { en, zh }, ...more })
  const likes = [
    ['taste.green', '绿茶派', 'Green tea', 'green', ['龙井', '碧螺春']],
    ['taste.puer', '普洱派', "Pu'er", 'orange', ['普']],
    ['taste.white-red', '白茶红茶派', 'White and black tea', 'red', ['白牡丹', '正山小种']],
    ['taste.jasmine', '花茶派', 'Jasmine tea', 'pink', ['茉莉']],
  ] as const
  for (const [key, zh, en, colour, words] of likes) {
    await make(key, zh, en, { dimension: 'taste', colour })
    const named = words.map((value) => ({ property: 'favourite', op: 'contains', value }))
    await call('tag.apply_many', { key, condition: { any: named } })
  }
  await make('care.taster', '新品试饮官', 'Taster', { dimension: 'care', colour: 'teal', lapsesAfter: '90d' })
  await call('tag.apply_many', { key: 'care.taster', condition: { tag: 'role.koc' } })
  await make('care.teacher', '茶艺顾问', 'Tea adviser', { dimension: 'care', colour: 'violet' })
  const answering = { event: 'answer.created', count: { op: 'gte', value: 10 } }
  const { sample } = (await call('segment.preview', { definition: answering, limit: 8 })) as {
    sample: { memberId: string }[]
  }
  const memberIds = sample.map((s) => s.memberId)
  if (memberIds.length > 0) await call('tag.apply_many', { key: 'care.teacher', memberIds })
  for (const memberId of memberIds.slice(0, 3))
    await call('tag.verify', { key: 'care.teacher', memberId, verification: 'confirmed' })
}

/** Topics to subscribe to, and a list as an event's sign-in sheet leaves it: members, and guests not known yet. */
async function makeLists(call: Call) {
  await call('topic.create', { key: 'new-tea', title: '新茶上市', default: 'optOut' })
  await call('topic.create', { key: 'tasting', title: '品鉴会邀约', default: 'optIn' })
  const { items } = (await call('member.find', { limit: 60, sort: 'createdAt', order: 'asc' })) as {
    items: { memberId: string; externalId: string | null }[]
  }
  const known = items.flatMap((m) => m.externalId ?? [])
  const { id } = (await call('list.create', {
    name: '春茶品鉴会签到',
    externalIds: known.slice(0, 36),
    source: '签到表.csv',
  })) as {
    id: string
  }
  await call('list.add', { id, externalIds: ['guest-0412', 'guest-0413'], source: '现场补录.csv' })
  for (const { memberId } of items.slice(0, 24)) await call('topic.subscribe', { memberId, topic: 'tasting' })
  for (const { memberId } of items.slice(40, 45)) await call('topic.unsubscribe', { memberId, topic: 'new-tea' })
}

async function makeWelcome(call: Call) {
  const graph = {
    start: 'joined',
    nodes: {
      joined: { type: 'trigger', on: { event: 'community.joined' }, next: 'welcome' },
      welcome: {
        type: 'action',
        action: 'message.send',
        input: {
          channel: 'inbox',
          purpose: 'service',
          content: {
            title: '欢迎来到山月茶',
            body: '{{member.name|茶友}}，很高兴认识你。先打个卡，领取第一份茶友积分吧！',
          },
        },
        next: 'wait',
      },
      wait: { type: 'wait', for: '3d', next: 'came' },
      came: {
        type: 'branch',
        cases: [{ when: { event: 'checkin.completed', within: '3d' }, next: 'reward' }],
        else: 'remind',
      },
      reward: {
        type: 'action',
        action: 'points.award',
        input: { points: 20, reason: '新人三日礼' },
        next: 'done',
      },
      remind: {
        type: 'action',
        action: 'message.send',
        input: {
          channel: 'inbox',
          purpose: 'service',
          content: { title: '茶友都在等你', body: '打卡满三天，有一份新人小样等着你。' },
        },
        next: 'done',
      },
      done: { type: 'exit' },
    },
  }
  const { id } = (await call('journey.create', { name: '新人欢迎', graph, settings: { reentry: 'never' } })) as {
    id: string
  }
  await call('journey.publish', { id })
}

async function makeWinBack(call: Call, segment: string) {
  const graph = {
    start: 'silent',
    nodes: {
      silent: { type: 'trigger', on: { segment, when: 'entered' }, enrolExisting: true, next: 'call' },
      call: {
        type: 'action',
        action: 'message.send',
        input: {
          channel: 'inbox',
          purpose: 'marketing',
          content: { title: '好久不见', body: '{{member.name|茶友}}，这一季的新茶到了，给老茶友留了一份试饮。' },
        },
        next: 'wait',
      },
      wait: { type: 'wait', for: '7d', next: 'back' },
      back: {
        type: 'branch',
        cases: [{ when: { event: 'order.paid', within: '7d' }, next: 'thanks' }],
        else: 'done',
      },
      thanks: { type: 'action', action: 'points.award', input: { points: 50, reason: '老友回归礼' }, next: 'done' },
      done: { type: 'exit' },
    },
  }
  const { id } = (await call('journey.create', {
    name: '沉默老客召回',
    graph,
    settings: { reentry: { after: '90d' } },
  })) as { id: string }
  await call('journey.publish', { id })
}
