import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/lists',
    title: { en: 'Static lists', zh: '静态名单' },
    keywords: 'list upload csv 名单 上传 白名单 黑名单',
    nav: { group: 'data', order: 14, icon: 'list' },
    needs: 'list.read',
    Component: lazily(() => import('./console/list-index.tsx'), 'ListIndex'),
  }),
  definePage({
    path: '/lists/new',
    title: { en: 'New list', zh: '新建名单' },
    needs: 'list.manage',
    Component: lazily(() => import('./console/list-upload.tsx'), 'ListNew'),
  }),
  definePage({
    path: '/lists/$listId',
    title: { en: 'Static list', zh: '名单详情' },
    needs: 'list.read',
    Component: lazily(() => import('./console/list-page.tsx'), 'ListPage'),
  }),
  definePage({
    path: '/lists/$listId/upload',
    title: { en: 'Upload to a list', zh: '上传名单' },
    needs: 'list.manage',
    Component: lazily(() => import('./console/list-upload.tsx'), 'ListUpload'),
  }),
]
