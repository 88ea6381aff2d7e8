import { definePage, lazily } from '../page.ts'

export const page = definePage({
  path: '/',
  title: { en: 'Overview', zh: '总览' },
  keywords: 'dashboard home kpi dau mau 首页 仪表盘 驾驶舱',
  nav: { group: 'home', order: 0, icon: 'overview' },
  needs: null,
  Component: lazily(() => import('./overview.tsx'), 'Overview'),
})
