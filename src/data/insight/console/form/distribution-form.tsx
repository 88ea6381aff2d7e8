import { InputNumber } from 'antd'
import { useText } from '#web/preferences.tsx'
import { needsField } from '../../../../console/insight/measure.ts'
import { pathText } from '../../../segment/console/draft.ts'
import { ownMatch, tidyOwn } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { type Measured, MeasureField } from '../measure-field.tsx'
import type { Options } from '../pick.tsx'
import { tellMatch } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const MEASURES: Options = {
  count: { en: 'times', zh: '次数' },
  days: { en: 'active days', zh: '活跃天数' },
  sum: { en: 'sum of', zh: '总和' },
  avg: { en: 'average of', zh: '均值' },
  min: { en: 'smallest', zh: '最小值' },
  max: { en: 'largest', zh: '最大值' },
}
const MOST_BINS = 50
const BINS = 12

function Form({ query, onChange }: FormProps) {
  const t = useText()
  const match = { event: '*', ...query } as Measured
  return (
    <MatchField
      match={match}
      label={t({ en: 'Events', zh: '事件' })}
      lead={<span className="soft">{t({ en: 'Members by', zh: '成员按' })}</span>}
      onChange={(next) => onChange({ ...next })}
    >
      <MeasureField match={match} options={MEASURES} first="count" onChange={(next) => onChange({ ...next })} />
      <span className="soft">{t({ en: 'in', zh: '分为' })}</span>
      <InputNumber
        aria-label={t({ en: 'How many bars', zh: '区间数' })}
        value={Number(query.bins ?? BINS)}
        min={2}
        max={MOST_BINS}
        precision={0}
        controls={false}
        style={{ width: 52 }}
        onChange={(bins) => onChange({ ...query, bins: bins ?? BINS })}
      />
      <span className="soft">{t({ en: 'ranges', zh: '个区间' })}</span>
    </MatchField>
  )
}

export const distributionForm: QueryForm = {
  Form,
  blank: (about) => ({ ...about, measure: 'count', bins: BINS }),
  about: ownMatch,
  add: (query, event) => ({ ...query, event }),
  tidy: (query) =>
    needsField(String(query.measure ?? '')) && pathText(query.of as string | undefined) === '' ? null : tidyOwn(query),
  tell(query, words) {
    const measure = MEASURES[String(query.measure ?? 'count')]
    const of = query.of ? (words.fieldTitle?.(query.event, pathText(query.of)) ?? pathText(query.of)) : ''
    return words.t({
      en: `Members by ${measure?.en}${of ? ` ${of}` : ''} of ${tellMatch(ownMatch(query), words)}`,
      zh: `成员按${tellMatch(ownMatch(query), words)}的${of ? `「${of}」` : ''}${measure?.zh}分布`,
    })
  },
}
