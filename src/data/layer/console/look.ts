import { useCallback } from 'react'
import type { Output } from '#web/api.ts'
import { usePreferences } from '#web/preferences.tsx'
import { SERIES } from '#web/theme.ts'

export type Scheme = Output<'layer.get'>
export type Layer = Scheme['layers'][number]
export type Colour = Layer['colour']

/** In the order of the series colours of the charts. */
export const COLOURS = {
  green: { en: 'Green', zh: '绿' },
  orange: { en: 'Orange', zh: '橙' },
  blue: { en: 'Blue', zh: '蓝' },
  pink: { en: 'Pink', zh: '粉' },
  lime: { en: 'Lime', zh: '黄绿' },
  violet: { en: 'Violet', zh: '紫' },
  grey: { en: 'Grey', zh: '灰' },
} as const satisfies Record<Colour, { en: string; zh: string }>
export const COLOUR_NAMES = Object.keys(COLOURS) as Colour[]

/** Where members come from that were not known at the start of a flow. */
export const NOT_HERE = { en: 'Not here yet', zh: '尚未加入' }

/** A layer's colour in the present theme. */
export function useColour(): (colour: Colour) => string {
  const { theme } = usePreferences()
  return useCallback((colour) => SERIES[theme][COLOUR_NAMES.indexOf(colour)] ?? 'currentColor', [theme])
}
