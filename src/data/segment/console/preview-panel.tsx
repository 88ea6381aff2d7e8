import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Input } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from '../../../console/avatar.tsx'
import { Definition } from '../../../console/explained.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import { describe } from './describe.ts'
import { type Draft, gaps, tidy } from './draft.ts'
import { useWords } from './use-words.ts'

/** The warehouse is asked once typing has paused for this long. */
const PAUSE_MS = 400

type Wanted = Input<'segment.preview'>['definition']

/** How many and who, while the definition is written. */
export function PreviewPanel({ draft, segmentId }: { draft: Draft; segmentId?: string }) {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  const [asked, setAsked] = useState(draft)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(draft), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft])
  const definition = tidy(asked)
  const unfinished = gaps(asked)
  const preview = useCall('segment.preview', definition ? { definition: definition as Wanted, limit: 8 } : null, {
    placeholderData: (before) => before,
  })
  const change = useCall(
    'segment.preview_change',
    definition && segmentId ? { id: segmentId, definition: definition as Wanted } : null,
    { placeholderData: (before) => before },
  )
  const title = t({ en: 'Size now', zh: '当前人数' })
  return (
    <aside className="card segment-preview" aria-live="polite">
      <header>
        <div className="grow">
          <h2>{title}</h2>
          <Definition of={title}>
            {t({
              en: 'Known members, merged identities counted once, for whom the definition holds at this moment.',
              zh: '此刻满足条件的已知成员数，合并身份计为一人。',
            })}
          </Definition>
        </div>
      </header>
      {definition === null ? (
        <p className="soft">
          {t({ en: 'Complete a condition to see who meets it.', zh: '填好一个条件后，这里会显示符合的人数与样例。' })}
        </p>
      ) : preview.error ? (
        <Failed compact error={preview.error} />
      ) : !preview.data ? (
        <Loading rows={4} />
      ) : (
        <div className={preview.isPlaceholderData ? 'is-stale stack' : 'stack'}>
          <div>
            <div className="segment-count tabular">{format.number(preview.data.count)}</div>
            {change.data && segmentId ? (
              <p className="small tabular">
                <span className="kpi-up">{`+${format.number(change.data.gain)}`}</span>
                {' / '}
                <span className="kpi-down">{`−${format.number(change.data.lose)}`}</span>{' '}
                <span className="faint">{t({ en: 'against the saved definition', zh: '较已保存的条件' })}</span>
              </p>
            ) : null}
          </div>
          <p className="soft small">{describe(definition, words)}</p>
          {preview.data.sample.length > 0 ? (
            <ul className="stack tight">
              {preview.data.sample.map((m) => (
                <li key={m.memberId}>
                  <Link to={`/members/${m.memberId}`} target="_blank" className="row">
                    <Avatar name={m.name ?? m.externalId ?? '?'} id={m.memberId} size={24} />
                    <span className="clip">{m.name ?? m.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })}</span>
                  </Link>
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      )}
      {unfinished > 0 && definition ? (
        <p className="small segment-gaps">
          {t({
            en: `${unfinished} unfinished condition(s) are not counted yet.`,
            zh: `有 ${unfinished} 个条件未填完，暂未计入。`,
          })}
        </p>
      ) : null}
    </aside>
  )
}
