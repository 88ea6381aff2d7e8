import {
  ANYTHING,
  all,
  CONTENT,
  did,
  firstWithin,
  is,
  type LibraryDimension,
  least,
  not,
  quietFor,
  regularly,
  restarted,
  stopped,
  tag,
  times,
} from './entry.ts'

const joinedBefore = (d: string) => all(did('community.joined'), not(firstWithin('community.joined', d)))
const active30 = did(ANYTHING, '30d')
const days = (atLeast: number) => regularly(ANYTHING, '1d', 30, atLeast)

export const stage: LibraryDimension = {
  key: 'stage',
  title: { en: 'Lifecycle stage', zh: '生命周期阶段' },
  single: true,
  colour: 'teal',
  tags: [
    tag('stage.exposure', '曝光期', 'Exposure (day 1)', firstWithin('community.joined', '1d'), {
      en: 'Joined the first community less than a day ago',
      zh: '首次入群不满 1 天',
    }),
    tag(
      'stage.exploration',
      '探索期',
      'Exploration (days 1–7)',
      all(firstWithin('community.joined', '7d'), not(firstWithin('community.joined', '1d'))),
      { en: 'First joined 1 to 7 days ago', zh: '首次入群 1–7 天' },
    ),
    tag(
      'stage.conversion',
      '转化期',
      'Conversion (days 7–30)',
      all(firstWithin('community.joined', '30d'), not(firstWithin('community.joined', '7d'))),
      { en: 'First joined 7 to 30 days ago', zh: '首次入群 7–30 天' },
    ),
    tag(
      'stage.retention',
      '留存期',
      'Retention',
      all(joinedBefore('30d'), active30, times('order.paid', 'lt', 3, '180d')),
      {
        en: 'Joined more than 30 days ago, active in the last 30 days, fewer than 3 orders in 180 days',
        zh: '入群满 30 天且近 30 天仍活跃，180 天内购买不足 3 次',
      },
    ),
    tag('stage.loyalty', '忠诚期', 'Loyalty', all(joinedBefore('30d'), active30, did('order.paid', '180d', 3)), {
      en: 'Joined more than 30 days ago, active in the last 30 days, 3 or more orders in 180 days',
      zh: '入群满 30 天、近 30 天活跃，180 天内购买 3 次及以上',
    }),
    tag('stage.dormancy', '休眠期', 'Dormancy', all(joinedBefore('30d'), not(active30), did(ANYTHING, '90d')), {
      en: 'Joined more than 30 days ago, last active 30 to 90 days ago',
      zh: '入群满 30 天，最近一次活跃在 30–90 天前',
    }),
    tag('stage.loss', '流失期', 'Loss', all(joinedBefore('30d'), not(did(ANYTHING, '90d'))), {
      en: 'Joined more than 30 days ago, silent for 90 days',
      zh: '入群满 30 天，90 天无任何互动',
    }),
  ],
}

export const lifecycle: LibraryDimension = {
  key: 'lifecycle',
  title: { en: 'Lifecycle moments', zh: '生命周期节点' },
  colour: 'teal',
  tags: [
    tag('lifecycle.new-7d', '新成员·7 天', 'New (7 days)', firstWithin('community.joined', '7d')),
    tag('lifecycle.new-30d', '新成员·30 天', 'New (30 days)', firstWithin('community.joined', '30d')),
    tag('lifecycle.veteran', '入群满半年', 'With us half a year', joinedBefore('180d')),
    tag('lifecycle.year', '入群满一年', 'With us a year', joinedBefore('365d')),
    tag(
      'lifecycle.no-start',
      '入群未激活',
      'Joined and did nothing',
      all(did('community.joined'), not(did([...CONTENT, 'checkin.completed', 'order.paid', 'message.read']))),
      { en: 'Never posted, checked in, bought or read a message', zh: '入群后从未发言、打卡、购买或阅读消息' },
    ),
    tag('lifecycle.back', '回流成员', 'Came back', restarted(ANYTHING, '37d', '7d'), {
      en: 'Active again in the last 7 days after 30 days of silence',
      zh: '沉默 30 天后，近 7 天重新活跃',
    }),
    tag('lifecycle.buyer-back', '回购唤醒', 'Bought again after 90 days', restarted('order.paid', '120d', '30d'), {
      en: 'Bought in the last 30 days after 90 days without an order',
      zh: '90 天未下单后，近 30 天重新购买',
    }),
    tag('lifecycle.never-bought', '入群未购', 'Never bought', all(did('community.joined'), not(did('order.paid')))),
    tag('lifecycle.first-order', '首购 30 天内', 'First order in 30 days', firstWithin('order.paid', '30d')),
    tag(
      'lifecycle.second-order-due',
      '待二购',
      'Second order due',
      all(times('order.paid', 'eq', 1), not(did('order.paid', '30d'))),
      { en: 'One order ever, more than 30 days ago', zh: '仅购买过 1 次，且已过去 30 天以上' },
    ),
    tag('lifecycle.repeat', '复购会员', 'Repeat buyer', did('order.paid', undefined, 2)),
    tag('lifecycle.dormant-30', '沉默 30 天', 'Silent for 30 days', stopped(ANYTHING, '90d', '30d')),
    tag('lifecycle.dormant-60', '沉默 60 天', 'Silent for 60 days', stopped(ANYTHING, '180d', '60d')),
    tag('lifecycle.lost-90', '流失 90 天', 'Lost (90 days)', quietFor(ANYTHING, '90d')),
    tag('lifecycle.lost-180', '流失 180 天', 'Lost (180 days)', quietFor(ANYTHING, '180d')),
    tag('lifecycle.left', '已退群', 'Left every community', all(did('community.left'), not({ community: 'any' }))),
    tag('lifecycle.rejoined', '二次入群', 'Joined again', {
      sequence: [{ event: 'community.left' }, { event: 'community.joined' }],
    }),
  ],
}

