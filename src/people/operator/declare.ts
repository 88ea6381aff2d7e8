// The slice's name and rights; the parts declare their operations with these.
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import type { Db } from '#kernel/host'
import { migrations, OPERATOR_ROLES, type OperatorTables } from './tables.ts'

export const { action, query, capability } = slice<OperatorTables>()('operator', {
  layer: 'people',
  title: { en: 'Operators', zh: '运营人员' },
  nouns: ['key', 'audit'],
  rights: {
    'operator.read': {
      title: { en: 'See who works here', zh: '查看运营人员' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    // Nobody but the owner from the start: whoever gives roles holds all of them in the end.
    'operator.manage': { title: { en: 'Invite operators and change roles', zh: '邀请运营人员与调整角色' }, roles: [] },
    'key.manage': { title: { en: 'Create and revoke API keys', zh: '创建与吊销 API 密钥' }, roles: ['manager'] },
    'audit.read': { title: { en: 'Read the audit log', zh: '查看审计日志' }, roles: ['manager'] },
  },
  migrations,
})

export const emailField = z.email().max(254).toLowerCase().meta({ en: 'E-mail', zh: '邮箱' })
export const nameField = z.string().trim().min(1).max(80).meta({ en: 'Name', zh: '姓名' })
/** 256: room for any passphrase; longer input is refused before it costs a hash. */
export const passwordField = z.string().min(1).max(256).meta({ en: 'Password', zh: '密码' })
export const codeField = z.string().trim().max(40).meta({ en: 'Code', zh: '验证码' })
export const linkField = z.string().min(20).max(100).meta({ en: 'One-time link', zh: '一次性链接' })
export const roleField = z.enum(OPERATOR_ROLES).meta({ en: 'Role', zh: '角色' })
export const instant = z.iso.datetime()

/** The transaction as platform functions take it. */
export const plain = (db: Kysely<OperatorTables>): Db => db as unknown as Db
