import { slice } from '#kernel/capability'
import { type ActivityTables, migrations, warehouse } from './activity/tables.ts'

export const declared = slice<ActivityTables>()('insight', {
  layer: 'data',
  title: { en: 'Insights', zh: '分析' },
  rights: {
    'insight.read': {
      title: { en: 'See insights', zh: '查看分析' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
  },
  migrations,
  warehouse,
})
