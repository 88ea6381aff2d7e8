import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/segments',
    title: { en: 'Segments', zh: '分群' },
    keywords: 'audience cohort 人群 圈选 分层',
    nav: { group: 'data', order: 10, icon: 'segment' },
    needs: 'segment.read',
    Component: lazily(() => import('./console/segment-list.tsx'), 'SegmentList'),
  }),
  definePage({
    path: '/segments/new',
    title: { en: 'New segment', zh: '新建分群' },
    needs: 'segment.manage',
    Component: lazily(() => import('./console/segment-edit.tsx'), 'SegmentCreate'),
  }),
  definePage({
    path: '/segments/compare',
    title: { en: 'Compare segments', zh: '分群对比与重叠' },
    keywords: 'overlap venn upset 交集 重叠',
    needs: 'segment.read',
    Component: lazily(() => import('./console/segment-compare.tsx'), 'SegmentCompare'),
  }),
  definePage({
    path: '/segments/$segmentId',
    title: { en: 'Segment', zh: '分群详情' },
    needs: 'segment.read',
    Component: lazily(() => import('./console/segment-page.tsx'), 'SegmentPage'),
  }),
  definePage({
    path: '/segments/$segmentId/edit',
    title: { en: 'Edit segment', zh: '编辑分群' },
    needs: 'segment.manage',
    Component: lazily(() => import('./console/segment-edit.tsx'), 'SegmentEdit'),
  }),
]
