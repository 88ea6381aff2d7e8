import { definePage, lazily } from '../../console/page.ts'

export const pages = [
  definePage({
    path: '/operators',
    title: { en: 'Operators', zh: '运营人员' },
    keywords: 'team staff accounts invite 团队 账号 邀请',
    nav: { group: 'settings', order: 70, icon: 'operator' },
    needs: 'operator.read',
    Component: lazily(() => import('./console/operator-list.tsx'), 'OperatorList'),
  }),
  definePage({
    path: '/roles',
    title: { en: 'Roles and rights', zh: '角色权限' },
    keywords: 'permission access 权限 角色',
    nav: { group: 'settings', order: 71, icon: 'shield' },
    needs: 'operator.read',
    Component: lazily(() => import('./console/role-matrix.tsx'), 'RoleMatrix'),
  }),
  definePage({
    path: '/keys',
    title: { en: 'API keys', zh: 'API 密钥' },
    keywords: 'token secret 接口 密钥',
    nav: { group: 'settings', order: 72, icon: 'key' },
    needs: 'key.manage',
    Component: lazily(() => import('./console/key-list.tsx'), 'KeyList'),
  }),
  definePage({
    path: '/audit',
    title: { en: 'Audit log', zh: '审计日志' },
    keywords: 'history who did 操作记录',
    nav: { group: 'settings', order: 73, icon: 'audit' },
    needs: 'audit.read',
    Component: lazily(() => import('./console/audit-list.tsx'), 'AuditList'),
  }),
  definePage({
    path: '/account',
    title: { en: 'Your account', zh: '我的账号' },
    keywords: 'password two factor sessions 密码 两步验证 登录设备',
    needs: null,
    Component: lazily(() => import('./console/account.tsx'), 'Account'),
  }),
]
