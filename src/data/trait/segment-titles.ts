// What the segments of RFM are called.
import type { Text } from '#kernel/text'

export const SEGMENT_TITLES: Readonly<Record<string, Text>> = {
  champions: { en: 'Champions', zh: '重要价值客户' },
  loyal: { en: 'Loyal customers', zh: '忠诚客户' },
  potentialLoyalist: { en: 'Potential loyalists', zh: '潜力忠诚客户' },
  new: { en: 'New customers', zh: '新客户' },
  promising: { en: 'Promising', zh: '有潜力客户' },
  needAttention: { en: 'Need attention', zh: '需要关注客户' },
  aboutToSleep: { en: 'About to sleep', zh: '即将沉睡客户' },
  atRisk: { en: 'At risk', zh: '流失风险客户' },
  cannotLose: { en: 'Can’t lose them', zh: '重要挽留客户' },
  lost: { en: 'Lost', zh: '已流失客户' },
  other: { en: 'Others', zh: '其他客户' },
}
