import { Input } from 'antd'
import { useMemo, useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { Empty } from '../../../console/states.tsx'
import { useEventChoices } from '../../segment/console/event-field.tsx'
import { useMetrics } from './use-metrics.ts'

interface Props {
  onEvent(name: string): void
  onMetric(key: string): void
}

/** What there is to ask about: events with how often and by how many of late, and the brand's metrics. */
export function EventCatalogue({ onEvent, onMetric }: Props) {
  const t = useText()
  const format = useFormat()
  const [text, setText] = useState('')
  const groups = useEventChoices()
  const metrics = useMetrics()
  const wanted = text.trim().toLowerCase()
  const found = useMemo(() => {
    const has = (...words: string[]) => words.some((word) => word.toLowerCase().includes(wanted))
    const own = [...metrics].filter(([key, title]) => has(key, title))
    const events = groups
      .map((g) => ({ ...g, options: g.options.filter((o) => has(o.value, o.label)) }))
      .filter((g) => g.options.length > 0)
    return { own, events }
  }, [groups, metrics, wanted])
  return (
    <nav className="card catalogue" aria-label={t({ en: 'Events and metrics', zh: '事件与指标' })}>
      <Input
        allowClear
        value={text}
        maxLength={100}
        prefix={<Icon name="search" size={14} />}
        aria-label={t({ en: 'Search events', zh: '搜索事件' })}
        placeholder={t({ en: 'Search events', zh: '搜索事件、指标' })}
        onChange={(e) => setText(e.target.value)}
      />
      <div className="catalogue-list">
        {found.own.length + found.events.length === 0 ? (
          <Empty title={t({ en: 'No such event', zh: '没有匹配的事件' })} />
        ) : null}
        {found.own.length > 0 ? (
          <section>
            <h2>{t({ en: 'Metrics', zh: '指标' })}</h2>
            <ul>
              {found.own.map(([key, title]) => (
                <li key={key}>
                  <button type="button" className="bare catalogue-item" onClick={() => onMetric(key)}>
                    <span className="clip">{title}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        {found.events.map((group) => (
          <section key={group.label}>
            <h2>{group.label}</h2>
            <ul>
              {group.options.map((o) => (
                <li key={o.value}>
                  <button
                    type="button"
                    className="bare catalogue-item"
                    title={[o.value, o.note].filter(Boolean).join(' · ')}
                    onClick={() => onEvent(o.value)}
                  >
                    <span className="clip">{o.label}</span>
                    {o.count ? <span className="faint small tabular">{format.compact(o.count)}</span> : null}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  )
}
