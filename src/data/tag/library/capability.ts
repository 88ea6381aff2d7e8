// What a capability that is still to come is called, by the first word of its events.
import type { Text } from '#kernel/text'

const COMING: Readonly<Record<string, Text>> = {
  booking: { en: 'Bookings', zh: '预约' },
  campaign: { en: 'Campaigns', zh: '活动' },
  cart: { en: 'Shopping cart', zh: '购物车' },
  challenge: { en: 'Challenges', zh: '挑战赛' },
  chat: { en: 'Group chat', zh: '群聊' },
  content: { en: 'Content', zh: '内容' },
  coupon: { en: 'Coupons', zh: '优惠券' },
  entry: { en: 'Entry links', zh: '渠道活码' },
  flash_sale: { en: 'Flash sales', zh: '秒杀' },
  group_buy: { en: 'Group buying', zh: '拼团' },
  idea: { en: 'Idea pool', zh: '创意池' },
  level: { en: 'Levels', zh: '等级' },
  live: { en: 'Live streams', zh: '直播' },
  lottery: { en: 'Prize draws', zh: '抽奖' },
  message: { en: 'Message tracking', zh: '消息追踪' },
  moderation: { en: 'Moderation', zh: '内容审核' },
  nps: { en: 'NPS', zh: 'NPS 调研' },
  order: { en: 'Order tracking', zh: '订单履约' },
  points: { en: 'Gifts of points', zh: '积分转赠' },
  poll: { en: 'Polls', zh: '投票' },
  post: { en: 'Reading and sharing of posts', zh: '帖子浏览与分享' },
  quest: { en: 'Quests', zh: '任务' },
  reaction: { en: 'Reactions', zh: '点赞与表情' },
  referral: { en: 'Referral', zh: '裂变推荐' },
  reward: { en: 'Rewards', zh: '礼品兑换' },
  sanction: { en: 'Sanctions', zh: '处罚' },
  space: { en: 'Virtual space', zh: '虚拟社群空间' },
  survey: { en: 'Surveys', zh: '问卷' },
  ticket: { en: 'Tickets', zh: '工单' },
}

/** The name of the capability that will tell an event. */
export const capabilityOf = (event: string): Text => {
  const noun = event.split('.')[0] ?? event
  return COMING[noun] ?? { en: noun, zh: noun }
}
