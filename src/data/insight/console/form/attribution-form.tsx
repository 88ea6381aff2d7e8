import { Button } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../../console/icon.tsx'
import type { InsightQuery } from '../../../../console/insight/answer.ts'
import { describeDuration } from '../../../segment/console/describe.ts'
import { type Path, pathText } from '../../../segment/console/draft.ts'
import { DurationField } from '../../../segment/console/duration-field.tsx'
import { EventPathField } from '../../../segment/console/event-field.tsx'
import { drop, type Match, matchOf, tidyMatch } from '../match.ts'
import { MatchField } from '../match-field.tsx'
import { namesIn } from '../match-names.ts'
import { type Options, Pick } from '../pick.tsx'
import { ReorderList } from '../reorder-list.tsx'
import { tellMatch } from '../telling.ts'
import type { FormProps, QueryForm } from './query-form.ts'

const MOST_TOUCHES = 10
const WINDOW = '30d'

interface Touch extends Match {
  by?: Path
  name?: string
}
const touchesOf = (query: InsightQuery): readonly Touch[] =>
  Array.isArray(query.touch) && query.touch.length > 0 ? (query.touch as Touch[]) : [{ event: '' }]

const MODELS: Options = {
  first: { en: 'to the first touch', zh: '首次触点' },
  last: { en: 'to the last touch', zh: '末次触点' },
  linear: { en: 'to all touches alike', zh: '线性（平均分配）' },
}

function Form({ query, onChange }: FormProps) {
  const t = useText()
  const conversion = matchOf(query.conversion)
  const touches = touchesOf(query)
  const setTouches = (touch: readonly Touch[]) => onChange({ ...query, touch })
  return (
    <>
      <MatchField
        match={conversion}
        label={t({ en: 'Conversion', zh: '转化事件' })}
        lead={<span className="soft">{t({ en: 'Conversion', zh: '转化' })}</span>}
        onChange={(next) => onChange({ ...query, conversion: next })}
      >
        <span className="soft">{t({ en: 'worth', zh: '价值字段' })}</span>
        <EventPathField
          event={namesIn(conversion.event)}
          value={(query.value as Path | undefined) ?? ''}
          label={t({ en: 'Value of a conversion', zh: '转化价值字段' })}
          onChange={(value) => onChange(pathText(value) === '' ? drop(query, 'value') : { ...query, value })}
        />
      </MatchField>
      <ReorderList items={touches} onChange={setTouches} noun={t({ en: 'touch', zh: '触点' })} least={1}>
        {(touch, i, end) => (
          <MatchField
            match={touch}
            label={t({ en: `Touch ${i + 1}`, zh: `触点 ${i + 1}` })}
            end={end}
            onChange={(next) => setTouches(touches.with(i, next))}
          >
            <span className="soft">{t({ en: 'told apart by', zh: '细分字段' })}</span>
            <EventPathField
              event={namesIn(touch.event)}
              value={touch.by ?? ''}
              label={t({ en: `Field of touch ${i + 1}`, zh: `触点 ${i + 1} 细分字段` })}
              onChange={(by) => {
                const { by: _, ...rest } = touch
                setTouches(touches.with(i, pathText(by) === '' ? rest : { ...rest, by }))
              }}
            />
          </MatchField>
        )}
      </ReorderList>
      <div className="sentence">
        <Button
          type="text"
          size="small"
          icon={<Icon name="plus" size={14} />}
          disabled={touches.length >= MOST_TOUCHES}
          onClick={() => setTouches([...touches, { event: '' }])}
        >
          {t({ en: 'Touch', zh: '添加触点' })}
        </Button>
      </div>
      <div className="sentence">
        <span className="soft">{t({ en: 'Credited', zh: '归因模型' })}</span>
        <Pick
          label={t({ en: 'Model', zh: '归因模型' })}
          value={String(query.model ?? 'last')}
          options={MODELS}
          onChange={(model) => onChange({ ...query, model })}
        />
        <span className="soft">{t({ en: 'within', zh: '回溯窗口' })}</span>
        <DurationField
          label={t({ en: 'Window', zh: '回溯窗口' })}
          value={String(query.window ?? WINDOW)}
          calendar={false}
          onChange={(window) => onChange({ ...query, window })}
        />
      </div>
    </>
  )
}

export const attributionForm: QueryForm = {
  Form,
  blank: (about) => ({
    conversion: about.event === '*' ? { event: 'order.paid' } : about,
    touch: [{ event: 'message.sent' }, { event: 'checkin.completed' }, { event: 'post.created' }],
    model: 'last',
    window: WINDOW,
  }),
  about: (query) => matchOf(query.conversion),
  add(query, event) {
    const touches = touchesOf(query)
    const blank = touches.findIndex((touch) => touch.event === '')
    return {
      ...query,
      touch: blank >= 0 ? touches.with(blank, { event }) : [...touches, { event }].slice(0, MOST_TOUCHES),
    }
  },
  tidy(query) {
    const conversion = tidyMatch(matchOf(query.conversion))
    const touch = touchesOf(query)
      .map((one) => tidyMatch(one))
      .filter((one) => one !== null)
    return conversion && touch.length > 0 ? { ...query, conversion, touch } : null
  },
  tell(query, words) {
    const { t } = words
    const touches = touchesOf(query)
      .map((one) => tellMatch(one, words))
      .join(t({ en: ', ', zh: '、' }))
    const model = MODELS[String(query.model ?? 'last')]
    const window = describeDuration(String(query.window ?? WINDOW), t)
    return t({
      en: `Which of ${touches} came before ${tellMatch(query.conversion, words)} within ${window}; credited ${model?.en}`,
      zh: `${tellMatch(query.conversion, words)}之前 ${window}内的触点（${touches}）的贡献，按${model?.zh}归因`,
    })
  },
}
