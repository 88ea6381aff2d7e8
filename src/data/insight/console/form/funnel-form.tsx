import { Button } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../../console/icon.tsx'
import type { InsightQuery } from '../../../../console/insight/answer.ts'
import { describeDuration } from '../../../segment/console/describe.ts'
import { DurationField } from '../../../segment/console/duration-field.tsx'
import { tidyBreakdown } from '../breakdown.ts'
import { BreakdownField } from '../breakdown-field.tsx'
import { ANY, drop, type Match, matchesOf, matchOf, tidyMatch } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { namesIn } from '../match-names.ts'
import { type Options, PERIODS, Pick } from '../pick.tsx'
import { ReorderList } from '../reorder-list.tsx'
import { tellBreakdown, tellMatch } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const MOST_STEPS = 10
const LEAST_STEPS = 2
const MOST_EXCLUSIONS = 5
const WINDOW = '14d'

interface Exclusion extends Match {
  from: number
  to: number
}
const stepsOf = (query: InsightQuery): readonly Match[] => {
  const steps = matchesOf(query.steps)
  return steps.length >= LEAST_STEPS ? steps : [steps[0] ?? ANY, ANY]
}
const exclusionsOf = (query: InsightQuery): readonly Exclusion[] =>
  Array.isArray(query.exclude) ? (query.exclude as Exclusion[]) : []

const ORDERS: Options = {
  ordered: { en: 'in this order', zh: '按顺序' },
  strict: { en: 'in this order, with nothing between', zh: '严格按顺序（中间无其他行为）' },
  any: { en: 'in any order', zh: '不限顺序' },
}
const COUNTS: Options = {
  member: { en: 'members, once each', zh: '成员（每人一次）' },
  conversions: { en: 'every conversion', zh: '转化次数' },
}
const TRENDS: Options = { none: { en: 'not over time', zh: '不看趋势' }, ...PERIODS }

