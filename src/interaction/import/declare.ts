// The slice's name and rights; the parts declare their operations with these.
import { slice } from '#kernel/capability'
import { type ImportTables, migrations } from './tables.ts'

export const { action, query, job, timer, capability } = slice<ImportTables>()('import', {
  layer: 'interaction',
  title: { en: 'Import', zh: '数据导入' },
  rights: { 'import.run': { title: { en: 'Import data', zh: '导入数据' }, roles: ['manager'] } },
  migrations,
})

/** An import writes for members of every community: a caller who sees only some may not. */
export const NARROWED = {
  'import.narrowed_scope': {
    status: 403,
    title: { en: 'Only who sees all members may import', zh: '仅可查看全部成员的人员可以导入' },
  },
} as const
