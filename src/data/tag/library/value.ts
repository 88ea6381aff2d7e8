import {
  ANYTHING,
  all,
  basket,
  bigOrder,
  did,
  type LibraryDimension,
  not,
  quietFor,
  regularly,
  spend,
  stopped,
  tag,
  times,
} from './entry.ts'

const order = 'order.paid'

export const spending: LibraryDimension = {
  key: 'spending',
  title: { en: 'Yearly spend', zh: '年消费档位' },
  single: true,
  colour: 'amber',
  tags: [
    tag('spending.none', '近一年零消费', 'Nothing in a year', all(did(order), not(did(order, '365d')))),
    tag('spending.under-200', '年消费 200 元以下', 'Under ¥200', all(did(order, '365d'), spend('365d', 0, 200))),
    tag('spending.200-500', '年消费 200–500 元', '¥200–500', spend('365d', 200, 500)),
    tag('spending.500-1000', '年消费 500–1,000 元', '¥500–1,000', spend('365d', 500, 1000)),
    tag('spending.1000-3000', '年消费 1,000–3,000 元', '¥1,000–3,000', spend('365d', 1000, 3000)),
    tag('spending.3000-10000', '年消费 3,000–10,000 元', '¥3,000–10,000', spend('365d', 3000, 10_000)),
    tag('spending.over-10000', '年消费 10,000 元以上', '¥10,000 and more', spend('365d', 10_000)),
  ],
}

export const recency: LibraryDimension = {
  key: 'recency',
  title: { en: 'Last order', zh: '最近购买' },
  single: true,
  colour: 'amber',
  tags: [
    tag('recency.7d', '7 天内购买', 'Within 7 days', did(order, '7d')),
    tag('recency.30d', '8–30 天前购买', '7–30 days ago', stopped(order, '30d', '7d')),
    tag('recency.90d', '31–90 天前购买', '30–90 days ago', stopped(order, '90d', '30d')),
    tag('recency.180d', '91–180 天前购买', '90–180 days ago', stopped(order, '180d', '90d')),
    tag('recency.older', '180 天未购', 'More than 180 days ago', quietFor(order, '180d')),
  ],
}

export const frequency: LibraryDimension = {
  key: 'frequency',
  title: { en: 'Order frequency', zh: '购买频次' },
  colour: 'amber',
  tags: [
    tag('frequency.once', '近一年购买 1 次', 'One order in a year', times(order, 'eq', 1, '365d')),
    tag(
      'frequency.few',
      '近一年购买 2–4 次',
      '2–4 orders in a year',
      all(times(order, 'gte', 2, '365d'), times(order, 'lte', 4, '365d')),
    ),
    tag('frequency.many', '近一年购买 5 次以上', '5 or more orders in a year', times(order, 'gte', 5, '365d')),
    tag('frequency.quarter-3', '季度三购', '3 orders in 90 days', did(order, '90d', 3)),
    tag('frequency.monthly', '月月复购', 'Buys every month', regularly(order, '30d', 6, 5), {
      en: 'In 5 of the last 6 periods of 30 days',
      zh: '最近 6 个 30 天周期中至少 5 个有购买',
    }),
    tag('frequency.habit', '稳定复购', 'Buys regularly', regularly(order, '30d', 4, 3), {
      en: 'In 3 of the last 4 periods of 30 days',
      zh: '最近 4 个 30 天周期中至少 3 个有购买',
    }),
    tag('frequency.same-week', '一周内复购', 'Twice in a week', did(order, '7d', 2)),
  ],
}

