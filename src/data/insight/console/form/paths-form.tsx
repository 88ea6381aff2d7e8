import { Checkbox, InputNumber } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { describeDuration } from '../../../segment/console/describe.ts'
import { namesOf } from '../../../segment/console/draft.ts'
import { DurationField } from '../../../segment/console/duration-field.tsx'
import { EventsField } from '../../../segment/console/event-field.tsx'
import { ANY, drop, matchOf, tidyMatch } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { tellMatch } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const STEPS = 5
const TOP = 8
const SESSION = '30m'

const ENDS: readonly { key: 'start' | 'end'; title: Text }[] = [
  { key: 'start', title: { en: 'Begin at', zh: '指定起点' } },
  { key: 'end', title: { en: 'End at', zh: '指定终点' } },
]

function Form({ query, onChange }: FormProps) {
  const t = useText()
  const count = (key: 'steps' | 'top', label: string, first: number, [min, max]: readonly [number, number]) => (
    <InputNumber
      aria-label={label}
      value={Number(query[key] ?? first)}
      min={min}
      max={max}
      precision={0}
      controls={false}
      style={{ width: 52 }}
      onChange={(n) => onChange({ ...query, [key]: n ?? first })}
    />
  )
  return (
    <>
      {ENDS.map(({ key, title }) =>
        query[key] === undefined ? (
          <div className="sentence" key={key}>
            <Checkbox checked={false} onChange={() => onChange({ ...query, [key]: { event: '' } })}>
              {t(title)}…
            </Checkbox>
          </div>
        ) : (
          <MatchField
            key={key}
            match={matchOf(query[key])}
            label={t(title)}
            lead={
              <Checkbox checked onChange={() => onChange(drop(query, key))}>
                {t(title)}
              </Checkbox>
            }
            onChange={(next) => onChange({ ...query, [key]: next })}
          />
        ),
      )}
      <div className="sentence">
        <span className="soft">{t({ en: 'Only', zh: '仅看' })}</span>
        <EventsField
          value={namesOf(query.include)}
          label={t({ en: 'Events that count as steps; none: all', zh: '参与路径的事件，不选为全部' })}
          onChange={(names) => {
            const include = namesOf(names)
            onChange(include.length > 0 ? { ...query, include } : drop(query, 'include'))
          }}
        />
      </div>
      <div className="sentence">
        {count('steps', t({ en: 'Steps', zh: '步数' }), STEPS, [2, 10])}
        <span className="soft">{t({ en: 'steps, the', zh: '步，每步显示前' })}</span>
        {count('top', t({ en: 'Events per step', zh: '每步事件数' }), TOP, [1, 50])}
        <span className="soft">{t({ en: 'most frequent of each; a session ends after', zh: '个事件；静默超过' })}</span>
        <DurationField
          label={t({ en: 'Session', zh: '会话间隔' })}
          value={String(query.session ?? SESSION)}
          calendar={false}
          onChange={(session) => onChange({ ...query, session })}
        />
        <span className="soft">{t({ en: 'of silence', zh: '即结束会话' })}</span>
      </div>
    </>
  )
}

export const pathsForm: QueryForm = {
  Form,
  blank: (about) => ({ ...(about.event === '*' ? {} : { start: about }), steps: STEPS, top: TOP, session: SESSION }),
  about: (query) => (query.start === undefined ? ANY : matchOf(query.start)),
  add: (query, event) => ({ ...query, start: { event } }),
  tidy(query) {
    const ends = ENDS.flatMap(({ key }) => {
      const end = query[key] === undefined ? null : tidyMatch(matchOf(query[key]))
      return end ? [[key, end] as const] : []
    })
    return { ...drop(query, 'start', 'end'), ...Object.fromEntries(ends) }
  },
  tell(query, words) {
    const { t } = words
    const [start, end] = ENDS.map(({ key }) => (query[key] === undefined ? '' : tellMatch(query[key], words)))
    const session = describeDuration(String(query.session ?? SESSION), t)
    return t({
      en: `What members do one after the other${start ? ` from ${start}` : ''}${end ? ` to ${end}` : ''}, ${query.steps ?? STEPS} steps; a session ends after ${session} of silence`,
      zh: `成员${start ? `从${start}开始` : ''}${end ? `到${end}为止` : ''}的连续行为路径，共 ${query.steps ?? STEPS} 步；静默 ${session}即结束会话`,
    })
  },
}
