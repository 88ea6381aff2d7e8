import { InputNumber } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import type { EventSource, FilterDraft } from './draft.ts'
import { DurationField } from './duration-field.tsx'
import { EventSourceField } from './event-field.tsx'
import { NumberField } from './number-field.tsx'
import { Sentence } from './sentence.tsx'
import { AddFilter, WhereFilters } from './where-filters.tsx'

/** As many periods as the server takes. */
const MOST_PERIODS = 400

/** “did [check in] [at least once] a period, in at least [6] of the last [8] periods of [1 week]” */
export function RegularlyClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const what = clause.regularly as { event: EventSource; where?: readonly FilterDraft[] }
  const count = clause.count as { op: string; value: unknown } | undefined
  const where = what.where ?? []
  const setWhere = (list: readonly FilterDraft[]) =>
    onChange({ ...clause, regularly: list.length > 0 ? { ...what, where: list } : { event: what.event } })
  const number = (key: 'of' | 'atLeast', label: string) => (
    <InputNumber
      aria-label={label}
      value={typeof clause[key] === 'number' ? clause[key] : null}
      min={1}
      max={MOST_PERIODS}
      precision={0}
      controls={false}
      style={{ width: 56 }}
      onChange={(n) => onChange({ ...clause, [key]: n })}
    />
  )
  return (
    <>
      <Sentence
        text={{
          en: 'did {event} {times} a period, in at least {atLeast} of the last {of} periods of {every} {where}',
          zh: '每 {every} 为一个周期，最近 {of} 个周期中至少 {atLeast} 个周期做过 {event} {times} {where}',
        }}
        blanks={{
          event: (
            <EventSourceField
              value={what.event}
              onChange={(event) => onChange({ ...clause, regularly: { ...what, event } })}
            />
          ),
          times: (
            <NumberField
              label={t({ en: 'How often', zh: '次数值' })}
              op={count?.op ?? 'gte'}
              value={count ? count.value : 1}
              min={0}
              max={1_000_000}
              whole
              suffix={t({ en: 'times', zh: '次' })}
              onChange={(next) => onChange({ ...clause, count: next })}
            />
          ),
          atLeast: number('atLeast', t({ en: 'Periods in which it was done', zh: '达成的周期数' })),
          of: number('of', t({ en: 'Periods looked at', zh: '总周期数' })),
          every: (
            <DurationField
              label={t({ en: 'Length of a period', zh: '周期长度' })}
              value={String(clause.every)}
              onChange={(every) => onChange({ ...clause, every })}
            />
          ),
          where: <AddFilter filters={where} onChange={setWhere} />,
        }}
      />
      <WhereFilters event={what.event} filters={where} onChange={setWhere} lead={{ en: 'where', zh: '其中' }} />
    </>
  )
}

/** A clause whose blanks are an event and lengths of time. */
function Rhythm({
  clause,
  onChange,
  event,
  lengths,
  text,
}: ClauseEditorProps & {
  event: string
  lengths: Readonly<Record<string, string>>
  text: { en: string; zh: string }
}) {
  return (
    <Sentence
      text={text}
      blanks={{
        event: (
          <EventSourceField
            value={clause[event] as EventSource}
            onChange={(names) => onChange({ ...clause, [event]: names })}
          />
        ),
        ...Object.fromEntries(
          Object.entries(lengths).map(([key, label]) => [
            key,
            <DurationField
              key={key}
              label={label}
              value={String(clause[key])}
              onChange={(length) => onChange({ ...clause, [key]: length })}
            />,
          ]),
        ),
      }}
    />
  )
}

export function StoppedClauseEditor(props: ClauseEditorProps) {
  const t = useText()
  return (
    <Rhythm
      {...props}
      event="stopped"
      lengths={{
        active: t({ en: 'Active within', zh: '曾活跃的时长' }),
        quiet: t({ en: 'Silent for', zh: '沉默时长' }),
      }}
      text={{
        en: 'did {event} in the last {active} but not in the last {quiet}',
        zh: '在过去 {active} 内做过 {event} ，但最近 {quiet} 没有再做',
      }}
    />
  )
}

export function RestartedClauseEditor(props: ClauseEditorProps) {
  const t = useText()
  return (
    <Rhythm
      {...props}
      event="restarted"
      lengths={{
        quietFrom: t({ en: 'Silent since', zh: '沉默开始于' }),
        recent: t({ en: 'Again within', zh: '重新出现的时长' }),
      }}
      text={{
        en: 'did {event} long ago, not from {quietFrom} ago on, and again in the last {recent}',
        zh: '以前做过 {event} ，从 {quietFrom} 前起没有再做，最近 {recent} 内又做了',
      }}
    />
  )
}

export function FirstEventClauseEditor(props: ClauseEditorProps) {
  const t = useText()
  return (
    <Rhythm
      {...props}
      event="firstEvent"
      lengths={{ within: t({ en: 'Length of time', zh: '时长' }) }}
      text={{
        en: 'did {event} for the first time ever in the last {within}',
        zh: '有记录以来首次 {event} ，发生在过去 {within} 内',
      }}
    />
  )
}
