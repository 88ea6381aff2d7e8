import { definePage, lazily } from '../page.ts'

export const page = definePage({
  path: '/health',
  title: { en: 'System health', zh: '系统健康' },
  keywords: 'status monitoring conservation 状态 监控 事件守恒',
  nav: { group: 'settings', order: 80, icon: 'health' },
  needs: 'health.read',
  Component: lazily(() => import('./health.tsx'), 'Health'),
})
