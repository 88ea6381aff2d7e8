import { definePage, lazily } from '../../console/page.ts'

export const page = definePage({
  path: '/explore',
  title: { en: 'Explore', zh: '行为分析' },
  keywords: 'insight trend funnel retention path analysis 事件分析 漏斗 留存 路径 归因 热力图 分布 会话',
  nav: { group: 'data', order: 5, icon: 'chart' },
  needs: 'insight.read',
  Component: lazily(() => import('./console/explore.tsx'), 'Explore'),
})
