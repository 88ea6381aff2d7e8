import type { CSSProperties } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { type Colour, useColour } from './look.ts'
import './layer.css'

export const colourStyle = (colour: string) => ({ '--layer': colour }) as CSSProperties

/** A layer's name behind a dot of its colour. */
export function LayerMark({ name, colour }: { name: Text; colour: Colour }) {
  const t = useText()
  const colourOf = useColour()
  return (
    <span className="layer-mark" style={colourStyle(colourOf(colour))}>
      {t(name)}
    </span>
  )
}

interface Part {
  key: string
  name: Text
  colour: Colour
  size: number
  share: number | null
}

/** Everybody as one bar, cut into layers. */
export function LayerBar({ layers }: { layers: readonly Part[] }) {
  const t = useText()
  const format = useFormat()
  const colourOf = useColour()
  const words = layers.map((l) => `${t(l.name)} ${l.share === null ? '–' : format.percent(l.share)}`)
  return (
    <span className="layer-bar" role="img" aria-label={words.join(t({ en: ', ', zh: '，' }))} title={words.join('\n')}>
      {layers.map((l) => (
        <span
          key={l.key}
          style={{ ...colourStyle(colourOf(l.colour)), flexGrow: l.size }}
          hidden={l.size === 0}
          aria-hidden="true"
        />
      ))}
    </span>
  )
}
