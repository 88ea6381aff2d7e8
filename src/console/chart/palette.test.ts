// What charts are told apart by is not colour alone; where it is colour, everybody can see it.
import { expect, test } from 'vitest'
import { PALETTES, SERIES, type Theme } from '../../web/theme.ts'
import { heatOf } from './heat.ts'

type Rgb = readonly [number, number, number]
const rgb = (hex: string): Rgb => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255) as unknown as Rgb
const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
const times = (m: readonly Rgb[], v: Rgb): Rgb =>
  m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Rgb

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear light. */
const DEFICIENCIES: Readonly<Record<string, readonly Rgb[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
}

/** CIE Lab under D65. */
function lab(light: Rgb): Rgb {
  const [x, y, z] = times(
    [
      [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
    ],
    light,
  ).map((v) => (v > 0.008856 ? Math.cbrt(Math.max(v, 0)) : 7.787 * v + 16 / 116)) as unknown as Rgb
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
const far = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
const luminance = (colour: Rgb) => {
  const [r, g, b] = colour.map(linear) as unknown as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const between = (a: Rgb, b: Rgb) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
const contrast = (a: string, b: string) => between(rgb(a), rgb(b))
/** `color-mix(in srgb, a part, b)`. */
const mixed = (a: string, part: number, b: string) =>
  rgb(a).map((c, i) => c * part + (rgb(b)[i] ?? 0) * (1 - part)) as unknown as Rgb

/** Twice what is just noticed side by side; marks, dashes and patterns tell apart what comes nearer. */
const LEAST_FAR = 5

test.each(['light', 'dark'] as const)(
  'series of the %s theme stand out from the ground and from their neighbours',
  (theme: Theme) => {
    for (const colour of SERIES[theme]) expect(contrast(colour, PALETTES[theme].surface)).toBeGreaterThanOrEqual(3)
    for (const seen of Object.values(DEFICIENCIES)) {
      const labs = SERIES[theme].map((c) => lab(times(seen, rgb(c).map(linear) as unknown as Rgb)))
      for (const [i, a] of labs.entries()) {
        const b = labs[i + 1]
        if (b) expect(far(a, b)).toBeGreaterThan(LEAST_FAR)
      }
    }
  },
)

test.each(['light', 'dark'] as const)('every shade of a table of the %s theme can be read on', (theme: Theme) => {
  const { accent, sunken, ink, onAccent } = PALETTES[theme]
  for (let percent = 0; percent <= 100; percent++) {
    const { className, style } = heatOf(percent / 100)
    const ground = mixed(accent, Number.parseInt((style as { '--heat': string })['--heat'], 10) / 100, sunken)
    const text = className.includes('is-deep') ? onAccent : ink
    expect(between(ground, rgb(text)), `${percent} %`).toBeGreaterThanOrEqual(4.5)
  }
})
