import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/events',
    title: { en: 'Events', zh: '事件' },
    keywords: 'debugger tracking live 埋点 调试 行为',
    nav: { group: 'data', order: 20, icon: 'event' },
    needs: 'event.read',
    Component: lazily(() => import('./console/event-page.tsx'), 'EventPage'),
  }),
]
