import { useText } from '#web/preferences.tsx'
import { ownMatch, tidyOwn } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { PERIODS, Pick } from '../pick.tsx'
import { tellMatch, tellPeriod } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

function Form({ query, onChange }: FormProps) {
  const t = useText()
  return (
    <MatchField
      match={{ event: '*', ...query }}
      label={t({ en: 'Sessions in which happened', zh: '会话包含的事件' })}
      lead={<span className="soft">{t({ en: 'Sessions with', zh: '包含以下行为的会话' })}</span>}
      onChange={(next) => onChange({ ...next })}
    >
      <span className="soft">{t({ en: 'by', zh: '按' })}</span>
      <Pick
        label={t({ en: 'Interval', zh: '时间粒度' })}
        value={String(query.interval ?? 'day')}
        options={PERIODS}
        onChange={(interval) => onChange({ ...query, interval })}
      />
    </MatchField>
  )
}

export const sessionsForm: QueryForm = {
  Form,
  blank: (about) => ({ ...about, interval: 'day' }),
  about: ownMatch,
  add: (query, event) => ({ ...query, event }),
  tidy: tidyOwn,
  tell: (query, words) =>
    words.t({
      en: `Sessions with ${tellMatch(ownMatch(query), words)}, ${tellPeriod(query.interval, words)}`,
      zh: `${tellPeriod(query.interval, words)}统计包含${tellMatch(ownMatch(query), words)}的会话`,
    }),
}
