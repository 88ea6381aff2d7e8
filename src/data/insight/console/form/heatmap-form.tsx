import { useText } from '#web/preferences.tsx'
import { ownMatch, tidyOwn } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { type Options, Pick } from '../pick.tsx'
import { tellMatch } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const MEASURES: Options = { total: { en: 'times', zh: '次数' }, members: { en: 'members', zh: '人数' } }

function Form({ query, onChange }: FormProps) {
  const t = useText()
  return (
    <MatchField
      match={{ event: '*', ...query }}
      label={t({ en: 'Events', zh: '事件' })}
      lead={<span className="soft">{t({ en: 'When', zh: '事件' })}</span>}
      onChange={(next) => onChange({ ...next })}
    >
      <Pick
        label={t({ en: 'What is measured', zh: '度量方式' })}
        value={String(query.measure ?? 'total')}
        options={MEASURES}
        onChange={(measure) => onChange({ ...query, measure })}
      />
    </MatchField>
  )
}

export const heatmapForm: QueryForm = {
  Form,
  blank: (about) => ({ ...about, measure: 'total' }),
  about: ownMatch,
  add: (query, event) => ({ ...query, event }),
  tidy: tidyOwn,
  tell: (query, words) =>
    words.t({
      en: `${query.measure === 'members' ? 'Members' : 'Times'} of ${tellMatch(ownMatch(query), words)} by weekday and hour`,
      zh: `${tellMatch(ownMatch(query), words)}按星期与小时的${query.measure === 'members' ? '人数' : '次数'}`,
    }),
}
