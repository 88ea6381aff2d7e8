import type { Text } from '#kernel/text'

const ENGLISH = new Intl.PluralRules('en')

/** “1 point expires on …”; number and day as the reader writes them. */
export const expiryWords = (points: number, shown: string, day: string): Text => ({
  en: `${shown} ${ENGLISH.select(points) === 'one' ? 'point expires' : 'points expire'} on ${day}`,
  zh: `${shown} 积分将于 ${day}到期`,
})
