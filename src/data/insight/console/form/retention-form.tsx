import { InputNumber } from 'antd'
import { useText } from '#web/preferences.tsx'
import { tidyBreakdown } from '../breakdown.ts'
import { BreakdownField } from '../breakdown-field.tsx'
import { ANY, matchOf, tidyMatch } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { namesIn } from '../match-names.ts'
import { type Options, PERIODS, Pick } from '../pick.tsx'
import { tellBreakdown, tellMatch, tellPeriod } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const COHORTS: Options = {
  first: { en: 'for the first time', zh: '首次' },
  recurring: { en: 'in each period anew', zh: '每个周期' },
  firstEver: { en: 'as the first thing ever', zh: '作为首个行为' },
}
const MODES: Options = {
  on: { en: 'in that period', zh: '当期回访' },
  onOrAfter: { en: 'in that period or later', zh: '当期及之后回访' },
  rolling24h: { en: 'counted in 24 hours from the start', zh: '按 24 小时滚动' },
}
const MOST_PERIODS = 60

function Form({ query, onChange }: FormProps) {
  const t = useText()
  const [start, back] = [matchOf(query.start), matchOf(query.return)]
  return (
    <>
      <MatchField
        match={start}
        label={t({ en: 'Start event', zh: '起始事件' })}
        lead={<span className="soft">{t({ en: 'Did', zh: '成员' })}</span>}
        onChange={(next) => onChange({ ...query, start: next })}
      >
        <Pick
          label={t({ en: 'Cohort', zh: '起始口径' })}
          value={String(query.cohort ?? 'first')}
          options={COHORTS}
          onChange={(cohort) => onChange({ ...query, cohort })}
        />
      </MatchField>
      <MatchField
        match={back}
        label={t({ en: 'Return event', zh: '回访事件' })}
        lead={<span className="soft">{t({ en: 'and came back with', zh: '之后回访' })}</span>}
        onChange={(next) => onChange({ ...query, return: next })}
      >
        <Pick
          label={t({ en: 'When they count', zh: '留存口径' })}
          value={String(query.mode ?? 'on')}
          options={MODES}
          onChange={(mode) => onChange({ ...query, mode })}
        />
      </MatchField>
      <div className="form-row">
        <div className="sentence">
          <span className="soft">{t({ en: 'By', zh: '周期' })}</span>
          <Pick
            label={t({ en: 'Period', zh: '周期' })}
            value={String(query.period ?? 'week')}
            options={PERIODS}
            onChange={(period) => onChange({ ...query, period })}
          />
          <span className="soft">{t({ en: 'over', zh: '观察' })}</span>
          <InputNumber
            aria-label={t({ en: 'How many periods', zh: '周期数' })}
            value={Number(query.periods ?? 8)}
            min={1}
            max={MOST_PERIODS}
            precision={0}
            controls={false}
            style={{ width: 56 }}
            onChange={(periods) => onChange({ ...query, periods: periods ?? 1 })}
          />
          <span className="soft">{t({ en: 'periods', zh: '个周期' })}</span>
        </div>
        <BreakdownField query={query} onChange={onChange} event={namesIn(start.event)} />
      </div>
    </>
  )
}

export const retentionForm: QueryForm = {
  Form,
  blank: (about) => ({ start: about, return: ANY, period: 'week', periods: 8, cohort: 'first', mode: 'on' }),
  about: (query) => matchOf(query.start),
  add: (query, event) =>
    matchOf(query.start).event === '*' ? { ...query, start: { event } } : { ...query, return: { event } },
  tidy(query) {
    const [start, back] = [tidyMatch(matchOf(query.start)), tidyMatch(matchOf(query.return))]
    return start && back ? { ...tidyBreakdown(query), start, return: back } : null
  },
  tell(query, words) {
    const { t } = words
    const cohort = COHORTS[String(query.cohort ?? 'first')]
    const mode = MODES[String(query.mode ?? 'on')]
    const [start, back] = [tellMatch(query.start, words), tellMatch(query.return, words)]
    return t({
      en: `Members who did ${start} ${cohort?.en}, ${tellPeriod(query.period, words)}, and who did ${back} ${mode?.en}${tellBreakdown(query, words)}`,
      zh: `${tellPeriod(query.period, words)}统计${cohort?.zh}${start}的成员，其后${back}（${mode?.zh}）${tellBreakdown(query, words)}`,
    })
  },
}
