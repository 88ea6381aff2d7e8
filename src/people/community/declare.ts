// The slice's name, rights and events; the parts declare their operations with these.
import { z } from 'zod'
import { type FactChange, slice } from '#kernel/capability'
import {
  ADMISSIONS,
  COMMUNITY_ROLES,
  COMMUNITY_TYPES,
  type CommunityRole,
  type CommunityTables,
  type MembershipState,
  migrations,
} from './tables.ts'

export const { event, action, query, capability } = slice<CommunityTables>()('community', {
  layer: 'people',
  title: { en: 'Community', zh: '社群' },
  rights: {
    'community.read': {
      title: { en: 'See communities', zh: '查看社群' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store', 'member'],
    },
    'community.manage': { title: { en: 'Create and edit communities', zh: '创建与编辑社群' }, roles: ['manager'] },
    'community.moderate': {
      title: { en: 'Manage who is in a community', zh: '管理社群成员' },
      roles: ['manager', 'moderator'],
    },
    'community.join': { title: { en: 'Join and leave communities', zh: '加入与退出社群' }, roles: ['member'] },
  },
  migrations,
})

export const typeField = z.enum(COMMUNITY_TYPES).meta({ en: 'Type', zh: '类型' })
export const admissionField = z.enum(ADMISSIONS).meta({ en: 'Admission', zh: '准入方式' })
export const roleField = z.enum(COMMUNITY_ROLES).meta({ en: 'Role', zh: '角色' })
export const reasonField = z.string().trim().min(1).max(500).meta({ en: 'Reason', zh: '原因' })

interface AboutMembership {
  communityId: string
  timestamp: Date
}
/** What conditions can ask of a membership: `community:<id>` holds its state, role and when it began. */
const membership = (
  { communityId }: AboutMembership,
  state: MembershipState,
  role: CommunityRole,
  joinedAt: string,
): readonly FactChange[] => [{ key: `community:${communityId}`, value: { state, role, joinedAt } }]

const standing = { role: roleField, joinedAt: z.iso.datetime().meta({ en: 'Joined at', zh: '加入时间' }) }

export const created = event('community.created', {
  title: { en: 'Community created', zh: '社群已创建' },
  data: z.object({ name: z.string(), type: typeField, admission: admissionField }),
})
export const updated = event('community.updated', {
  title: { en: 'Community changed', zh: '社群信息已修改' },
  data: z.object({ changed: z.array(z.string()) }),
})
export const archived = event('community.archived', {
  title: { en: 'Community archived', zh: '社群已归档' },
  data: z.object({}),
})
export const joined = event('community.joined', {
  title: { en: 'Joined a community', zh: '加入社群' },
  data: z.object({
    ...standing,
    via: z.enum(['open', 'invitation', 'added']).meta({ en: 'How', zh: '加入途径' }),
  }),
  facts: (e) => membership(e, 'active', e.data.role, e.data.joinedAt),
})
export const left = event('community.left', {
  title: { en: 'Left a community', zh: '退出社群' },
  data: z.object(standing),
  facts: (e) => membership(e, 'left', e.data.role, e.data.joinedAt),
})
export const roleChanged = event('community.role_changed', {
  title: { en: 'Role in a community changed', zh: '社群角色变更' },
  data: z.object({ ...standing, from: roleField }),
  facts: (e) => membership(e, 'active', e.data.role, e.data.joinedAt),
})
export const memberRemoved = event('community.member_removed', {
  title: { en: 'Removed from a community', zh: '被移出社群' },
  data: z.object({ ...standing, reason: z.string() }),
  facts: (e) => membership(e, 'removed', e.data.role, e.data.joinedAt),
})
export const banned = event('community.banned', {
  title: { en: 'Banned from a community', zh: '被社群封禁' },
  data: z.object({ ...standing, reason: z.string() }),
  facts: (e) => membership(e, 'banned', e.data.role, e.data.joinedAt),
})
export const rulesPublished = event('community.rules_published', {
  title: { en: 'Community rules published', zh: '群规已发布' },
  data: z.object({ version: z.int() }),
})
export const rulesAcknowledged = event('community.rules_acknowledged', {
  title: { en: 'Acknowledged the community rules', zh: '确认群规' },
  data: z.object({ version: z.int() }),
})
