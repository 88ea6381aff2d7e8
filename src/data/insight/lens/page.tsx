import { definePage, lazily } from '../../../console/page.ts'

export const page = definePage({
  path: '/lenses',
  title: { en: 'Community lenses', zh: '社群洞察' },
  keywords:
    'lens depth response gini gravity orbit graph health network 参与深度 响应 未回应 贡献 集中度 基尼 关系网 引力 健康度',
  nav: { group: 'data', order: 6, icon: 'eye' },
  needs: 'insight.read',
  Component: lazily(() => import('../console/lens/lens-page.tsx'), 'LensPage'),
})
