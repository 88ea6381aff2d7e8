import type { Item } from '#web/api.ts'
import type { Text } from '#web/text.ts'

export type Tag = Item<'tag.list'>
type Colour = Tag['colour']
type Application = Item<'tag.members'>

export const COLOUR_TITLES: Record<Colour, Text> = {
  grey: { en: 'Grey', zh: '灰色' },
  red: { en: 'Red', zh: '红色' },
  orange: { en: 'Orange', zh: '橙色' },
  amber: { en: 'Amber', zh: '琥珀色' },
  green: { en: 'Green', zh: '绿色' },
  teal: { en: 'Teal', zh: '青色' },
  blue: { en: 'Blue', zh: '蓝色' },
  violet: { en: 'Violet', zh: '紫色' },
  pink: { en: 'Pink', zh: '粉色' },
}

export const KIND_TITLES: Record<Tag['kind'], Text> = {
  fixed: { en: 'fixed', zh: '固定' },
  dynamic: { en: 'dynamic', zh: '动态' },
}

export const SOURCE_TITLES: Record<Application['sources'][number], Text> = {
  operator: { en: 'by staff', zh: '人工' },
  import: { en: 'import', zh: '导入' },
  journey: { en: 'journey', zh: '旅程' },
  api: { en: 'API', zh: 'API' },
}

export const VERIFICATION_TITLES: Record<Application['verification'], Text> = {
  unverified: { en: 'not verified', zh: '未核验' },
  confirmed: { en: 'confirmed', zh: '已确认' },
  disputed: { en: 'disputed', zh: '存疑' },
}
export const VERIFICATION_LOOK: Record<Application['verification'], string> = {
  unverified: 'pill',
  confirmed: 'pill good',
  disputed: 'pill bad',
}

type Job = Item<'tag.jobs'>
export const JOB_TITLES: Record<Job['kind'], Text> = {
  apply: { en: 'Tagging', zh: '打标' },
  remove: { en: 'Taking off', zh: '去标' },
  merge: { en: 'Merging', zh: '合并' },
  delete: { en: 'Deleting', zh: '删除' },
}
export const STATE_TITLES: Record<Job['state'], Text> = {
  waiting: { en: 'waiting', zh: '排队中' },
  running: { en: 'running', zh: '进行中' },
  done: { en: 'done', zh: '已完成' },
  failed: { en: 'failed', zh: '失败' },
  cancelled: { en: 'stopped', zh: '已停止' },
}
export const isOpen = (state: Job['state']) => state === 'waiting' || state === 'running'

type LibraryState = Item<'tag.library'>['state']
export const LIBRARY_TITLES: Record<LibraryState, Text> = {
  installed: { en: 'installed', zh: '已安装' },
  ready: { en: 'ready', zh: '可安装' },
  asked: { en: 'installs by itself', zh: '待自动安装' },
  waiting: { en: 'waiting', zh: '待上线' },
}
export const LIBRARY_LOOK: Record<LibraryState, string> = {
  installed: 'pill good',
  ready: 'pill info',
  asked: 'pill warn',
  waiting: 'pill',
}

export const pathOf = (key: string) => `/tags/${encodeURIComponent(key)}`
