import { App, Button, InputNumber } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Definition as Explained } from '../../../console/explained.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import { EventsField } from '../../segment/console/event-field.tsx'
import { Sentence } from '../../segment/console/sentence.tsx'
import { useSettled } from '../../segment/console/use-settled.ts'
import type { ComponentDraft, Definition } from './draft.ts'
import { WeightSlider } from './score-editor.tsx'
import { useTraitWords } from './words.ts'
import '../../../console/chart/chart.css'
import '../../segment/console/condition-editor.css'

const PAUSE_MS = 400
const DAY_MS = 86_400_000

/** Weights to move, and whether a score with them foretells what members did. */
export function Weights({ id, score }: { id: string; score: { components: readonly ComponentDraft[] } }) {
  const t = useText()
  const words = useTraitWords()
  const { may } = useSession()
  const { message } = App.useApp()
  const update = useAct('trait.update')
  const saved = Object.fromEntries(score.components.map((c) => [c.key, c.weight]))
  const [weights, setWeights] = useState(saved)
  const total = Object.values(weights).reduce((n, w) => n + w, 0)
  const changed = score.components.some((c) => weights[c.key] !== c.weight)
  const save = () =>
    update.mutate(
      {
        id,
        definition: {
          score: { components: score.components.map((c) => ({ ...c, weight: weights[c.key] ?? c.weight })) },
        } as Definition,
      },
      {
        onSuccess: () =>
          void message.success(t({ en: 'Saved. Everybody is scored anew.', zh: '已保存，正在重新评分。' })),
        onError: (error) => {
          const { title, hint } = explainProblem(error, t)
          message.error(`${title} ${hint}`)
        },
      },
    )
  return (
    <div className="stack">
      <section className="card stack tight">
        <h2>{t({ en: 'Weights', zh: '权重' })}</h2>
        <ol className="score-weights stack tight">
          {score.components.map((c) => (
            <li key={c.key}>
              <strong>{c.title}</strong>
              <span className="soft small">
                {words.measure(c.measure)}
                {t({
                  en: `: ${words.number(c.scale.from, c.measure)} is 0, ${words.number(c.scale.to, c.measure)} is 100 points${c.scale.log ? ', the first ones count most' : ''}`,
                  zh: `：${words.number(c.scale.from, c.measure)} 计 0 分，${words.number(c.scale.to, c.measure)} 计 100 分${c.scale.log ? '，边际递减' : ''}`,
                })}
              </span>
              <WeightSlider
                title={c.title}
                weight={weights[c.key] ?? 0}
                share={(weights[c.key] ?? 0) / (total || 1)}
                onChange={(weight) => setWeights({ ...weights, [c.key]: weight })}
              />
            </li>
          ))}
        </ol>
        {may('trait.manage') ? (
          <div className="row">
            <Button type="primary" disabled={!changed || total === 0} loading={update.isPending} onClick={save}>
              {t({ en: 'Save weights', zh: '保存权重' })}
            </Button>
            {changed ? (
              <Button type="text" onClick={() => setWeights(saved)}>
                {t({ en: 'Back to the saved ones', zh: '恢复已保存的权重' })}
              </Button>
            ) : null}
          </div>
        ) : null}
      </section>
      <OutcomeTest id={id} weights={weights} />
    </div>
  )
}

