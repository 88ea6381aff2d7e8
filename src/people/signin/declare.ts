// The slice's name and event; the parts declare their operations with these.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { migrations, type SigninTables } from './tables.ts'

export const { event, action, query, job, timer, capability } = slice<SigninTables>()('signin', {
  layer: 'people',
  title: { en: 'Member sign-in', zh: '成员登录' },
  migrations,
})

export const emailField = z.email().max(200).toLowerCase().meta({ en: 'E-mail', zh: '邮箱' })

export const completed = event('signin.completed', {
  title: { en: 'Signed in', zh: '登录成功' },
  data: z.object({
    method: z.enum(['email']).meta({ en: 'Method', zh: '登录方式' }),
    first: z.boolean().meta({ en: 'First sign-in', zh: '首次登录' }),
  }),
})
