// The tea brand 山月茶: its communities, its goods, and what its members talk about.

export const COMMUNITIES = [
  { key: 'tea-shanghai-minhang', name: '闵行茶友会', city: '上海', type: 'interest', weight: 30 },
  { key: 'tea-shanghai-jingan', name: '静安下午茶', city: '上海', type: 'interest', weight: 24 },
  { key: 'tea-hangzhou-longjing', name: '龙井品鉴社', city: '杭州', type: 'trade', weight: 20 },
  { key: 'tea-hangzhou-class', name: '西湖茶课堂', city: '杭州', type: 'service', weight: 12 },
  { key: 'tea-chengdu-gaiwan', name: '成都盖碗茶馆', city: '成都', type: 'autonomous', weight: 14 },
] as const
export type CommunityKey = (typeof COMMUNITIES)[number]['key']

/** Prices in fen. */
export const PRODUCTS = [
  { sku: 'LJ-50', name: '明前龙井 50 克', price: 16800 },
  { sku: 'LJ-250', name: '雨前龙井 250 克', price: 29800 },
  { sku: 'BC-100', name: '洞庭碧螺春 100 克', price: 19800 },
  { sku: 'PE-357', name: '古树熟普饼 357 克', price: 23800 },
  { sku: 'BM-100', name: '福鼎白牡丹 100 克', price: 12800 },
  { sku: 'ZS-50', name: '正山小种 50 克', price: 8800 },
  { sku: 'MH-30', name: '茉莉花茶 30 泡', price: 5900 },
  { sku: 'GW-1', name: '青瓷盖碗', price: 13900 },
  { sku: 'CB-15', name: '冷泡茶包 15 袋', price: 4500 },
  { sku: 'LH-6', name: '山月礼盒（六款）', price: 39900 },
] as const

const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤'
const GIVEN = [
  '雨桐',
  '梓涵',
  '思远',
  '晓雯',
  '嘉怡',
  '浩然',
  '子墨',
  '静怡',
  '欣妍',
  '志强',
  '秀英',
  '建国',
  '丽华',
  '俊杰',
  '婉清',
  '若曦',
  '明轩',
  '诗涵',
  '宇航',
  '雅琴',
  '文博',
  '佳琪',
  '一鸣',
  '海燕',
  '春梅',
  '国庆',
  '小满',
  '知夏',
  '清欢',
  '云舒',
  '安然',
  '书瑶',
  '立秋',
  '景行',
  '望舒',
  '如意',
  '敏',
  '伟',
  '芳',
  '磊',
  '娜',
  '强',
  '洋',
  '静',
  '勇',
  '艳',
  '杰',
  '涛',
  '倩',
  '婷',
  '宁',
  '悦',
]

export const nameOf = (a: number, b: number): string => `${SURNAMES[a % SURNAMES.length]}${GIVEN[b % GIVEN.length]}`

export const POSTS = [
  '今天的第一泡：{tea}，汤色真好',
  '{tea}用多少度的水最合适？',
  '周末在{city}有一起喝茶的吗',
  '开箱分享：{tea}，包装比想象中用心',
  '盖碗总是烫手，大家怎么拿？',
  '冷泡{tea}放一夜会不会太浓',
  '新手入门，先买哪一款比较好',
  '晒晒我的茶席，{city}的雨天很配{tea}',
  '第三泡才是{tea}的灵魂，同意吗',
  '茶具清洗小妙招，亲测有效',
  '办公室喝茶，怎样才不麻烦',
  '给爸妈买{tea}，他们会喜欢吗',
  '{tea}和点心怎么搭配',
  '睡前喝什么茶不影响睡眠',
  '这季新茶和去年比有什么不同',
  '茶课笔记：看懂{tea}的干茶',
  '存茶经验：{city}这种湿度要注意什么',
  '求推荐一款适合送客户的礼盒',
] as const

export const TOPICS = ['冲泡', '开箱', '茶具', '新手', '茶席', '存茶', '搭配', '同城'] as const

/** When something is on: how much more people come and buy. */
export interface Campaign {
  name: string
  /** Days before the end of the story. */
  from: number
  to: number
  lift: number
  orders: number
}
export const CAMPAIGNS: readonly Campaign[] = [
  { name: '春茶节', from: 124, to: 117, lift: 1.7, orders: 2.6 },
  { name: '618 茶友团', from: 66, to: 60, lift: 1.9, orders: 3.2 },
  { name: '21 天打卡', from: 30, to: 10, lift: 1.35, orders: 1.2 },
]

/** How a member behaves: how many there are, how often they come at first, how fast they fade, and what they do. */
export const KINDS = [
  ['once', { share: 50, daily: 0.02, halfLife: 4, checkin: 0.05, post: 0.02, answer: 0.01, order: 0.01 }],
  ['casual', { share: 31, daily: 0.09, halfLife: 45, checkin: 0.25, post: 0.04, answer: 0.03, order: 0.025 }],
  ['regular', { share: 14, daily: 0.34, halfLife: 120, checkin: 0.6, post: 0.08, answer: 0.1, order: 0.04 }],
  ['core', { share: 4, daily: 0.72, halfLife: 400, checkin: 0.85, post: 0.25, answer: 0.45, order: 0.07 }],
  ['star', { share: 1, daily: 0.93, halfLife: 2000, checkin: 0.95, post: 1.1, answer: 2.4, order: 0.1 }],
] as const
export type Kind = (typeof KINDS)[number][0]
export type Habit = (typeof KINDS)[number][1]

/** How likely each hour of the day is: a small peak at lunch, a high one in the evening. */
export const HOURS = [2, 1, 0.5, 0.3, 0.3, 0.6, 2, 4, 5, 5, 5, 6, 9, 7, 5, 5, 5, 6, 8, 11, 14, 15, 11, 5] as const
