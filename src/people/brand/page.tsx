import { definePage, lazily } from '../../console/page.ts'

export const page = definePage({
  path: '/brand',
  title: { en: 'Brand', zh: '品牌设置' },
  keywords: 'settings timezone currency 时区 货币 设置',
  nav: { group: 'settings', order: 60, icon: 'settings' },
  needs: 'brand.manage',
  Component: lazily(() => import('./console/brand-form.tsx'), 'BrandForm'),
})
