import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Messages', zh: '触达记录' },
  order: 40,
  needs: 'message.list',
  Component: lazily(() => import('./console/member-messages.tsx'), 'MemberMessages'),
})
