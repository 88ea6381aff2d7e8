import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/communities',
    title: { en: 'Communities', zh: '社群' },
    keywords: 'groups 群 圈子',
    nav: { group: 'people', order: 20, icon: 'community' },
    needs: 'community.read',
    Component: lazily(() => import('./console/community-list.tsx'), 'CommunityList'),
  }),
  definePage({
    path: '/communities/$communityId',
    title: { en: 'Community', zh: '社群详情' },
    needs: 'community.read',
    Component: lazily(() => import('./console/community-page.tsx'), 'CommunityPage'),
  }),
]
