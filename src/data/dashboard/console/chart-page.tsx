import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { exploreLink } from '../../../console/insight/explore-link.ts'
import { InsightChart } from '../../../console/insight/insight-chart.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { useActorName } from '../../list/console/use-actor-name.ts'
import { RangeChoice } from './range-choice.tsx'
import type { Content } from './types.ts'
import { useQuestions } from './use-questions.ts'
import type { Range } from './words.ts'

/** One saved chart, drawn, with the dashboards it stands on. */
export function ChartPage() {
  const id = useParam('chartId')
  const chart = useCall('chart.get', { id })
  return (
    <Answer of={chart} rows={8}>
      {(c) => <Drawn key={c.id} chart={c} />}
    </Answer>
  )
}

function Drawn({ chart }: { chart: Output<'chart.get'> }) {
  const t = useText()
  const format = useFormat()
  const nameOf = useActorName()
  const [range, setRange] = useState<Range>({ preset: '28d' })
  const tile = { id: 'chart', type: 'chart' as const, chartId: chart.id, title: '', x: 0, y: 0, w: 12, h: 6 }
  const [question] = useQuestions({ tiles: [tile], range } as Content, null)
  return (
    <>
      <PageHead
        title={chart.name}
        back={{ to: '/charts', title: t({ en: 'Saved charts', zh: '已存图表' }) }}
        hint={
          <>
            {chart.description ? `${chart.description} · ` : ''}
            <span className="faint">
              {t({
                en: `by ${nameOf(chart.owner)}, changed ${format.ago(chart.updatedAt)}`,
                zh: `${nameOf(chart.owner)}创建，${format.ago(chart.updatedAt)}修改`,
              })}
            </span>
          </>
        }
        actions={
          <>
            <RangeChoice value={range} onChange={setRange} />
            {question ? (
              <Link to={exploreLink(question)}>
                <Button type="primary" icon={<Icon name="chart" />}>
                  {t({ en: 'Open in Explore', zh: '在行为分析中打开' })}
                </Button>
              </Link>
            ) : null}
          </>
        }
      />
      <div className="stack">
        <section className="card" aria-label={chart.name} style={{ minHeight: 420 }}>
          {question ? (
            <InsightChart kind={question.kind} query={question.query} view={question.view} height={360} />
          ) : null}
        </section>
        <section className="card">
          <header>
            <h2>{t({ en: 'On these dashboards', zh: '所在看板' })}</h2>
          </header>
          {chart.dashboards.length === 0 ? (
            <p className="soft">{t({ en: 'On none yet.', zh: '尚未加入任何看板。' })}</p>
          ) : (
            <ul>
              {chart.dashboards.map((d) => (
                <li key={d.id}>
                  <Link to={`/dashboards/${d.id}`}>{d.name}</Link>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  )
}
