import { Problem } from '#kernel/problem'

/** A statement that is not taken, with the reason and the place in it where there is one. */
export const refused = (en: string, zh: string, at?: number): Problem =>
  new Problem('sql.refused', 400, {
    detail: at === undefined ? { en, zh } : { en: `${en} (position ${at + 1})`, zh: `${zh}（第 ${at + 1} 个字符）` },
  })