export const activity: LibraryDimension = {
  key: 'activity',
  title: { en: 'Activity level', zh: '活跃分层' },
  single: true,
  colour: 'green',
  tags: [
    tag('activity.core', '核心活跃', 'Core', days(15), {
      en: 'Active on 15 or more of the last 30 days',
      zh: '近 30 天活跃 15 天及以上',
    }),
    tag('activity.active', '稳定活跃', 'Active', all(days(6), not(days(15))), {
      en: 'Active on 6 to 14 of the last 30 days',
      zh: '近 30 天活跃 6–14 天',
    }),
    tag('activity.light', '轻度活跃', 'Light', all(days(1), not(days(6))), {
      en: 'Active on 1 to 5 of the last 30 days',
      zh: '近 30 天活跃 1–5 天',
    }),
    tag('activity.silent', '沉默', 'Silent', stopped(ANYTHING, '90d', '30d'), {
      en: 'Nothing in 30 days, something in 90',
      zh: '近 30 天无互动，90 天内有过互动',
    }),
    tag('activity.latent', '潜水流失', 'Gone quiet', quietFor(ANYTHING, '90d'), {
      en: 'Nothing in 90 days',
      zh: '90 天以上无任何互动',
    }),
  ],
}

const checkin = 'checkin.completed'

export const habit: LibraryDimension = {
  key: 'habit',
  title: { en: 'Habits', zh: '行为习惯' },
  colour: 'green',
  tags: [
    tag('habit.today', '今日活跃', 'Active today', did(ANYTHING, '1cd')),
    tag('habit.week', '近 7 天活跃', 'Active this week', did(ANYTHING, '7d')),
    tag('habit.weekly', '周周活跃', 'Active every week', regularly(ANYTHING, '1w', 4, 4), {
      en: 'In each of the last 4 weeks',
      zh: '最近 4 周每周都有互动',
    }),
    tag('habit.monthly', '月月活跃', 'Active every month', regularly(ANYTHING, '30d', 3, 3), {
      en: 'In each of the last 3 periods of 30 days',
      zh: '最近 3 个 30 天周期均有互动',
    }),
    tag('habit.busy-day', '近 24 小时高频互动', 'Ten acts in a day', did(ANYTHING, '24h', 10)),
    tag('habit.fading', '活跃下滑', 'Fading', all(regularly(ANYTHING, '1w', 4, 3), not(did(ANYTHING, '7d'))), {
      en: 'Active in 3 of the last 4 weeks, but not in the last one',
      zh: '最近 4 周有 3 周活跃，但近 7 天没有出现',
    }),
    tag('habit.checkin', '打卡成员', 'Checks in', did(checkin, '30d')),
    tag('habit.checkin-new', '首次打卡', 'First check-in', firstWithin(checkin, '7d')),
    tag('habit.checkin-keen', '打卡达人', 'Checks in most days', did(checkin, '30d', 20), {
      en: '20 or more check-ins in 30 days',
      zh: '近 30 天打卡 20 次及以上',
    }),
    tag('habit.streak-7', '连续打卡 7 天', 'Streak of 7 days', did(checkin, '2cd', 1, [least('streak', 7)])),
    tag('habit.streak-21', '连续打卡 21 天', 'Streak of 21 days', did(checkin, '2cd', 1, [least('streak', 21)])),
    tag('habit.streak-100', '百日打卡', 'Once kept 100 days', did(checkin, undefined, 1, [least('streak', 100)])),
    tag('habit.streak-lost', '近期断签', 'Broke a streak', stopped(checkin, '30d', '3d'), {
      en: 'Last check-in 3 to 30 days ago',
      zh: '最近一次打卡在 3–30 天前',
    }),
    tag('habit.checkin-weekly', '周周打卡', 'Checks in every week', regularly(checkin, '1w', 4, 4)),
    tag('habit.sign-in', '近期登录', 'Signed in lately', did('signin.completed', '7d')),
    tag('habit.sign-in-new', '首次登录', 'First sign-in', did('signin.completed', '7d', 1, [is('first', true)])),
    tag('habit.sign-in-lost', '久未登录', 'Not signed in for 60 days', quietFor('signin.completed', '60d')),
  ],
}
