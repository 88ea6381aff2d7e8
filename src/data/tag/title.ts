import type { Text } from '#kernel/text'

/** A name given in one language stands for both. */
export const textOfTitle = (given: string | Text): Text =>
  typeof given === 'string' ? { en: given, zh: given } : given

/** A key for a name nobody thought of a key for: its letters and digits, of whatever script. */
export const keyOfTitle = ({ zh }: Text): string =>
  zh
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100)
