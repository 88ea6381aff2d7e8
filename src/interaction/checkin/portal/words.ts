import type { Text } from '#web/text.ts'

/** What the day earns, or earned. */
export function rewardText(status: { done: boolean; points: number } | undefined, t: (text: Text) => string): string {
  if (!status) return ''
  const { done, points } = status
  const some = points === 1 ? '1 point' : `${points} points`
  return done
    ? t({ en: `${some} earned today`, zh: `今日已得 ${points} 积分` })
    : t({ en: `${some} for today`, zh: `今日可得 ${points} 积分` })
}
