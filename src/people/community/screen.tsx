import { defineCard, defineScreen, lazily } from '../../portal/screen.ts'
import { CommunityCard } from './portal/community-card.tsx'

export const screens = [
  defineScreen({
    path: '/communities',
    title: { en: 'Community', zh: '社群' },
    nav: { order: 20, icon: 'people' },
    open: true,
    Component: lazily(() => import('./portal/communities.tsx'), 'Communities'),
  }),
  defineScreen({
    path: '/communities/$communityId',
    title: { en: 'Community', zh: '社群详情' },
    open: true,
    Component: lazily(() => import('./portal/community-view.tsx'), 'CommunityView'),
  }),
]

export const card = defineCard({ order: 40, open: true, Component: CommunityCard })
