import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Points', zh: '积分' },
  order: 20,
  needs: 'points.view',
  Component: lazily(() => import('./console/member-points.tsx'), 'MemberPoints'),
})
