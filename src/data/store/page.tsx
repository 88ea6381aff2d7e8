import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/stores',
    title: { en: 'Stores', zh: '门店' },
    keywords: 'store shop branch location geo lbs 门店 网点 位置 附近',
    nav: { group: 'data', order: 17, icon: 'pin' },
    needs: 'store.read',
    Component: lazily(() => import('./console/store-list.tsx'), 'StoreList'),
  }),
]
