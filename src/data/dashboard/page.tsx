import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/dashboards',
    title: { en: 'Dashboards', zh: '数据看板' },
    keywords: 'dashboard board report 看板 报表 仪表盘 大盘',
    nav: { group: 'data', order: 4, icon: 'overview' },
    needs: 'dashboard.read',
    Component: lazily(() => import('./console/dashboard-list.tsx'), 'DashboardList'),
  }),
  definePage({
    path: '/dashboards/$dashboardId',
    title: { en: 'Dashboard', zh: '看板' },
    needs: 'dashboard.read',
    Component: lazily(() => import('./console/dashboard-page.tsx'), 'DashboardPage'),
  }),
  definePage({
    path: '/dashboards/$dashboardId/add',
    title: { en: 'Add to a dashboard', zh: '加入看板' },
    needs: 'dashboard.manage',
    Component: lazily(() => import('./console/add-tile.tsx'), 'AddTile'),
  }),
  definePage({
    path: '/charts',
    title: { en: 'Saved charts', zh: '已存图表' },
    keywords: 'saved chart report 图表 报告',
    nav: { group: 'data', order: 6, icon: 'bookmark' },
    needs: 'dashboard.read',
    Component: lazily(() => import('./console/chart-list.tsx'), 'ChartList'),
  }),
  definePage({
    path: '/charts/$chartId',
    title: { en: 'Saved chart', zh: '图表详情' },
    needs: 'dashboard.read',
    Component: lazily(() => import('./console/chart-page.tsx'), 'ChartPage'),
  }),
  definePage({
    path: '/annotations',
    title: { en: 'Annotations', zh: '事件标注' },
    keywords: 'annotation campaign incident note 标注 大事记',
    nav: { group: 'data', order: 7, icon: 'flag' },
    needs: 'dashboard.read',
    Component: lazily(() => import('./console/annotation-list.tsx'), 'AnnotationList'),
  }),
  definePage({
    path: '/cockpit',
    title: { en: 'Cockpit', zh: '数据驾驶舱' },
    keywords: 'cockpit wall screen 大屏 驾驶舱 实时',
    nav: { group: 'home', order: 1, icon: 'screen' },
    needs: 'insight.read',
    Component: lazily(() => import('./console/cockpit.tsx'), 'Cockpit'),
  }),
  definePage({
    path: '/shared/$linkId',
    title: { en: 'Shared dashboard', zh: '分享的看板' },
    needs: null,
    open: true,
    Component: lazily(() => import('./console/shared.tsx'), 'SharedDashboard'),
  }),
]
