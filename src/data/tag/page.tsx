import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/tags',
    title: { en: 'Tags', zh: '标签' },
    keywords: 'label dimension 打标 维度 画像',
    nav: { group: 'data', order: 12, icon: 'tag' },
    needs: 'tag.read',
    Component: lazily(() => import('./console/tag-list.tsx'), 'TagList'),
  }),
  definePage({
    path: '/new-tag',
    title: { en: 'New tag', zh: '新建标签' },
    needs: 'tag.manage',
    Component: lazily(() => import('./console/tag-edit.tsx'), 'TagCreate'),
  }),
  definePage({
    path: '/tag-library',
    title: { en: 'Library of tags', zh: '预置标签库' },
    keywords: 'starter template preset 模板 预置',
    needs: 'tag.read',
    Component: lazily(() => import('./console/tag-library.tsx'), 'TagLibrary'),
  }),
  definePage({
    path: '/tags/$tagKey',
    title: { en: 'Tag', zh: '标签详情' },
    needs: 'tag.read',
    Component: lazily(() => import('./console/tag-page.tsx'), 'TagPage'),
  }),
  definePage({
    path: '/tags/$tagKey/edit',
    title: { en: 'Edit tag', zh: '编辑标签' },
    needs: 'tag.manage',
    Component: lazily(() => import('./console/tag-edit.tsx'), 'TagEdit'),
  }),
]
