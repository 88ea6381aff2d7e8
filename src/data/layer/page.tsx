import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/layers',
    title: { en: 'Layers', zh: '分层' },
    keywords: 'layers tiers value activity lifecycle pyramid sankey 分层 价值 活跃 生命周期 金字塔 流转',
    nav: { group: 'data', order: 14, icon: 'columns' },
    needs: 'layer.read',
    Component: lazily(() => import('./console/scheme-list.tsx'), 'SchemeList'),
  }),
  definePage({
    path: '/layers/new',
    title: { en: 'New layer scheme', zh: '新建分层方案' },
    needs: 'layer.manage',
    Component: lazily(() => import('./console/scheme-edit.tsx'), 'SchemeCreate'),
  }),
  definePage({
    path: '/layers/$schemeId',
    title: { en: 'Layer scheme', zh: '分层方案详情' },
    needs: 'layer.read',
    Component: lazily(() => import('./console/scheme-page.tsx'), 'SchemePage'),
  }),
  definePage({
    path: '/layers/$schemeId/edit',
    title: { en: 'Edit layer scheme', zh: '编辑分层方案' },
    needs: 'layer.manage',
    Component: lazily(() => import('./console/scheme-edit.tsx'), 'SchemeEdit'),
  }),
]
