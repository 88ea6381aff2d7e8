import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/topics',
    title: { en: 'Topics', zh: '订阅主题' },
    keywords: 'subscription newsletter opt 订阅 退订',
    nav: { group: 'data', order: 16, icon: 'bookmark' },
    needs: 'topic.read',
    Component: lazily(() => import('./console/topic-list.tsx'), 'TopicList'),
  }),
]
