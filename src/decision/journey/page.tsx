import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/journeys',
    title: { en: 'Journeys', zh: '自动化旅程' },
    keywords: 'automation workflow trigger 自动化 触发 流程',
    nav: { group: 'decision', order: 10, icon: 'journey' },
    needs: 'journey.read',
    Component: lazily(() => import('./console/journey-list.tsx'), 'JourneyList'),
  }),
  definePage({
    path: '/journeys/$journeyId',
    title: { en: 'Journey', zh: '旅程详情' },
    needs: 'journey.read',
    Component: lazily(() => import('./console/journey-page.tsx'), 'JourneyPage'),
  }),
]
