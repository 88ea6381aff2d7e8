import { Select } from 'antd'
import { useMemo, useState } from 'react'
import { useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { type EventNames, type EventSource, metricOf, namesOf, type Path } from './draft.ts'
import { PathField } from './path-field.tsx'
import { FRESH_MS, TYPE_TITLES, useEventFields } from './use-field.ts'
import { useReferences } from './use-reference.ts'
import { useWords } from './use-words.ts'

/** As many as the server takes in one clause. */
const MOST_EVENTS = 50
/** From so many events on a family of names (`checkin.*`) is worth an entry. */
const FAMILY_SIZE = 3

interface Choice {
  value: string
  label: string
  note: string
  /** Events of the last 30 days. */
  count?: number
}

/** Names of events: those declared, with their titles, and those that clients have sent; with how often of late. */
export function useEventChoices() {
  const t = useText()
  const format = useFormat()
  const catalog = useCatalog()
  const { eventTitle } = useWords()
  const seen = useCall('segment.suggest_events', {}, { staleTime: FRESH_MS })
  return useMemo(() => {
    const counts = new Map((seen.data?.items ?? []).map((e) => [e.name, e]))
    const noteOf = (name: string) => {
      const e = counts.get(name)
      return e && e.events > 0
        ? t({
            en: `${format.compact(e.events)} by ${format.compact(e.members)} members`,
            zh: `近 30 天 ${format.compact(e.members)} 人 · ${format.compact(e.events)} 次`,
          })
        : e
          ? t({ en: 'not in 30 days', zh: '近 30 天无' })
          : ''
    }
    const choice = (name: string): Choice => ({
      value: name,
      label: eventTitle(name),
      note: noteOf(name),
      count: counts.get(name)?.events ?? 0,
    })
    const often = (a: { name: string }, b: { name: string }) =>
      (counts.get(b.name)?.events ?? 0) - (counts.get(a.name)?.events ?? 0)
    const all = catalog.data?.events ?? []
    const known = new Set(all.map((e) => e.name))
    const ours = all.filter((e) => e.class !== 'system')
    const families = [...Map.groupBy(ours, (e) => e.name.split('.')[0] ?? '')].filter(
      ([, l]) => l.length >= FAMILY_SIZE,
    )
    const system = all.filter((e) => e.class === 'system' && !e.name.startsWith('segment.'))
    return [
      {
        label: t({ en: 'From Banyan', zh: '系统事件' }),
        options: ours.toSorted(often).map((e) => choice(e.name)),
      },
      {
        label: t({ en: 'From your sources', zh: '自定义事件' }),
        options: [...counts.values()].filter((e) => !known.has(e.name)).map((e) => choice(e.name)),
      },
      {
        label: t({ en: 'Any of a kind', zh: '一类事件' }),
        options: ['*', ...families.map(([family]) => `${family}.*`)].map(choice),
      },
      {
        label: t({ en: 'Traces of the system', zh: '系统记录' }),
        options: system.toSorted(often).map((e) => choice(e.name)),
      },
    ].filter((group) => group.options.length > 0)
  }, [catalog.data, seen.data, eventTitle, format, t])
}

/** A name as the grammar takes it: a star only at its end. */
const isName = (text: string) => text.length <= 200 && !text.slice(0, -1).includes('*') && !text.startsWith('segment.')

/** The choices, with those chosen earlier that are no longer offered, and what is typed as a name of its own. */
function useChoicesWith(chosen: readonly string[], typed: string, metrics: readonly Choice[] = []) {
  const t = useText()
  const events = useEventChoices()
  const groups =
    metrics.length > 0
      ? [...events, { label: t({ en: 'What a metric counts', zh: '指标口径' }), options: [...metrics] }]
      : events
  const { eventTitle } = useWords()
  const offered = new Set<string>(groups.flatMap((g) => g.options.map((o) => o.value)))
  const gone = chosen.filter((name) => name && !offered.has(name))
  const isNew = typed !== '' && isName(typed) && !offered.has(typed) && !gone.includes(typed)
  const extra = (label: string, names: readonly string[]) =>
    names.length === 0
      ? []
      : [{ label, options: names.map((n): Choice => ({ value: n, label: eventTitle(n), note: '' })) }]
  return [
    ...extra(t({ en: 'In use here', zh: '当前使用' }), gone),
    ...groups,
    ...extra(t({ en: 'Use as a name (may end in *)', zh: '直接使用该事件名（可用 * 结尾）' }), isNew ? [typed] : []),
  ]
}

const optionOf = ({ data }: { data: object }) => (
  <span className="row between">
    <span className="clip">{'label' in data ? String(data.label) : ''}</span>
    <span className="faint small tabular">{'note' in data ? String(data.note) : ''}</span>
  </span>
)

/** Before the key of a metric among names of events, which hold no such character. */
const METRIC = '\u0000'

/** Events, or a metric in their place. */
export function EventSourceField({
  value,
  onChange,
  label,
}: {
  value: EventSource
  onChange: (event: string | string[] | { metric: string }) => void
  label?: string
}) {
  const t = useText()
  const { metric: all } = useReferences()
  const metrics = useMemo(
    () => (all ?? []).map((m) => ({ value: METRIC + m.value, label: m.label, note: t({ en: 'metric', zh: '指标' }) })),
    [all, t],
  )
  const metric = metricOf(value)
  const called = label ?? t({ en: 'Event', zh: '事件' })
  if (metric === null)
    return (
      <EventsField
        value={value as EventNames}
        label={called}
        metrics={metrics}
        onChange={(names) => {
          const chosen = namesOf(names).find((n) => n.startsWith(METRIC))
          onChange(chosen === undefined ? names : { metric: chosen.slice(METRIC.length) })
        }}
      />
    )
  const isKnown = metrics.some((m) => m.value === METRIC + metric)
  const gone = { value: METRIC + metric, label: metric, note: '' }
  return (
    <Select
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      aria-label={called}
      prefix={<span className="faint small">{t({ en: 'counted by', zh: '指标' })}</span>}
      value={METRIC + metric}
      options={isKnown ? metrics : [gone, ...metrics]}
      optionRender={optionOf}
      style={{ minWidth: 170, maxWidth: 320 }}
      popupMatchSelectWidth={300}
      onChange={(next: string | undefined) => onChange(next ? { metric: next.slice(METRIC.length) } : '')}
    />
  )
}

/** One event or any of several: a clause keeps a single one as a plain name. */
export function EventsField({
  value,
  onChange,
  label,
  metrics,
}: {
  value: EventNames
  onChange: (event: string | string[]) => void
  label?: string
  /** Further choices, each of which stands alone: what is chosen is told by its value. */
  metrics?: readonly Choice[]
}) {
  const t = useText()
  const [typed, setTyped] = useState('')
  const chosen = [...namesOf(value)]
  const options = useChoicesWith(chosen, typed.trim(), metrics)
  return (
    <Select
      mode="multiple"
      showSearch={{ filterOption: (text, option) => matches(text, option), onSearch: setTyped }}
      aria-label={label ?? t({ en: 'Event', zh: '事件' })}
      placeholder={t({ en: 'Choose events', zh: '选择事件（可多选）' })}
      value={chosen}
      options={options}
      optionRender={optionOf}
      maxCount={MOST_EVENTS}
      style={{ minWidth: 150, maxWidth: 420 }}
      popupMatchSelectWidth={340}
      onChange={(names: string[]) => onChange(names.length === 1 ? (names[0] ?? '') : names.length === 0 ? '' : names)}
    />
  )
}

export function EventField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const t = useText()
  const [typed, setTyped] = useState('')
  const options = useChoicesWith([value], typed.trim())
  return (
    <Select
      showSearch={{ filterOption: (text, option) => matches(text, option), onSearch: setTyped }}
      aria-label={t({ en: 'Event', zh: '事件' })}
      placeholder={t({ en: 'Choose an event', zh: '选择事件' })}
      value={value || null}
      options={options}
      optionRender={optionOf}
      style={{ minWidth: 160, maxWidth: 280 }}
      popupMatchSelectWidth={340}
      onChange={(name) => onChange(name ?? '')}
    />
  )
}

function matches(text: string, option: { value?: unknown; label?: unknown } | undefined): boolean {
  const wanted = text.trim().toLowerCase()
  return [option?.label, option?.value].some((part) =>
    String(part ?? '')
      .toLowerCase()
      .includes(wanted),
  )
}

/** A path into an event's data: one that is declared or has been seen, or any other that is typed. */
export function EventPathField({
  event,
  value,
  onChange,
  label,
}: {
  event: EventSource
  value: Path
  onChange: (path: Path) => void
  label?: string
}) {
  const t = useText()
  const format = useFormat()
  const fields = useEventFields(event)
  return (
    <PathField
      label={label ?? t({ en: 'Field of the event', zh: '事件字段' })}
      placeholder={t({ en: 'Field', zh: '选择字段' })}
      value={value}
      groups={[{ label: t({ en: 'Fields of the event', zh: '事件字段' }), fields }]}
      noteOf={(f) =>
        [f.type ? t(TYPE_TITLES[f.type]) : '', f.share === undefined ? '' : format.percent(f.share)]
          .filter(Boolean)
          .join(' · ')
      }
      onChange={(path) => onChange(path)}
    />
  )
}
