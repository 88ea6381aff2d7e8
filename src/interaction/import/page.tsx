import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/imports',
    title: { en: 'Imports', zh: '数据导入' },
    keywords: 'csv xlsx excel upload 上传 表格',
    nav: { group: 'data', order: 40, icon: 'import' },
    needs: 'import.run',
    Component: lazily(() => import('./console/import-list.tsx'), 'ImportList'),
  }),
  definePage({
    path: '/imports/new',
    title: { en: 'New import', zh: '新建导入' },
    needs: 'import.run',
    Component: lazily(() => import('./console/import-new.tsx'), 'ImportNew'),
  }),
  definePage({
    path: '/imports/$importId',
    title: { en: 'Import', zh: '导入详情' },
    needs: 'import.run',
    Component: lazily(() => import('./console/import-page.tsx'), 'ImportPage'),
  }),
]
