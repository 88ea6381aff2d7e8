import { ProblemAnswer } from '#web/api.ts'
import type { Text } from '#web/text.ts'

const WORDS: Record<string, { title: Text; hint: Text }> = {
  'network.unreachable': {
    title: { en: 'The server does not answer', zh: '无法连接服务器' },
    hint: { en: 'Check the network, then try again.', zh: '请检查网络后重试。' },
  },
  'access.denied': {
    title: { en: 'You do not have this permission', zh: '您没有此项权限' },
    hint: { en: 'Ask an owner to extend your role.', zh: '如需使用，请联系所有者为您的角色授权。' },
  },
  'route.unknown': {
    title: { en: 'This part is not installed', zh: '该功能尚未启用' },
    hint: { en: 'The server does not offer it yet.', zh: '服务端暂未提供该功能。' },
  },
  'service.unavailable': {
    title: { en: 'Temporarily unavailable', zh: '服务暂时不可用' },
    hint: { en: 'It usually passes within a minute. Please try again.', zh: '通常一分钟内恢复，请稍后重试。' },
  },
}

/** What went wrong and what to do, for people; never a stack or a code alone. */
export function explainProblem(error: unknown, t: (text: Text) => string): { title: string; hint: string } {
  if (!(error instanceof ProblemAnswer))
    return {
      title: t({ en: 'This page ran into a fault', zh: '页面出现异常' }),
      hint: t({ en: 'Reload it. If it stays, tell the administrator.', zh: '请刷新重试；如仍出现，请联系管理员。' }),
    }
  const words = WORDS[error.code]
  const fields = error.errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join('; ')
  return {
    title: error.title || (words ? t(words.title) : t({ en: 'That did not work', zh: '操作未成功' })),
    hint: [error.detail, fields].filter(Boolean).join(' ') || (words ? t(words.hint) : ''),
  }
}
