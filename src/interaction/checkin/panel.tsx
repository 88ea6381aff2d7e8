import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Check-ins', zh: '打卡' },
  order: 30,
  needs: 'checkin.read',
  Component: lazily(() => import('./console/member-checkins.tsx'), 'MemberCheckins'),
})
