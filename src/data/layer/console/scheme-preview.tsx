import { useEffect, useMemo, useState } from 'react'
import type { Input } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Definition } from '../../../console/explained.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import { LayerMark } from './layer-mark.tsx'
import { layersOf, type SchemeDraft } from './scheme-draft.ts'

/** The warehouse is asked once writing has paused for this long. */
const PAUSE_MS = 600

/** How many each layer would hold, and against the saved scheme who would come and go. */
export function SchemePreview({ draft, id }: { draft: SchemeDraft; id: string | undefined }) {
  const t = useText()
  const format = useFormat()
  // Names and colours do not change who is in a layer: only what does is asked about anew.
  const wanted = useMemo(() => {
    const layers = layersOf(draft)?.map(({ key, name, condition }) => ({ key, name, condition }))
    return layers ? JSON.stringify({ ...(id ? { id } : {}), layers }) : null
  }, [draft, id])
  const [asked, setAsked] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [wanted])
  const preview = useCall('layer.preview', asked === null ? null : (JSON.parse(asked) as Input<'layer.preview'>), {
    placeholderData: (before) => before,
  })
  const title = t({ en: 'Sizes now', zh: '当前人数' })
  return (
    <aside className="card layer-edit-side" aria-live="polite">
      <header>
        <h2>{title}</h2>
        <Definition of={title}>
          {t({
            en: 'Members known now, each in the first layer whose condition holds. + and − are against the saved scheme.',
            zh: '此刻已知成员，每人归入第一个满足条件的层级；+ / − 为较已保存方案的变化。',
          })}
        </Definition>
      </header>
      {asked === null ? (
        <p className="soft">
          {t({
            en: 'Give each layer a name and complete its conditions to see its size.',
            zh: '为每一层填好名称和条件后，这里会显示各层人数。',
          })}
        </p>
      ) : preview.error ? (
        <Failed compact error={preview.error} />
      ) : !preview.data ? (
        <Loading rows={4} />
      ) : (
        <div className="stack" aria-busy={preview.isPlaceholderData || asked !== wanted}>
          {preview.data.moving === null ? null : (
            <p>
              {preview.data.moving === 0
                ? t({ en: 'Nobody changes layers.', zh: '没有成员会变更层级。' })
                : t({
                    en: `${format.number(preview.data.moving)} members change layers when this is saved.`,
                    zh: `保存后将有 ${format.number(preview.data.moving)} 位成员变更层级。`,
                  })}
            </p>
          )}
          <ul className="stack tight">
            {preview.data.layers.map((l, i) => (
              <li key={l.key} className="row between">
                <LayerMark name={l.name} colour={draft.layers[i]?.colour ?? 'grey'} />
                <span className="tabular">
                  {l.gain ? <span className="layer-gain small">{`+${format.number(l.gain)} `}</span> : null}
                  {l.lose ? <span className="layer-lose small">{`−${format.number(l.lose)} `}</span> : null}
                  <strong>{format.number(l.size)}</strong>{' '}
                  <span className="faint small">{l.share === null ? '' : format.percent(l.share)}</span>
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </aside>
  )
}
