import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { LayerMark } from './layer-mark.tsx'
import type { Layer, Scheme } from './look.ts'

/** The layer the address names, else the first one. */
export function useChosenLayer(scheme: Scheme): Layer {
  const [url] = useUrlState()
  const [first] = scheme.layers
  if (!first) throw new Error('a scheme has layers')
  return scheme.layers.find((l) => l.key === url.layer) ?? first
}

/** One of the scheme's layers, kept in the address; a list below begins anew. */
export function LayerChoice({ scheme }: { scheme: Scheme }) {
  const t = useText()
  const format = useFormat()
  const [, set] = useUrlState()
  const chosen = useChosenLayer(scheme)
  return (
    <fieldset className="bare layer-choice" aria-label={t({ en: 'Layer', zh: '层级' })}>
      {scheme.layers.map((layer) => (
        <button
          key={layer.key}
          type="button"
          className="bare layer-option"
          aria-pressed={layer === chosen}
          onClick={() => set({ layer: layer.key, cursor: null, page: null })}
        >
          <LayerMark name={layer.name} colour={layer.colour} />
          <span className="faint small tabular">{format.number(layer.size)}</span>
        </button>
      ))}
    </fieldset>
  )
}
