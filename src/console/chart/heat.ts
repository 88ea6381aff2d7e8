// How deep a cell of a coloured table is. Text must be read on every shade in both themes (4.5:1), and between 57 and
// 88 % of the accent neither ink nor paper can be: shares jump over that part.
import type { CSSProperties } from 'react'

const DEEP_FROM = 0.7
const LIGHTEST = 80
const DEEPEST = [88, 100] as const

/** A share from 0 to 1 as the class and the ground of its cell. */
export function heatOf(share: number): { className: string; style: CSSProperties } {
  const isDeep = share >= DEEP_FROM
  const part = Math.min(1, Math.max(0, share))
  const mix = isDeep ? DEEPEST[0] + ((part - DEEP_FROM) / (1 - DEEP_FROM)) * (DEEPEST[1] - DEEPEST[0]) : part * LIGHTEST
  return {
    className: isDeep ? 'heat is-deep' : 'heat',
    style: { '--heat': `${Math.round(mix)}%` } as CSSProperties,
  }
}
