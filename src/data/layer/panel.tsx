import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Layers', zh: '分层' },
  order: 15,
  needs: 'layer.read',
  Component: lazily(() => import('./console/member-layers.tsx'), 'MemberLayers'),
})
