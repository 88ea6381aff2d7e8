import {
  ANYTHING,
  all,
  any,
  CONTENT,
  did,
  inOrder,
  is,
  type LibraryDimension,
  not,
  quietFor,
  stopped,
  sum,
  tag,
  times,
} from './entry.ts'

const votes = (kind: string, n: number, within: string) => did('vote.received', within, n, [is('kind', kind)])

export const loyalty: LibraryDimension = {
  key: 'loyalty',
  title: { en: 'Points and loyalty', zh: '积分与忠诚度' },
  colour: 'amber',
  tags: [
    tag('loyalty.earner', '近期获得积分', 'Earned lately', did('points.awarded', '30d')),
    tag('loyalty.rich', '积分大户', 'Earned 1,000 in a year', sum('points.awarded', 'points', 'gte', 1000, '365d')),
    tag('loyalty.spender', '积分活跃用户', 'Spends points', did('points.spent', '90d')),
    tag('loyalty.spender-keen', '积分兑换达人', 'Spends points often', did('points.spent', '180d', 3)),
    tag(
      'loyalty.hoarder',
      '攒分不花',
      'Saves up',
      all(sum('points.awarded', 'points', 'gte', 200, '180d'), not(did('points.spent', '180d'))),
      {
        en: 'Earned 200 points in 180 days and spent none',
        zh: '近 180 天获得 200 积分及以上，且未使用',
      },
    ),
    tag('loyalty.expired', '有积分过期', 'Let points expire', did('points.expired', '90d')),
    tag(
      'loyalty.never-spent',
      '从未用过积分',
      'Never spent points',
      all(did('points.awarded'), not(did('points.spent'))),
    ),
    tag('loyalty.redeemer', '礼品兑换', 'Redeems rewards', did('reward.redeemed', '180d')),
    tag('loyalty.level-up', '近期升级', 'Reached a level', did('level.reached', '30d')),
    tag('loyalty.level-lost', '近期降级', 'Lost a level', did('level.lost', '60d')),
    tag('loyalty.quest', '任务完成者', 'Completes quests', did('quest.completed', '90d')),
    tag(
      'loyalty.quest-stalled',
      '任务半途而废',
      'Leaves quests',
      all(did('quest.started', '90d'), not(did('quest.completed', '90d'))),
    ),
    tag('loyalty.challenge', '挑战完成者', 'Completes challenges', did('challenge.completed', '180d')),
    tag('loyalty.attended', '线下活动到场', 'Came to events', did('campaign.attended', '180d')),
  ],
}

export const service: LibraryDimension = {
  key: 'service',
  title: { en: 'Service', zh: '服务' },
  colour: 'teal',
  tags: [
    tag(
      'service.notified',
      '近期服务通知',
      'Written to by service',
      did('message.sent', '7d', 1, [is('purpose', 'service')]),
    ),
    tag(
      'service.unread',
      '服务通知未读',
      'Service message unread',
      all(
        did('message.sent', '14d', 1, [is('purpose', 'service')]),
        not(did('message.read', '14d', 1, [is('purpose', 'service')])),
      ),
    ),
    tag('service.ticket', '近期有工单', 'Opened a ticket', did('ticket.opened', '30d')),
    tag('service.tickets', '高频求助', 'Opens many tickets', did('ticket.opened', '90d', 3)),
    tag(
      'service.waiting',
      '工单待解决',
      'Waits for an answer',
      all(did('ticket.opened', '14d'), not(did('ticket.resolved', '14d'))),
    ),
    tag('service.reopened', '工单重开', 'Reopened a ticket', did('ticket.reopened', '90d')),
    tag('service.rater', '服务评价者', 'Rates service', did('ticket.rated', '180d')),
    tag('service.nps', '参与 NPS 调研', 'Answered NPS', did('nps.answered', '180d')),
    tag('service.booking', '有预约', 'Books visits', did('booking.made', '90d')),
    tag(
      'service.no-show',
      '预约爽约',
      'Books, stays away',
      all(did('booking.made', '90d', 2), not(did('booking.attended', '90d'))),
    ),
    tag('service.cancelled', '常取消预约', 'Cancels bookings', did('booking.cancelled', '180d', 2)),
    tag('service.delivered', '近期收货', 'Received an order', did('order.completed', '14d')),
    tag(
      'service.first-month',
      '首单关怀期',
      'First order to care for',
      all(times('order.paid', 'eq', 1), did('order.paid', '14d')),
    ),
  ],
}

