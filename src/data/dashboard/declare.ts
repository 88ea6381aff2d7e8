// The slice's head and the fields its operations share.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { type DashboardTables, migrations } from './tables.ts'

/** Roles that show a dashboard to whoever has no account, from the start. */
export const SHARERS = ['manager', 'analyst'] as const

export const { action, query, job, timer, capability } = slice<DashboardTables>()('dashboard', {
  layer: 'data',
  title: { en: 'Dashboards', zh: '数据看板' },
  nouns: ['chart', 'annotation', 'cockpit'],
  rights: {
    'dashboard.read': {
      title: { en: 'See dashboards, saved charts and annotations', zh: '查看看板、已存图表与事件标注' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'dashboard.manage': {
      title: {
        en: 'Make and change dashboards, saved charts and annotations',
        zh: '创建与修改看板、已存图表与事件标注',
      },
      roles: ['manager', 'content', 'analyst'],
    },
    'dashboard.share': {
      title: { en: 'Share dashboards by link and by e-mail', zh: '通过链接与邮件对外分享看板' },
      roles: SHARERS,
    },
  },
  migrations,
})

export const id = z.uuid()
export const when = z.iso.datetime()
export const name = z.string().trim().min(1).max(100).meta({ en: 'Name', zh: '名称' })
export const description = z.string().trim().max(1000).meta({ en: 'Description', zh: '说明' })
export const version = z.int().min(1).meta({ en: 'Version that was changed', zh: '所修改的版本' })
export const search = z.string().trim().max(100)

export const like = (text: string) => `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`

/** Somebody else saved in between: their work is not written over. */
export const changed = {
  status: 409,
  title: {
    en: 'Somebody else has saved in the meantime; load it again, then repeat your change',
    zh: '其他人已先行保存，请重新载入后再修改',
  },
} as const
