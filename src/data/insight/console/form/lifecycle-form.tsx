import { useText } from '#web/preferences.tsx'
import { describeDuration } from '../../../segment/console/describe.ts'
import { DurationField } from '../../../segment/console/duration-field.tsx'
import { ownMatch, tidyOwn } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { PERIODS, Pick } from '../pick.tsx'
import { tellMatch, tellPeriod } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const LOST_AFTER = '90d'

function Form({ query, onChange }: FormProps) {
  const t = useText()
  return (
    <>
      <MatchField
        match={{ event: '*', ...query }}
        label={t({ en: 'What counts as active', zh: '活跃事件' })}
        lead={<span className="soft">{t({ en: 'Active is', zh: '活跃指' })}</span>}
        onChange={(next) => onChange({ ...next })}
      />
      <div className="sentence">
        <span className="soft">{t({ en: 'By', zh: '周期' })}</span>
        <Pick
          label={t({ en: 'Period', zh: '周期' })}
          value={String(query.period ?? 'day')}
          options={PERIODS}
          onChange={(period) => onChange({ ...query, period })}
        />
        <span className="soft">{t({ en: 'lost after silence of', zh: '连续沉默达到以下天数视为流失' })}</span>
        <DurationField
          label={t({ en: 'Lost after', zh: '流失阈值' })}
          value={String(query.lostAfter ?? LOST_AFTER)}
          calendar={false}
          onChange={(lostAfter) => onChange({ ...query, lostAfter })}
        />
      </div>
    </>
  )
}

/** Whole days, as the question takes them. */
const inDays = (text: string): string => {
  const [, n = '90', unit] = /^(\d+)(d|w)$/.exec(text) ?? []
  return unit === 'w' ? `${Number(n) * 7}d` : `${n}d`
}

export const lifecycleForm: QueryForm = {
  Form,
  blank: (about) => ({ ...about, period: 'week', lostAfter: LOST_AFTER }),
  about: ownMatch,
  add: (query, event) => ({ ...query, event }),
  tidy(query) {
    const tidied = tidyOwn(query)
    return tidied && { ...tidied, lostAfter: inDays(String(query.lostAfter ?? LOST_AFTER)) }
  },
  tell: (query, words) =>
    words.t({
      en: `New, returning, resurrected, dormant and lost members of ${tellMatch(ownMatch(query), words)}, ${tellPeriod(query.period, words)}; lost after ${describeDuration(String(query.lostAfter ?? LOST_AFTER), words.t)}`,
      zh: `${tellPeriod(query.period, words)}统计${tellMatch(ownMatch(query), words)}的新增、持续、回流、沉默与流失成员，沉默 ${describeDuration(String(query.lostAfter ?? LOST_AFTER), words.t)}视为流失`,
    }),
}
