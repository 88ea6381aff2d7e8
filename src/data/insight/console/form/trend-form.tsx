import { Button, Checkbox, Input } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../../console/icon.tsx'
import type { InsightQuery } from '../../../../console/insight/answer.ts'
import { MEASURE_TITLES, needsField } from '../../../../console/insight/measure.ts'
import { type Path, pathText } from '../../../segment/console/draft.ts'
import { tidyBreakdown } from '../breakdown.ts'
import { BreakdownField } from '../breakdown-field.tsx'
import { drop, matchOf, tidyMatch } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { namesIn } from '../match-names.ts'
import { type Measured, MeasureField } from '../measure-field.tsx'
import { INTERVALS, Pick } from '../pick.tsx'
import { ReorderList } from '../reorder-list.tsx'
import { tellBreakdown, tellMatch, tellPeriod } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const MOST_SERIES = 10
const MOST_FORMULAS = 5

interface Series extends Measured {
  name?: string
}
interface Formula {
  name: string
  expression: string
}
const seriesOf = (query: InsightQuery): readonly Series[] =>
  Array.isArray(query.series) && query.series.length > 0 ? (query.series as Series[]) : [{ event: '*' }]
const formulasOf = (query: InsightQuery): readonly Formula[] =>
  Array.isArray(query.formulas) ? (query.formulas as Formula[]) : []

/** A, B, C …: how formulas call the series. */
const letter = (i: number) => String.fromCharCode(65 + i)
const EXPRESSION = /^[A-J0-9.\s+\-*/()]+$/

function Form({ query, onChange }: FormProps) {
  const t = useText()
  const series = seriesOf(query)
  const formulas = formulasOf(query)
  const setSeries = (list: readonly Series[]) => onChange({ ...query, series: list })
  const setFormulas = (list: readonly Formula[]) =>
    onChange(list.length > 0 ? { ...query, formulas: list } : drop(query, 'formulas'))
  const first = series[0]
  return (
    <>
      <ReorderList items={series} onChange={setSeries} noun={t({ en: 'series', zh: '指标' })} mark={letter} least={1}>
        {(one, i, end) => (
          <MatchField
            match={one}
            label={t({ en: `Events of series ${letter(i)}`, zh: `指标 ${letter(i)} 的事件` })}
            end={end}
            onChange={(next) => setSeries(series.with(i, next))}
          >
            <MeasureField match={one} onChange={(next) => setSeries(series.with(i, next))} />
          </MatchField>
        )}
      </ReorderList>
      {formulas.map((formula, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: formulas have no identity but their place
        <div className="sentence" key={i}>
          <span className="match-letter">=</span>
          <Input
            aria-label={t({ en: `Formula ${i + 1}`, zh: `公式 ${i + 1}` })}
            placeholder="A / B * 100"
            value={formula.expression}
            maxLength={200}
            status={formula.expression && !EXPRESSION.test(formula.expression) ? 'error' : ''}
            style={{ width: 170 }}
            onChange={(e) => setFormulas(formulas.with(i, { ...formula, expression: e.target.value }))}
          />
          <Input
            aria-label={t({ en: `Name of formula ${i + 1}`, zh: `公式 ${i + 1} 名称` })}
            placeholder={t({ en: 'Its name', zh: '公式名称' })}
            value={formula.name}
            maxLength={80}
            style={{ width: 150 }}
            onChange={(e) => setFormulas(formulas.with(i, { ...formula, name: e.target.value }))}
          />
          <Button
            type="text"
            size="small"
            icon={<Icon name="close" size={13} />}
            aria-label={t({ en: `Remove formula ${i + 1}`, zh: `移除公式 ${i + 1}` })}
            onClick={() => setFormulas(formulas.toSpliced(i, 1))}
          />
        </div>
      ))}
      <div className="sentence">
        <Button
          type="text"
          size="small"
          icon={<Icon name="plus" size={14} />}
          disabled={series.length >= MOST_SERIES}
          onClick={() => setSeries([...series, { event: '*', measure: 'members' }])}
        >
          {t({ en: 'Series', zh: '添加指标' })}
        </Button>
        <Button
          type="text"
          size="small"
          icon={<Icon name="plus" size={14} />}
          disabled={formulas.length >= MOST_FORMULAS}
          onClick={() => setFormulas([...formulas, { name: '', expression: '' }])}
        >
          {t({ en: 'Formula', zh: '添加公式' })}
        </Button>
      </div>
      <div className="form-row">
        <BreakdownField query={query} onChange={onChange} event={first ? namesIn(first.event) : []} />
        <div className="sentence">
          <span className="soft">{t({ en: 'By', zh: '粒度' })}</span>
          <Pick
            label={t({ en: 'Interval', zh: '时间粒度' })}
            value={String(query.interval ?? 'day')}
            options={INTERVALS}
            onChange={(interval) => onChange({ ...query, interval })}
          />
          <Checkbox
            checked={query.compare === true}
            onChange={(e) => onChange(e.target.checked ? { ...query, compare: true } : drop(query, 'compare'))}
          >
            {t({ en: 'Compare with the period before', zh: '对比上一周期' })}
          </Checkbox>
        </div>
      </div>
    </>
  )
}

/** A series that says what it measures; of which field, where it has to. */
const isMeasured = (s: Series) => !needsField(s.measure ?? 'total') || pathText(s.of as Path) !== ''

export const trendForm: QueryForm = {
  Form,
  blank: (about) => ({ series: [{ ...about, measure: 'members' }], interval: 'day' }),
  about: (query) => matchOf(seriesOf(query)[0]),
  add(query, event) {
    const series = seriesOf(query)
    const isFirst = series.length === 1 && series[0]?.event === '*'
    const one = { event, measure: series[0]?.measure ?? 'members' }
    return { ...query, series: isFirst ? [one] : [...series, one].slice(0, MOST_SERIES) }
  },
  tidy(query) {
    const series = seriesOf(query)
      .map((s) => tidyMatch(s))
      .filter((s) => s !== null)
    if (series.length === 0 || !series.every(isMeasured)) return null
    const formulas = formulasOf(query)
      .filter((f) => f.expression.trim() !== '' && EXPRESSION.test(f.expression))
      .map((f) => ({ ...f, name: f.name.trim() || f.expression }))
    return { ...tidyBreakdown(drop(query, 'formulas')), series, ...(formulas.length > 0 ? { formulas } : {}) }
  },
  tell(query, words) {
    const { t } = words
    const one = (s: Series) => {
      const measure = s.measure ?? 'total'
      const title = MEASURE_TITLES[measure] ?? { en: measure, zh: measure }
      const of = needsField(measure) ? (words.fieldTitle?.(s.event, pathText(s.of)) ?? pathText(s.of)) : ''
      return t({
        en: `${title.en}${of ? ` ${of}` : ''} of ${tellMatch(s, words)}`,
        zh: `${tellMatch(s, words)}的${of ? `「${of}」` : ''}${title.zh}`,
      })
    }
    const list = seriesOf(query)
      .map(one)
      .join(t({ en: '; ', zh: '；' }))
    const compared = query.compare ? t({ en: ', against the period before', zh: '，并对比上一周期' }) : ''
    return `${list}${t({ en: ', ', zh: '，' })}${tellPeriod(query.interval, words)}${tellBreakdown(query, words)}${compared}`
  },
}