export const risk: LibraryDimension = {
  key: 'risk',
  title: { en: 'Risk', zh: '风险预警' },
  colour: 'red',
  tags: [
    tag('risk.churn', '流失预警', 'May leave', all(did(ANYTHING, '90d', 5), not(did(ANYTHING, '14d'))), {
      en: '5 or more acts in 90 days, none in 14',
      zh: '近 90 天互动 5 次及以上，但 14 天没有出现',
    }),
    tag(
      'risk.buyer-churn',
      '老客流失预警',
      'Good customer may leave',
      all(did('order.paid', '180d', 2), not(did(ANYTHING, '30d'))),
      {
        en: '2 or more orders in 180 days, silent for 30 days',
        zh: '180 天内购买 2 次及以上，近 30 天无任何互动',
      },
    ),
    tag('risk.order-gap', '购买间隔拉长', 'Orders grow rare', stopped('order.paid', '180d', '60d')),
    tag('risk.koc-silent', '骨干沉默', 'A voice went silent', all(did(CONTENT, '180d', 10), not(did(CONTENT, '30d'))), {
      en: '10 or more contributions in 180 days, none in 30',
      zh: '近 180 天发言 10 次及以上，近 30 天未发言',
    }),
    tag('risk.left-lately', '近期退群', 'Left lately', did('community.left', '30d')),
    tag('risk.quick-leave', '入群即退', 'Left within a day', inOrder(['community.joined', 'community.left'], '1d'), {
      en: 'Left a community within a day of joining one',
      zh: '入群后 1 天内退群',
    }),
    tag('risk.removed', '被移出社群', 'Was removed', did('community.member_removed', '365d')),
    tag('risk.banned', '被封禁', 'Is banned', { community: 'any', state: 'banned' }),
    tag('risk.spam', '被标记广告', 'Flagged as spam', votes('spam', 1, '180d')),
    tag('risk.offensive', '被标记不友善', 'Flagged as offensive', votes('offensive', 1, '180d')),
    tag('risk.deleted', '内容被投票删除', 'Content voted away', votes('delete', 1, '180d')),
    tag('risk.flood', '疑似刷屏', 'Floods', did(CONTENT, '1h', 10), {
      en: '10 or more contributions in an hour',
      zh: '1 小时内发言 10 次及以上',
    }),
    tag('risk.post-flood', '日发帖过多', 'Many posts in a day', did('post.created', '24h', 10)),
    tag('risk.points-reversed', '积分被撤销', 'Points taken back', did('points.reversed', '180d')),
    tag('risk.order-burst', '异常下单', 'Burst of orders', did('order.paid', '24h', 5)),
    tag('risk.unsubscribing', '连续退订', 'Unsubscribes', did('topic.unsubscribed', '90d', 2)),
    tag(
      'risk.many-joins',
      '频繁进出群',
      'In and out',
      all(did('community.joined', '30d', 3), did('community.left', '30d', 2)),
    ),
    tag('risk.refunds', '高退款', 'Many refunds', did('order.refunded', '180d', 2)),
    tag('risk.cancels', '常取消订单', 'Cancels orders', did('order.cancelled', '90d', 3)),
    tag('risk.flagged', '触发内容审核', 'Content was flagged', did('moderation.flagged', '90d')),
    tag('risk.reported', '被多次举报', 'Reported', did('moderation.reported', '90d', 2)),
    tag(
      'risk.sanctioned',
      '处罚中',
      'Under a sanction',
      all(did('sanction.imposed', '90d'), not(did('sanction.lifted', '90d'))),
    ),
    tag('risk.referral-revoked', '推荐奖励被撤', 'Referral reward revoked', did('referral.revoked', '365d')),
    tag(
      'risk.silent-rich',
      '高额积分沉睡',
      'Points asleep',
      all(sum('points.awarded', 'points', 'gte', 500, '365d'), quietFor(ANYTHING, '60d')),
    ),
  ],
}

export const motive: LibraryDimension = {
  key: 'motive',
  title: { en: 'Motives', zh: '动机与心理' },
  colour: 'violet',
  tags: [
    tag(
      'motive.self',
      '自我实现型',
      'Self-actualising',
      any(did('wiki.created', '180d', 2), did('answer.accepted', '180d', 2), did('post.created', '90d', 10)),
      {
        en: 'Gives knowledge: entries, accepted answers, many posts',
        zh: '乐于输出：撰写词条、回答被采纳或持续发帖',
      },
    ),
    tag('motive.social', '社交型', 'Social', did('comment.created', '30d', 8), {
      en: '8 or more comments in 30 days',
      zh: '近 30 天评论 8 次及以上',
    }),
    tag(
      'motive.utility',
      '功利型',
      'Utilitarian',
      all(did(['points.spent', 'checkin.completed'], '30d', 5), not(did(CONTENT, '30d'))),
      {
        en: 'Checks in and spends points, says nothing',
        zh: '打卡、花积分积极，但不发言',
      },
    ),
    tag(
      'motive.altruist',
      '利他型',
      'Altruistic',
      all(did('answer.created', '90d', 3), times('post.created', 'lt', 3, '90d')),
      {
        en: 'Answers others more than asking',
        zh: '更多在回答他人，较少自己提问',
      },
    ),
    tag(
      'motive.recognition',
      '渴望认可',
      'Seeks recognition',
      all(did('post.created', '30d', 3), did('vote.received', '30d', 3)),
    ),
    tag('motive.achiever', '成就型', 'Achiever', did('badge.awarded', '180d', 3)),
    tag('motive.routine', '习惯养成型', 'Creature of habit', did('checkin.completed', '60d', 40)),
    tag(
      'motive.belonging',
      '归属感强',
      'Belongs',
      all(
        did('community.joined'),
        not(did('community.left')),
        did(CONTENT, '30d', 3),
        did('checkin.completed', '30d', 8),
      ),
    ),
    tag('motive.explorer', '尝新型', 'Explorer', did('community.joined', '90d', 2), {
      en: 'Joined 2 or more communities in 90 days',
      zh: '近 90 天加入 2 个及以上社群',
    }),
    tag('motive.competitor', '竞争型', 'Competitor', did('challenge.completed', '90d', 2)),
    tag('motive.gambler', '碰运气型', 'Tries luck', did('lottery.entered', '30d', 3)),
    tag('motive.co-creator', '共创型', 'Co-creator', did(['idea.submitted', 'idea.voted'], '180d', 3)),
    tag(
      'motive.bargain',
      '优惠驱动',
      'After bargains',
      did(['coupon.redeemed', 'flash_sale.bought', 'group_buy.joined'], '90d', 4),
    ),
    tag('motive.collector', '收藏型', 'Collector', did('reward.redeemed', '365d', 3)),
  ],
}
