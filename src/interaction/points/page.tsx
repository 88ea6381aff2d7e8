import { definePage, lazily } from '../../console/page.ts'

export const page = definePage({
  path: '/points-rules',
  title: { en: 'Rules of points', zh: '积分规则' },
  keywords: 'points expiry limit settings 积分 有效期 限额 设置',
  nav: { group: 'interaction', order: 30, icon: 'points' },
  needs: 'points.read',
  Component: lazily(() => import('./console/points-rules.tsx'), 'PointsRules'),
})
