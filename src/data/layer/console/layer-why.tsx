import { Why } from '../../segment/console/why.tsx'
import { LayerChoice, useChosenLayer } from './layer-choice.tsx'
import type { Scheme } from './look.ts'
import '../../segment/console/segment.css'
import './layer.css'

/** Why one member is in a layer or not. */
export function LayerWhy({ scheme }: { scheme: Scheme }) {
  const { segmentId } = useChosenLayer(scheme)
  return (
    <div className="stack">
      <LayerChoice scheme={scheme} />
      {segmentId ? (
        <div className="layer-why">
          <Why key={segmentId} id={segmentId} />
        </div>
      ) : null}
    </div>
  )
}
