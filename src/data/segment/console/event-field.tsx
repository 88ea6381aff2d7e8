import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Select } from 'antd'
import { useMemo } from 'react'
import { call } from '#web/api.ts'
import { useCatalog } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'
import { fieldsOf } from '#web/schema.ts'

/** As many as the server takes in one clause. */
const MOST_EVENTS = 50

/** Names of events: those declared, with their titles, and those that clients have sent. */
function useEventChoices() {
  const t = useText()
  const catalog = useCatalog()
  const seen = useQuery({
    queryKey: ['event.names', {}],
    queryFn: ({ signal }) => call('event.names', {}, { signal }),
    staleTime: 60_000,
  })
  return useMemo(() => {
    const declared = (catalog.data?.events ?? []).filter((e) => e.class !== 'system')
    const known = new Set(catalog.data?.events.map((e) => e.name))
    const sent = (seen.data?.items ?? []).filter((e) => !known.has(e.name))
    return [
      {
        label: t({ en: 'Any', zh: '通用' }),
        options: [{ value: '*', label: t({ en: 'Any activity', zh: '任意互动' }) }],
      },
      {
        label: t({ en: 'From Banyan', zh: '系统事件' }),
        options: declared.map((e) => ({ value: e.name, label: t(e.title) })),
      },
      {
        label: t({ en: 'From your sources', zh: '自定义事件' }),
        options: sent.map((e) => ({ value: e.name, label: e.name })),
      },
    ].filter((group) => group.options.length > 0)
  }, [catalog.data, seen.data, t])
}

/** The choices, with those chosen earlier that are no longer offered. */
function useChoicesWith(chosen: readonly string[]) {
  const groups = useEventChoices()
  const offered = new Set<string>(groups.flatMap((g) => g.options.map((o) => o.value)))
  const gone = chosen.filter((name) => name && !offered.has(name))
  return [...gone.map((name) => ({ label: name, options: [{ value: name, label: name }] })), ...groups]
}

/** One event or any of several: a clause keeps a single one as a plain name. */
export function EventsField({
  value,
  onChange,
}: {
  value: string | readonly string[]
  onChange: (event: string | string[]) => void
}) {
  const t = useText()
  const chosen = typeof value === 'string' ? [value].filter(Boolean) : [...value]
  const options = useChoicesWith(chosen)
  return (
    <Select
      mode="multiple"
      showSearch={{ filterOption: (text, option) => matches(text, option) }}
      aria-label={t({ en: 'Event', zh: '事件' })}
      placeholder={t({ en: 'Choose events', zh: '选择事件（可多选）' })}
      value={chosen}
      options={options}
      maxCount={MOST_EVENTS}
      style={{ minWidth: 170, maxWidth: 420 }}
      popupMatchSelectWidth={280}
      onChange={(names: string[]) => onChange(names.length === 1 ? (names[0] ?? '') : names.length === 0 ? '' : names)}
    />
  )
}

export function EventField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const t = useText()
  const options = useChoicesWith([value])
  return (
    <Select
      showSearch={{ filterOption: (text, option) => matches(text, option) }}
      aria-label={t({ en: 'Event', zh: '事件' })}
      placeholder={t({ en: 'Choose an event', zh: '选择事件' })}
      value={value || null}
      options={options}
      style={{ minWidth: 160, maxWidth: 280 }}
      popupMatchSelectWidth={280}
      onChange={(name) => onChange(name ?? '')}
    />
  )
}

function matches(text: string, option: { value?: unknown; label?: unknown } | undefined): boolean {
  const wanted = text.toLowerCase()
  return (
    String(option?.label ?? '')
      .toLowerCase()
      .includes(wanted) ||
    String(option?.value ?? '')
      .toLowerCase()
      .includes(wanted)
  )
}

/** A path into an event's data, offered from its schema; any other may be typed. */
export function EventPathField({
  event,
  value,
  onChange,
}: {
  event: string
  value: string
  onChange: (path: string) => void
}) {
  const t = useText()
  const catalog = useCatalog()
  const options = useMemo(() => {
    const schema = catalog.data?.events.find((e) => e.name === event)?.schema
    return schema
      ? fieldsOf(schema).map((f) => ({
          value: f.name,
          label: f.title.en === f.name ? f.name : `${t(f.title)} (${f.name})`,
        }))
      : []
  }, [catalog.data, event, t])
  return (
    <AutoComplete
      aria-label={t({ en: 'Field of the event', zh: '事件字段' })}
      placeholder={t({ en: 'Field', zh: '字段' })}
      value={value}
      options={options}
      style={{ width: 150 }}
      popupMatchSelectWidth={false}
      onChange={onChange}
    />
  )
}
