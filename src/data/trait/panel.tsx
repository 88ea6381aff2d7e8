import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Portrait and traits', zh: '画像与计算属性' },
  order: 5,
  needs: 'trait.read',
  Component: lazily(() => import('./console/member-traits.tsx'), 'MemberTraits'),
})
