import { ProblemAnswer } from '#web/api.ts'
import type { Text } from '#web/text.ts'

const WORDS: Readonly<Record<string, { title: Text; hint: Text }>> = {
  'network.unreachable': {
    title: { en: 'You seem to be offline', zh: '网络好像断开了' },
    hint: { en: 'Check your connection, then try again.', zh: '请检查网络连接后重试。' },
  },
  'service.unavailable': {
    title: { en: 'Back in a moment', zh: '稍等片刻' },
    hint: { en: 'The service is taking a short break. Please try again.', zh: '服务正在恢复，请稍后重试。' },
  },
}
const FAULT = {
  title: { en: 'Something went wrong', zh: '出了点小问题' },
  hint: { en: 'Please try again.', zh: '请重试一次。' },
}

/** What went wrong and what to do, for members. */
export function explain(error: unknown, t: (text: Text) => string): { title: string; hint: string } {
  const problem = error instanceof ProblemAnswer ? error : null
  const words = (problem && WORDS[problem.code]) ?? FAULT
  if (!problem?.title || WORDS[problem.code]) return { title: t(words.title), hint: t(words.hint) }
  return { title: problem.title, hint: problem.detail ?? '' }
}
