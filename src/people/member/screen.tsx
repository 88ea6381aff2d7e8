import { defineCard, defineScreen, lazily } from '../../portal/screen.ts'
import { NameCard } from './portal/name-card.tsx'

export const screens = [
  defineScreen({
    path: '/me',
    title: { en: 'Me', zh: '我的' },
    nav: { order: 40, icon: 'person' },
    Component: lazily(() => import('./portal/me.tsx'), 'MyProfile'),
  }),
  defineScreen({
    path: '/me/edit',
    title: { en: 'Edit my profile', zh: '编辑资料' },
    Component: lazily(() => import('./portal/edit-me.tsx'), 'EditMe'),
  }),
  defineScreen({
    path: '/me/known',
    title: { en: 'What is known of me', zh: '关于我的信息' },
    Component: lazily(() => import('./portal/known.tsx'), 'Known'),
  }),
]

export const card = defineCard({ order: 35, Component: NameCard })