export const value: LibraryDimension = {
  key: 'value',
  title: { en: 'Member value', zh: '成员价值' },
  colour: 'orange',
  tags: [
    tag('value.month-500', '月消费满 500 元', '¥500 in 30 days', spend('30d', 500)),
    tag('value.quarter-1000', '季消费满 1,000 元', '¥1,000 in 90 days', spend('90d', 1000)),
    tag('value.core', '核心成员', 'Core member', did(ANYTHING, '365d', 50), {
      en: '50 or more acts in 12 months',
      zh: '近 12 个月互动 50 次及以上',
    }),
    tag('value.potential', '潜力成员', 'Potential', all(did(order), stopped(ANYTHING, '90d', '30d')), {
      en: 'Has bought, and is silent for 30 days',
      zh: '有过购买，近 30 天沉默',
    }),
    tag('value.sleeping', '高价值沉睡', 'Valuable and asleep', all(spend('365d', 1000), not(did(order, '90d'))), {
      en: '¥1,000 or more in a year, no order in 90 days',
      zh: '年消费满 1,000 元，但 90 天未下单',
    }),
    tag('value.rising', '消费升温', 'Warming up', all(did(order, '30d', 2), times(order, 'lte', 2, '180d')), {
      en: 'Two orders in 30 days, and none in the 150 days before',
      zh: '近 30 天购买 2 次，此前 150 天未购买',
    }),
    tag(
      'value.talks-and-buys',
      '互动型买家',
      'Talks and buys',
      all(did(order, '90d'), did(['post.created', 'answer.created', 'comment.created'], '90d', 3)),
      { en: 'Bought and contributed 3 times in 90 days', zh: '近 90 天有购买，且发言 3 次及以上' },
    ),
    tag(
      'value.talks-only',
      '只互动未购买',
      'Talks and never bought',
      all(did(['post.created', 'answer.created', 'comment.created'], '90d', 3), not(did(order))),
      { en: 'Contributed 3 times in 90 days, never bought', zh: '近 90 天发言 3 次及以上，从未购买' },
    ),
    tag(
      'value.buys-only',
      '只购买不互动',
      'Buys and never talks',
      all(did(order, '180d'), not(did(['post.created', 'answer.created', 'comment.created'], '180d'))),
    ),
  ],
}

export const price: LibraryDimension = {
  key: 'price',
  title: { en: 'Price sensitivity', zh: '价格敏感度' },
  colour: 'orange',
  tags: [
    tag('price.basket-low', '客单 100 元以下', 'Average order under ¥100', basket('365d', 0, 100)),
    tag('price.basket-mid', '客单 100–300 元', 'Average order ¥100–300', basket('365d', 100, 300)),
    tag('price.basket-high', '客单 300–800 元', 'Average order ¥300–800', basket('365d', 300, 800)),
    tag('price.basket-top', '客单 800 元以上', 'Average order ¥800 and more', basket('365d', 800)),
    tag('price.big-order', '有单笔大额', 'One order of ¥500', bigOrder('180d', 500), {
      en: 'In the last 180 days',
      zh: '近 180 天有单笔满 500 元的订单',
    }),
    tag('price.small-often', '小单高频', 'Small and often', all(basket('180d', 0, 100), did(order, '180d', 4)), {
      en: '4 or more orders in 180 days, ¥100 or less on average',
      zh: '近 180 天购买 4 次及以上，平均客单不足 100 元',
    }),
    tag('price.coupon-lover', '用券敏感', 'Coupon lover', did('coupon.redeemed', '90d', 3)),
    tag(
      'price.coupon-idle',
      '领券不用',
      'Collects coupons, uses none',
      all(did('coupon.issued', '90d', 2), not(did('coupon.redeemed', '90d'))),
    ),
    tag('price.coupon-expired', '券常过期', 'Lets coupons expire', did('coupon.expired', '180d', 2)),
    tag('price.flash-sale', '秒杀爱好者', 'Flash-sale buyer', did('flash_sale.bought', '180d', 2)),
    tag('price.group-buy', '拼团爱好者', 'Group buyer', did('group_buy.joined', '180d', 2)),
    tag('price.group-buy-opener', '拼团发起人', 'Opens group buys', did('group_buy.opened', '180d')),
    tag(
      'price.sale-buyer',
      '促销购买者',
      'Buys in sales',
      did(['flash_sale.bought', 'group_buy.completed', 'coupon.redeemed'], '180d'),
    ),
    tag(
      'price.full',
      '正价购买',
      'Pays full price',
      all(did(order, '180d', 2), not(did(['coupon.redeemed', 'flash_sale.bought', 'group_buy.joined'], '180d'))),
    ),
    tag('price.cart-left', '加购未买', 'Left the cart', all(did('cart.added', '7d'), not(did(order, '7d')))),
  ],
}
