import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/traits',
    title: { en: 'Traits', zh: '计算属性' },
    keywords: 'computed trait score rfm radar 指标 评分 画像 雷达 消费力 四维 六维',
    nav: { group: 'data', order: 13, icon: 'chart' },
    needs: 'trait.read',
    Component: lazily(() => import('./console/trait-list.tsx'), 'TraitList'),
  }),
  definePage({
    path: '/traits/new',
    title: { en: 'New trait', zh: '新建计算属性' },
    needs: 'trait.manage',
    Component: lazily(() => import('./console/trait-edit.tsx'), 'TraitCreate'),
  }),
  definePage({
    path: '/traits/presets',
    title: { en: 'Traits ready to install', zh: '预置计算属性' },
    keywords: 'preset library 预置 四维模型 六维画像',
    needs: 'trait.read',
    Component: lazily(() => import('./console/presets.tsx'), 'Presets'),
  }),
  definePage({
    path: '/traits/$traitId',
    title: { en: 'Trait', zh: '计算属性详情' },
    needs: 'trait.read',
    Component: lazily(() => import('./console/trait-page.tsx'), 'TraitPage'),
  }),
  definePage({
    path: '/traits/$traitId/edit',
    title: { en: 'Edit trait', zh: '编辑计算属性' },
    needs: 'trait.manage',
    Component: lazily(() => import('./console/trait-edit.tsx'), 'TraitEdit'),
  }),
]