function OutcomeTest({ id, weights }: { id: string; weights: Record<string, number> }) {
  const t = useText()
  const [event, setEvent] = useState<string | string[]>('order.paid')
  const [days, setDays] = useState(30)
  // Fixed when the page is opened, so that moving a slider asks about the same instant.
  const [opened] = useState(() => Date.now())
  const settled = useSettled(weights, PAUSE_MS)
  const at = new Date(opened - days * DAY_MS).toISOString()
  const isReady = event.length > 0 && Object.values(settled).some((w) => w > 0)
  const test = useCall('trait.test', isReady ? { id, weights: settled, at, event, days } : null, {
    placeholderData: (before) => before,
    retry: false,
  })
  const title = t({ en: 'Does it foretell?', zh: '检验：评分能否预测结果' })
  return (
    <section className="card stack tight">
      <header className="row">
        <h2>{title}</h2>
        <Explained of={title}>
          {t({
            en: 'Everybody is scored as of the instant, with what was known then. AUC is the chance that one who did it afterwards had a higher score than one who did not: 50 % is chance, 100 % is certain. Lift compares a tenth of members with the average.',
            zh: '按当时已发生的行为为所有成员评分，再看之后谁发生了该行为。AUC 表示“发生者得分高于未发生者”的概率，50% 等于随机，100% 为完全区分；提升度为该十分位发生率与平均发生率之比。',
          })}
        </Explained>
      </header>
      <Sentence
        text={{
          en: 'Scored {days} days ago; the outcome is {event} since then',
          zh: '以 {days} 天前的评分，检验此后是否发生 {event}',
        }}
        blanks={{
          days: (
            <InputNumber
              aria-label={t({ en: 'Days', zh: '天数' })}
              value={days}
              min={1}
              max={365}
              precision={0}
              controls={false}
              style={{ width: 64 }}
              onChange={(n) => setDays(n ?? 30)}
            />
          ),
          event: <EventsField value={event} onChange={setEvent} label={t({ en: 'Outcome', zh: '结果事件' })} />,
        }}
      />
      {test.error ? (
        <Failed compact error={test.error} />
      ) : test.data ? (
        <Result test={test.data} />
      ) : isReady ? (
        <Loading rows={3} />
      ) : (
        <p className="soft">
          {t({ en: 'Choose an outcome and some weight.', zh: '请选择结果事件，并保留至少一项权重。' })}
        </p>
      )}
    </section>
  )
}

function Result({ test }: { test: Output<'trait.test'> }) {
  const t = useText()
  const format = useFormat()
  const highest = Math.max(1, ...test.deciles.map((d) => d.lift ?? 0))
  return (
    <>
      <dl className="trait-figures tabular">
        <div>
          <dt>AUC</dt>
          <dd>{test.auc === null ? '–' : format.percent(test.auc)}</dd>
        </div>
        <div>
          <dt>{t({ en: 'Members', zh: '成员数' })}</dt>
          <dd>{format.number(test.n)}</dd>
        </div>
        <div>
          <dt>{t({ en: 'Did it', zh: '发生人数' })}</dt>
          <dd>{`${format.number(test.positives)} (${format.percent(test.rate)})`}</dd>
        </div>
        {test.components.map((c) => (
          <div key={c.key}>
            <dt>{t({ en: `${c.title} alone`, zh: `仅「${c.title}」` })}</dt>
            <dd>{c.auc === null ? '–' : format.percent(c.auc)}</dd>
          </div>
        ))}
      </dl>
      <div className="chart-table outcome-table">
        <table>
          <caption className="sr-only">{t({ en: 'Outcome by tenth of the score', zh: '各十分位的结果' })}</caption>
          <thead>
            <tr>
              <th scope="col">{t({ en: 'Tenth by score', zh: '得分十分位' })}</th>
              <th scope="col">{t({ en: 'Score', zh: '得分' })}</th>
              <th scope="col">{t({ en: 'Members', zh: '人数' })}</th>
              <th scope="col">{t({ en: 'Did it', zh: '发生率' })}</th>
              <th scope="col">{t({ en: 'Lift', zh: '提升度' })}</th>
            </tr>
          </thead>
          <tbody>
            {test.deciles.map((d) => (
              <tr key={d.decile}>
                <th scope="row">{d.decile}</th>
                <td>{`${format.number(d.from)} – ${format.number(d.to)}`}</td>
                <td>{format.number(d.members)}</td>
                <td>{format.percent(d.rate)}</td>
                <td>
                  <span className="lift" style={{ width: `${((d.lift ?? 0) / highest) * 80}px` }} aria-hidden="true" />
                  {d.lift === null ? '–' : `${format.number(d.lift)}×`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
