import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Communities', zh: '所在社群' },
  order: 10,
  needs: 'community.read',
  Component: lazily(() => import('./console/member-communities.tsx'), 'MemberCommunities'),
})
