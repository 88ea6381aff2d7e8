import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Avatar } from '../../../console/avatar.tsx'
import { Definition } from '../../../console/explained.tsx'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import { describe } from './describe.ts'
import { type Draft, gaps } from './draft.ts'
import { PartSizes } from './part-sizes.tsx'
import { SaveListDialog } from './save-list-dialog.tsx'
import type { useSize, Wanted } from './use-size.ts'
import { useWords } from './use-words.ts'

/** How many and who, while the definition is written. */
export function PreviewPanel({ draft, size }: { draft: Draft; size: ReturnType<typeof useSize> }) {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  const { may } = useSession()
  const [saving, setSaving] = useState(false)
  const { definition, preview, everybody, change, flaws } = size
  const unfinished = gaps(draft)
  const title = t({ en: 'Size now', zh: '当前人数' })
  const found = preview.data
  return (
    <aside className="card segment-preview" aria-label={title}>
      <header>
        <div className="grow">
          <h2>{title}</h2>
          <Definition of={title}>
            {t({
              en: 'Known members, merged identities counted once, for whom the definition holds at this moment. The share is of all members you may see.',
              zh: '此刻满足条件的已知成员数，合并身份计为一人。占比的分母为您可见的全部成员。',
            })}
          </Definition>
        </div>
      </header>
      {definition === null ? (
        <p className="soft">
          {t({ en: 'Complete a condition to see who meets it.', zh: '填好一个条件后，这里会显示符合的人数与样例。' })}
        </p>
      ) : preview.error ? (
        flaws.size > 0 ? (
          <p className="notice-danger" role="alert">
            {t({
              en: 'A condition cannot be read; it is marked on the left.',
              zh: '有条件填写有误，已在对应条件处标出。',
            })}
          </p>
        ) : (
          <Failed compact error={preview.error} retry={() => void preview.refetch()} />
        )
      ) : !found ? (
        <Loading rows={4} />
      ) : (
        <div className="stack" aria-busy={preview.isPlaceholderData}>
          <div>
            <p className="segment-count tabular" role="status">
              {format.number(found.count)}
              <span className="sr-only">{t({ en: ' members', zh: ' 人' })}</span>
              {preview.isPlaceholderData ? (
                <span className="pill info segment-asking">{t({ en: 'counting…', zh: '正在计算' })}</span>
              ) : null}
            </p>
            {everybody ? (
              <p className="soft small tabular">
                {t({
                  en: `${format.percent(found.count / everybody)} of ${format.number(everybody)} members`,
                  zh: `占全部 ${format.number(everybody)} 位成员的 ${format.percent(found.count / everybody)}`,
                })}
              </p>
            ) : null}
            {change.data ? (
              <p className="small tabular" aria-busy={change.isPlaceholderData}>
                {change.data.gain + change.data.lose === 0 ? (
                  <span className="faint">
                    {t({ en: 'the same members as the saved definition', zh: '与已保存的条件人群一致' })}
                  </span>
                ) : (
                  <>
                    <span className="kpi-up">{`+${format.number(change.data.gain)}`}</span>
                    {' / '}
                    <span className="kpi-down">{`−${format.number(change.data.lose)}`}</span>{' '}
                    <span className="faint">{t({ en: 'against the saved definition', zh: '较已保存的条件' })}</span>
                  </>
                )}
              </p>
            ) : null}
          </div>
          <p className="soft small">{describe(definition, words)}</p>
          {size.isAnswered ? <PartSizes definition={definition} everybody={everybody} /> : null}
          {found.sample.length > 0 ? (
            <div className="stack tight">
              <h3>{t({ en: 'For example', zh: '其中包括' })}</h3>
              <ul className="stack tight">
                {found.sample.map((m) => (
                  <li key={m.memberId}>
                    <Link to={`/members/${m.memberId}`} target="_blank" className="row">
                      <Avatar name={m.name ?? m.externalId ?? '?'} id={m.memberId} size={24} />
                      <span className="clip">{m.name ?? m.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ) : (
            <p className="soft small">
              {t({ en: 'Nobody meets this at the moment.', zh: '目前没有成员符合，可放宽时间或数值再看。' })}
            </p>
          )}
          {may('list.manage') && found.count > 0 ? (
            <Button icon={<Icon name="list" />} disabled={preview.isPlaceholderData} onClick={() => setSaving(true)}>
              {t({ en: 'Keep them as a list', zh: '存为静态名单' })}
            </Button>
          ) : null}
          <SaveListDialog
            of={{ definition: definition as Wanted }}
            size={found.count}
            suggested={t({ en: 'Preview', zh: '预览人群' })}
            open={saving}
            close={() => setSaving(false)}
          />
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
