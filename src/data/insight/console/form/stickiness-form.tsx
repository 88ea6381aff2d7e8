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
      label={t({ en: 'What counts as active', zh: '活跃事件' })}
      lead={<span className="soft">{t({ en: 'Active is', zh: '活跃指' })}</span>}
      onChange={(next) => onChange({ ...next })}
    >
      <span className="soft">{t({ en: 'by', zh: '按' })}</span>
      <Pick
        label={t({ en: 'Period', zh: '周期' })}
        value={String(query.interval ?? 'day')}
        options={PERIODS}
        onChange={(interval) => onChange({ ...query, interval })}
      />
    </MatchField>
  )
}

export const stickinessForm: QueryForm = {
  Form,
  blank: (about) => ({ ...about, interval: 'day' }),
  about: ownMatch,
  add: (query, event) => ({ ...query, event }),
  tidy: tidyOwn,
  tell: (query, words) =>
    words.t({
      en: `How many periods members did ${tellMatch(ownMatch(query), words)} in, ${tellPeriod(query.interval, words)}`,
      zh: `${tellPeriod(query.interval, words)}统计成员${tellMatch(ownMatch(query), words)}的活跃周期数`,
    }),
}
