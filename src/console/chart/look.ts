// What all pictures by ECharts have in common: hairline grid, no axis lines, tooltips of the house.
import { useMemo } from 'react'
import { type Format, useFormat } from '#web/format.ts'
import { usePreferences } from '#web/preferences.tsx'
import { PALETTES, type Palette, SERIES } from '#web/theme.ts'

export interface Look {
  palette: Palette
  series: readonly string[]
  format: Format
  text: { color: string; fontSize: number; fontFamily: string }
}

export function useLook(): Look {
  const { theme } = usePreferences()
  const format = useFormat()
  return useMemo(() => {
    const palette = PALETTES[theme]
    const fontFamily = getComputedStyle(document.body).fontFamily
    return { palette, series: SERIES[theme], format, text: { color: palette.inkFaint, fontSize: 11, fontFamily } }
  }, [theme, format])
}

/** Series beyond the palette repeat its colours with another dash and mark. */
export const colourOf = (look: Pick<Look, 'series'>, i: number): string => look.series[i % look.series.length] ?? ''
const DASHES = ['solid', 'dashed', 'dotted'] as const
export const dashOf = (look: Pick<Look, 'series'>, i: number) =>
  DASHES[Math.floor(i / look.series.length) % 3] ?? 'solid'
/** Lines are told apart by their marks, too. */
const MARKS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle'] as const
export const markOf = (i: number) => MARKS[i % MARKS.length] ?? 'circle'

export const common = ({ series }: Look) => ({
  animationDuration: 300,
  color: [...series],
})

export const tooltip = ({ palette, text }: Look) => ({
  backgroundColor: palette.raised,
  borderColor: palette.line,
  textStyle: { ...text, color: palette.ink, fontSize: 12 },
  axisPointer: { lineStyle: { color: palette.lineStrong, type: 'dashed' as const }, shadowStyle: { opacity: 0.4 } },
  confine: true,
})

export const categoryAxis = ({ palette, text }: Look, data: readonly string[], boundaryGap: boolean) => ({
  type: 'category' as const,
  data: [...data],
  boundaryGap,
  axisLine: { lineStyle: { color: palette.line } },
  axisTick: { show: false },
  axisLabel: { ...text, hideOverlap: true, margin: 10 },
})

export const valueAxis = ({ palette, text }: Look, shown: (n: number) => string) => ({
  type: 'value' as const,
  splitNumber: 4,
  axisLabel: { ...text, formatter: shown },
  splitLine: { lineStyle: { color: palette.line } },
})

/** Text for a tooltip, which is written as HTML. */
export const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