function Form({ query, onChange }: FormProps) {
  const t = useText()
  const steps = stepsOf(query)
  const exclusions = exclusionsOf(query)
  const setSteps = (list: readonly Match[]) => onChange({ ...query, steps: list })
  const setExclusions = (list: readonly Exclusion[]) =>
    onChange(list.length > 0 ? { ...query, exclude: list } : drop(query, 'exclude'))
  const stepOptions = (from: number, to: number): Options =>
    Object.fromEntries(
      Array.from({ length: Math.max(0, to - from) }, (_, k) => [
        String(from + k),
        { en: `step ${from + k + 1}`, zh: `第 ${from + k + 1} 步` },
      ]),
    )
  const attributions: Options = {
    first: { en: 'first value', zh: '首次取值' },
    last: { en: 'last value', zh: '末次取值' },
    ...Object.fromEntries(
      steps.map((_, i) => [`step:${i}`, { en: `value of step ${i + 1}`, zh: `第 ${i + 1} 步的取值` }]),
    ),
  }
  return (
    <>
      <ReorderList items={steps} onChange={setSteps} noun={t({ en: 'step', zh: '步骤' })} least={LEAST_STEPS}>
        {(step, i, end) => (
          <MatchField
            match={step}
            label={t({ en: `Event of step ${i + 1}`, zh: `第 ${i + 1} 步事件` })}
            end={end}
            onChange={(next) => setSteps(steps.with(i, next))}
          />
        )}
      </ReorderList>
      <div className="sentence">
        <Button
          type="text"
          size="small"
          icon={<Icon name="plus" size={14} />}
          disabled={steps.length >= MOST_STEPS}
          onClick={() => setSteps([...steps, { event: '' }])}
        >
          {t({ en: 'Step', zh: '添加步骤' })}
        </Button>
        <Button
          type="text"
          size="small"
          icon={<Icon name="plus" size={14} />}
          disabled={exclusions.length >= MOST_EXCLUSIONS}
          onClick={() => setExclusions([...exclusions, { event: '', from: 0, to: steps.length - 1 }])}
        >
          {t({ en: 'Exclusion', zh: '添加排除条件' })}
        </Button>
      </div>
      {exclusions.map((one, i) => (
        <MatchField
          // biome-ignore lint/suspicious/noArrayIndexKey: exclusions have no identity but their place
          key={i}
          match={one}
          label={t({ en: `Exclusion ${i + 1}`, zh: `排除条件 ${i + 1}` })}
          lead={<span className="soft">{t({ en: 'without', zh: '期间未发生' })}</span>}
          end={
            <Button
              type="text"
              size="small"
              icon={<Icon name="close" size={13} />}
              aria-label={t({ en: `Remove exclusion ${i + 1}`, zh: `移除排除条件 ${i + 1}` })}
              onClick={() => setExclusions(exclusions.toSpliced(i, 1))}
            />
          }
          onChange={(next) => setExclusions(exclusions.with(i, next))}
        >
          <span className="soft">{t({ en: 'between', zh: '在' })}</span>
          <Pick
            label={t({ en: `Exclusion ${i + 1} from`, zh: `排除条件 ${i + 1} 起始步骤` })}
            value={String(one.from)}
            options={stepOptions(0, steps.length - 1)}
            onChange={(from) =>
              setExclusions(exclusions.with(i, { ...one, from: Number(from), to: Math.max(one.to, Number(from) + 1) }))
            }
          />
          <span className="soft">{t({ en: 'and', zh: '与' })}</span>
          <Pick
            label={t({ en: `Exclusion ${i + 1} to`, zh: `排除条件 ${i + 1} 结束步骤` })}
            value={String(Math.min(one.to, steps.length - 1))}
            options={stepOptions(one.from + 1, steps.length)}
            onChange={(to) => setExclusions(exclusions.with(i, { ...one, to: Number(to) }))}
          />
        </MatchField>
      ))}
      <div className="sentence">
        <Pick
          label={t({ en: 'Order of the steps', zh: '步骤顺序' })}
          value={String(query.order ?? 'ordered')}
          options={ORDERS}
          onChange={(order) => onChange({ ...query, order })}
        />
        <span className="soft">{t({ en: 'within', zh: '窗口期' })}</span>
        <DurationField
          label={t({ en: 'Window', zh: '窗口期' })}
          value={String(query.window ?? WINDOW)}
          calendar={false}
          onChange={(window) => onChange({ ...query, window })}
        />
        <span className="soft">{t({ en: 'counting', zh: '统计' })}</span>
        <Pick
          label={t({ en: 'What is counted', zh: '统计口径' })}
          value={String(query.countBy ?? 'member')}
          options={COUNTS}
          onChange={(countBy) => onChange({ ...query, countBy })}
        />
        <Pick
          label={t({ en: 'Conversion over time', zh: '转化率趋势' })}
          value={String(query.trend ?? 'none')}
          options={TRENDS}
          onChange={(trend) => onChange(trend === 'none' ? drop(query, 'trend') : { ...query, trend })}
        />
      </div>
      <BreakdownField
        query={query}
        onChange={onChange}
        event={steps.flatMap((s) => namesIn(s.event))}
        attributions={attributions}
      />
    </>
  )
}

export const funnelForm: QueryForm = {
  Form,
  blank: (about) => ({ steps: [about, ANY], window: WINDOW }),
  about: (query) => matchOf(stepsOf(query)[0]),
  add(query, event) {
    const steps = stepsOf(query)
    const blank = steps.findIndex((s) => s.event === '' || s.event === '*')
    const next = blank >= 0 ? steps.with(blank, { event }) : [...steps, { event }].slice(0, MOST_STEPS)
    return { ...query, steps: next }
  },
  tidy(query) {
    const steps = stepsOf(query)
      .map((s) => tidyMatch(s))
      .filter((s) => s !== null)
    if (steps.length < LEAST_STEPS) return null
    const last = steps.length - 1
    const exclude = exclusionsOf(query)
      .map((e) => tidyMatch({ ...e, to: Math.min(e.to, last) }))
      .filter((e) => e !== null && e.from < e.to)
    return { ...tidyBreakdown(drop(query, 'exclude')), steps, ...(exclude.length > 0 ? { exclude } : {}) }
  },
  tell(query, words) {
    const { t } = words
    const steps = stepsOf(query)
      .map((s) => tellMatch(s, words))
      .join(' → ')
    const order = ORDERS[String(query.order ?? 'ordered')] ?? ORDERS.ordered
    const window = describeDuration(String(query.window ?? WINDOW), t)
    return t({
      en: `${steps}, ${order?.en} within ${window} of the first${tellBreakdown(query, words)}`,
      zh: `${steps}，自首步起 ${window}内${order?.zh}完成${tellBreakdown(query, words)}`,
    })
  },
}
