import { defineCard, defineScreen, lazily } from '../../portal/screen.ts'
import { LocationCard } from './portal/location-card.tsx'

export const screen = defineScreen({
  path: '/me/location',
  title: { en: 'My location', zh: '我的位置' },
  Component: lazily(() => import('./portal/location.tsx'), 'MyLocation'),
})

export const card = defineCard({ order: 38, Component: LocationCard })
