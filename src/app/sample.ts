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

async function makeDecisions(call: Call) {
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
  await makeWelcome(call)
  await makeWinBack(call, silent)
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
