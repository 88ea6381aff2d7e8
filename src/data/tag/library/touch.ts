import {
  all,
  any,
  did,
  firstWithin,
  inOrder,
  is,
  type LibraryDimension,
  not,
  quietFor,
  regularly,
  tag,
  times,
} from './entry.ts'

const marketing = [is('purpose', 'marketing')]
const service = [is('purpose', 'service')]

export const channel: LibraryDimension = {
  key: 'channel',
  title: { en: 'Channels and devices', zh: '渠道与设备' },
  colour: 'blue',
  tags: [
    tag('channel.web', '网页访客', 'On the web', did('page.viewed', '30d')),
    tag('channel.app', 'App / 小程序用户', 'In the app', did('screen.viewed', '30d')),
    tag('channel.both', '多端用户', 'On both', all(did('page.viewed', '30d'), did('screen.viewed', '30d'))),
    tag('channel.web-only', '仅网页', 'Web only', all(did('page.viewed', '90d'), not(did('screen.viewed', '90d')))),
    tag(
      'channel.app-only',
      '仅 App / 小程序',
      'App only',
      all(did('screen.viewed', '90d'), not(did('page.viewed', '90d'))),
    ),
    tag('channel.app-new', 'App 首次使用', 'New in the app', firstWithin('screen.viewed', '7d')),
    tag('channel.app-lost', 'App 流失', 'Left the app', quietFor('screen.viewed', '60d')),
    tag('channel.heavy', '高频浏览', 'Browses a lot', did(['page.viewed', 'screen.viewed'], '7d', 20)),
    tag('channel.inbox', '站内信可达', 'Reads the inbox', did('message.read', '90d')),
    tag('channel.scanned', '扫码进入', 'Came by a code', did('entry.scanned')),
    tag(
      'channel.scan-no-join',
      '扫码未入群',
      'Scanned, never joined',
      all(did('entry.scanned'), not(did('community.joined'))),
    ),
    tag('channel.store', '到店成员', 'Visits stores', did('booking.attended', '180d')),
    tag('channel.space', '虚拟空间访客', 'Visits the space', did('space.entered', '30d')),
    tag('channel.live', '直播渠道', 'Comes by live streams', did('live.joined', '90d')),
  ],
}

export const response: LibraryDimension = {
  key: 'response',
  title: { en: 'Campaign response', zh: '营销响应' },
  colour: 'red',
  tags: [
    tag('response.reader', '爱看消息', 'Reads messages', did('message.read', '30d', 3)),
    tag('response.steady-reader', '每周读消息', 'Reads every week', regularly('message.read', '1w', 4, 3)),
    tag('response.marketing-reader', '营销消息响应', 'Reads marketing', did('message.read', '30d', 1, marketing)),
    tag(
      'response.service-only',
      '只看服务通知',
      'Reads service only',
      all(did('message.read', '90d', 1, service), not(did('message.read', '90d', 1, marketing))),
    ),
    tag(
      'response.immune',
      '消息免疫',
      'Does not read',
      all(did('message.sent', '30d', 3), not(did('message.read', '60d'))),
      {
        en: '3 or more messages in 30 days, none read in 60',
        zh: '近 30 天收到 3 条及以上消息，60 天内一条未读',
      },
    ),
    tag('response.untouched', '30 天未触达', 'Not written to for 30 days', not(did('message.sent', '30d'))),
    tag('response.never-touched', '从未触达', 'Never written to', not(did('message.sent'))),
    tag('response.over-touched', '触达过频', 'Written to too often', did('message.sent', '7d', 4, marketing), {
      en: '4 or more marketing messages in 7 days',
      zh: '近 7 天收到营销消息 4 条及以上',
    }),
    tag(
      'response.read-and-bought',
      '读后下单',
      'Read and bought',
      inOrder(['message.read', 'order.paid'], '3d', '90d'),
      {
        en: 'Bought within 3 days of reading a message, in the last 90 days',
        zh: '近 90 天内，阅读消息后 3 天内下单',
      },
    ),
    tag(
      'response.read-and-came',
      '读后打卡',
      'Read and checked in',
      inOrder(['message.read', 'checkin.completed'], '1d', '30d'),
    ),
    tag('response.unsubscribed', '有过退订', 'Unsubscribed', did('topic.unsubscribed', '365d')),
    tag('response.in-journey', '近期进入旅程', 'Entered a journey', did('journey.entered', '30d')),
    tag('response.journeys', '多旅程触达', 'In many journeys', did('journey.entered', '30d', 3)),
    tag('response.opener', '消息打开者', 'Opens messages', did('message.opened', '30d', 2)),
    tag('response.clicker', '消息点击者', 'Clicks messages', did('message.clicked', '30d')),
    tag(
      'response.opens-no-click',
      '打开不点击',
      'Opens, never clicks',
      all(did('message.opened', '60d', 3), not(did('message.clicked', '60d'))),
    ),
    tag('response.unreachable', '消息送达失败', 'Messages fail', did('message.failed', '30d', 2)),
    tag('response.campaign', '活动参与者', 'Joins campaigns', did('campaign.joined', '90d')),
    tag('response.campaign-keen', '活动铁粉', 'Joins every campaign', did('campaign.joined', '180d', 3)),
    tag(
      'response.campaign-no-show',
      '报名未到场',
      'Signs up, stays away',
      all(did('campaign.joined', '90d'), not(did('campaign.attended', '90d'))),
    ),
    tag(
      'response.campaign-buyer',
      '活动转化',
      'Joined and bought',
      inOrder(['campaign.joined', 'order.paid'], '7d', '180d'),
    ),
    tag('response.live-buyer', '直播转化', 'Watched and bought', inOrder(['live.joined', 'order.paid'], '1d', '90d')),
    tag('response.winner', '中奖成员', 'Has won', did('lottery.won', '365d')),
    tag('response.lucky-draw', '爱抽奖', 'Enters draws', did('lottery.entered', '90d', 3)),
  ],
}

export const growth: LibraryDimension = {
  key: 'growth',
  title: { en: 'Referral', zh: '裂变推荐' },
  colour: 'green',
  tags: [
    tag('growth.inviter', '发起邀请', 'Invites', did('referral.invited', '90d')),
    tag('growth.inviter-keen', '裂变能手', 'Invites often', did('referral.invited', '90d', 5)),
    tag('growth.successful', '邀请成功', 'Invites with success', did('referral.qualified', '180d')),
    tag(
      'growth.no-success',
      '邀请未转化',
      'Invites without success',
      all(did('referral.invited', '90d', 3), not(did('referral.joined', '90d'))),
    ),
    tag('growth.rewarded', '获推荐奖励', 'Rewarded for it', did('referral.rewarded', '365d')),
    tag('growth.by-entry', '渠道活码入群', 'Joined by an entry link', did('entry.joined')),
    tag(
      'growth.promoter',
      '口碑传播者',
      'Spreads the word',
      any(did(['content.shared', 'post.shared'], '90d', 5), did('referral.joined', '90d', 2)),
    ),
    tag('growth.gifter', '爱送礼', 'Gives points away', did('points.gifted', '180d')),
    tag('growth.buys-with-friends', '成团达人', 'Completes group buys', did('group_buy.completed', '180d', 2)),
    tag(
      'growth.no-order',
      '推荐不自购',
      'Refers, never buys',
      all(did('referral.qualified'), times('order.paid', 'eq', 0)),
    ),
  ],
}
