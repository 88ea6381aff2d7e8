import { slice } from '#kernel/capability'

export const declared = slice()('insight', {
  layer: 'data',
  title: { en: 'Insights', zh: '分析' },
  rights: {
    'insight.read': {
      title: { en: 'See insights', zh: '查看分析' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
  },
})
