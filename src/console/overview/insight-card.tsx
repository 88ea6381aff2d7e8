import { Link } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { type ReactNode, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Definition } from '../explained.tsx'
import { Icon } from '../icon.tsx'
import type { InsightQuery } from '../insight/answer.ts'
import { exploreLink } from '../insight/explore-link.ts'
import { InsightChart } from '../insight/insight-chart.tsx'
import { WhoDrawer } from '../insight/who-drawer.tsx'

interface Props {
  title: string
  definition: ReactNode
  kind: string
  query: InsightQuery
  /** A range by name, for the link. */
  range: string
  height?: number
  className: string
}

/** An analysis on the overview: its numbers open their people, its title the question itself. */
export function InsightCard({ title, definition, kind, query, range, height = 252, className }: Props) {
  const t = useText()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const [who, setWho] = useState<{ cell: string; label: string } | null>(null)
  return (
    <section className={`card ${className}`}>
      <header>
        <div className="grow">
          <h2>
            <Link to={exploreLink({ kind, query, range })} className="overview-title">
              {title}
            </Link>
          </h2>
          <Definition of={title}>{definition}</Definition>
        </div>
        <Segmented
          size="small"
          value={view}
          onChange={setView}
          aria-label={t({ en: `${title} shown as`, zh: `${title}的展示方式` })}
          options={[
            { value: 'chart', label: <Icon name="chart" size={14} />, title: t({ en: 'Chart', zh: '图表' }) },
            { value: 'table', label: <Icon name="table" size={14} />, title: t({ en: 'Table', zh: '数据表' }) },
          ]}
        />
      </header>
      <InsightChart
        kind={kind}
        query={query}
        view={view}
        height={height}
        onCell={(cell, label) => setWho({ cell, label })}
      />
      <WhoDrawer
        kind={kind}
        query={query}
        cell={who?.cell ?? null}
        label={who ? `${title} · ${who.label}` : ''}
        onClose={() => setWho(null)}
      />
    </section>
  )
}
