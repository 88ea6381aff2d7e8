import { defineCard, defineNotices, defineScreen, lazily } from '../../portal/screen.ts'
import { PointsCard } from './portal/points-card.tsx'

export const screen = defineScreen({
  path: '/points',
  title: { en: 'Points', zh: '积分' },
  Component: lazily(() => import('./portal/points.tsx'), 'Points'),
})

export const card = defineCard({ order: 20, Component: PointsCard })

export const notices = defineNotices({
  'points.awarded': ({ points }) =>
    typeof points === 'number'
      ? { en: points === 1 ? '+1 point' : `+${points} points`, zh: `+${points} 积分到账` }
      : null,
})
