import { slice } from '#kernel/capability'
import { migrations, type SqlTables } from './tables.ts'

export const { action, query, capability } = slice<SqlTables>()('sql', {
  layer: 'data',
  title: { en: 'SQL', zh: 'SQL 查询' },
  rights: {
    'sql.run': {
      title: { en: 'Ask the warehouse in SQL, without changing anything', zh: '使用只读 SQL 查询数据' },
      roles: ['analyst'],
    },
  },
  migrations,
})
