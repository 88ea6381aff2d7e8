import { definePage, lazily } from '../../console/page.ts'

export const page = definePage({
  path: '/sql',
  title: { en: 'SQL', zh: 'SQL 查询' },
  keywords: 'sql clickhouse query select 取数 数据查询',
  nav: { group: 'data', order: 30, icon: 'columns' },
  needs: 'sql.run',
  Component: lazily(() => import('./console/sql-page.tsx'), 'SqlPage'),
})
