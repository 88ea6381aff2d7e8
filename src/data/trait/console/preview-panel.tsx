import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from '../../../console/avatar.tsx'
import { Definition as Explained } from '../../../console/explained.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import { useSettled } from '../../segment/console/use-settled.ts'
import { type DefinitionDraft, finished } from './draft.ts'
import { useTraitWords } from './words.ts'

/** The warehouse is asked once typing has paused for this long. */
const PAUSE_MS = 400

/** Who has which value, and what a change of the definition changes, while it is written. */
export function PreviewPanel({ draft, id }: { draft: DefinitionDraft; id?: string }) {
  const t = useText()
  const format = useFormat()
  const words = useTraitWords()
  const settled = useSettled(draft, PAUSE_MS)
  const definition = finished(settled)
  const preview = useCall('trait.preview', definition && { definition, ...(id ? { id } : {}) }, {
    placeholderData: (before) => before,
  })
  const title = t({ en: 'Members with a value', zh: '有值人数' })
  const number = (n: number) => words.number(n, settled.measure)
  return (
    <aside className="card trait-preview" aria-live="polite">
      <header>
        <div className="grow">
          <h2>{title}</h2>
          <Explained of={title}>
            {t({
              en: 'Known members, merged identities counted once, who have at least one event that counts at this moment. Who has none has no value.',
              zh: '此刻至少有一个符合口径的事件的成员数，合并身份计为一人；没有相关事件的成员没有取值。',
            })}
          </Explained>
        </div>
      </header>
      {definition === null ? (
        <p className="soft">
          {t({
            en: 'Complete the sentence to see values of real members.',
            zh: '补全规则后，这里会显示真实成员的取值。',
          })}
        </p>
      ) : preview.error ? (
        <Failed compact error={preview.error} />
      ) : !preview.data ? (
        <Loading rows={4} />
      ) : (
        <div className="stack" aria-busy={preview.isPlaceholderData}>
          <div>
            <div className="trait-count tabular">{format.number(preview.data.size)}</div>
            {id ? (
              <p className="small tabular">
                {t({
                  en: `${format.number(preview.data.changed)} change, ${format.number(preview.data.gained)} gain a value, ${format.number(preview.data.lost)} lose it`,
                  zh: `较已保存：${format.number(preview.data.changed)} 人取值变化，新增 ${format.number(preview.data.gained)} 人，减少 ${format.number(preview.data.lost)} 人`,
                })}
              </p>
            ) : null}
          </div>
          {preview.data.median !== null && preview.data.min !== null && preview.data.max !== null ? (
            <p className="soft small tabular">
              {t({
                en: `From ${number(preview.data.min)} to ${number(preview.data.max)}, half below ${number(preview.data.median)}`,
                zh: `取值范围 ${number(preview.data.min)} – ${number(preview.data.max)}，中位数 ${number(preview.data.median)}`,
              })}
            </p>
          ) : null}
          <ul className="stack tight">
            {preview.data.sample.map((m) => (
              <li key={m.memberId} className="row between">
                <Link to={`/members/${m.memberId}`} target="_blank" className="row grow">
                  <Avatar name={m.name ?? m.externalId ?? '?'} id={m.memberId} size={24} />
                  <span className="clip">{m.name ?? m.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })}</span>
                </Link>
                <span className="tabular">
                  {id && m.before !== null && words.value(m.before, settled) !== words.value(m.value, settled) ? (
                    <span className="faint">{`${words.value(m.before, settled)} → `}</span>
                  ) : null}
                  {words.value(m.value, settled)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </aside>
  )
}
