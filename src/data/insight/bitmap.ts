// Members as sets of bits: what is counted once a period can be united over any periods without counting anew. Events
// carry identity numbers; today's member of a number is looked up only for the few numbers that were ever merged.
import { rootOf } from '#data/segment'
import type { Sheet } from './sheet.ts'

/** SQL of a bitmap of numbers as the bitmap of their members. */
export function rootsSql(sheet: Pick<Sheet, 'root'>, bits: string): string {
  if (sheet.root === 'member') return bits
  const aliased = '(SELECT groupBitmapState(toUInt32(number)) FROM aliases)'
  return `bitmapOr(bitmapAndnot(${bits}, ${aliased}),
    bitmapBuild(arrayMap(n_ -> ${rootOf('n_')}, bitmapToArray(bitmapAnd(${bits}, ${aliased})))))`
}

/** SQL of a bitmap of numbers without those of erased members, and of those who are on their way out. */
export const presentSql = (bits: string): string =>
  `bitmapAnd(${bits}, (SELECT bitmapAndnot((SELECT groupBitmapState(number) FROM members),
    (SELECT groupBitmapState(member) FROM facts WHERE key = 'erased'))))`

/** SQL of a bitmap of members without those the sheet does not count. */
export const amongSql = (sheet: Pick<Sheet, 'among'>, bits: string): string =>
  sheet.among.reduce(
    (all, select) => `bitmapAnd(${all}, (SELECT groupBitmapState(number) FROM members WHERE number IN (${select})))`,
    bits,
  )
