import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Tags', zh: '标签' },
  order: 5,
  needs: 'tag.read',
  Component: lazily(() => import('./console/member-tags.tsx'), 'MemberTags'),
})
