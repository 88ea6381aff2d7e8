import { defineCard, defineScreen, lazily } from '../../portal/screen.ts'
import { CheckinCard } from './portal/checkin-card.tsx'

export const screen = defineScreen({
  path: '/check-in',
  title: { en: 'Check-in', zh: '打卡' },
  nav: { order: 10, icon: 'leaf' },
  Component: lazily(() => import('./portal/checkin.tsx'), 'Checkin'),
})

export const card = defineCard({ order: 10, Component: CheckinCard })
