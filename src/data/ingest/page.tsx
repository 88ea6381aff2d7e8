import { definePage, lazily } from '../../console/page.ts'

export const page = definePage({
  path: '/sources',
  title: { en: 'Sources', zh: '数据来源' },
  keywords: 'write key sdk tracking 接入 埋点 写入密钥',
  nav: { group: 'data', order: 30, icon: 'link' },
  needs: 'source.read',
  Component: lazily(() => import('./console/source-list.tsx'), 'SourceList'),
})
