import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/metrics',
    title: { en: 'Metrics', zh: '指标' },
    keywords: 'metric kpi semantic definition measure 口径 指标 语义层 数据字典',
    nav: { group: 'data', order: 14, icon: 'flag' },
    needs: 'metric.read',
    Component: lazily(() => import('./console/metric-list.tsx'), 'MetricList'),
  }),
  definePage({
    path: '/metrics/new',
    title: { en: 'New metric', zh: '新建指标' },
    needs: 'metric.manage',
    Component: lazily(() => import('./console/metric-edit.tsx'), 'MetricCreate'),
  }),
  definePage({
    path: '/metrics/presets',
    title: { en: 'Metrics ready to install', zh: '预置指标' },
    keywords: 'preset starter 预置 初始指标',
    needs: 'metric.read',
    Component: lazily(() => import('./console/presets.tsx'), 'MetricPresets'),
  }),
  definePage({
    path: '/metrics/$metricKey',
    title: { en: 'Metric', zh: '指标详情' },
    needs: 'metric.read',
    Component: lazily(() => import('./console/metric-page.tsx'), 'MetricPage'),
  }),
  definePage({
    path: '/metrics/$metricKey/edit',
    title: { en: 'Edit metric', zh: '编辑指标' },
    needs: 'metric.manage',
    Component: lazily(() => import('./console/metric-edit.tsx'), 'MetricEdit'),
  }),
]
