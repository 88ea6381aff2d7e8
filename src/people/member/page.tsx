import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/members',
    title: { en: 'Members', zh: '成员' },
    keywords: 'people users customers 用户 客户 会员',
    nav: { group: 'people', order: 10, icon: 'member' },
    needs: 'member.read',
    Component: lazily(() => import('./console/member-list.tsx'), 'MemberList'),
  }),
  definePage({
    path: '/members/$memberId',
    title: { en: 'Member 360', zh: '客户360°视图' },
    needs: 'member.read',
    Component: lazily(() => import('./console/member-page.tsx'), 'MemberPage'),
  }),
  definePage({
    path: '/duplicates',
    title: { en: 'Possible duplicates', zh: '疑似重复成员' },
    keywords: 'merge 合并 去重',
    needs: 'member.read',
    Component: lazily(() => import('./console/duplicate-list.tsx'), 'DuplicateList'),
  }),
]
