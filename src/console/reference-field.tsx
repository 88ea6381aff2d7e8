import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { call, type OperationName } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'

interface Choice {
  id: string
  name: string | Text
}

/** What a declared field may name by id, and where the choices come from. */
const SOURCES: Readonly<Record<string, { reads: OperationName; choices(signal: AbortSignal): Promise<Choice[]> }>> = {
  journey: {
    reads: 'journey.list',
    choices: async (signal) => (await call('journey.list', { limit: 200, state: 'published' }, { signal })).items,
  },
  tag: {
    reads: 'tag.list',
    choices: async (signal) =>
      (await call('tag.list', { limit: 200, kind: 'fixed' }, { signal })).items.map((tag) => ({
        id: tag.key,
        name: tag.title,
      })),
  },
  operator: {
    reads: 'operator.list',
    choices: async (signal) =>
      (await call('operator.list', { limit: 200 }, { signal })).items.map((o) => ({ id: o.operatorId, name: o.name })),
  },
}

export const isReference = (from: string | undefined): from is string => from !== undefined && from in SOURCES

interface Props {
  id: string
  from: string
  value: unknown
  required: boolean
  onChange(id: string | undefined): void
}

/** Chooses by name what a field holds as an id. */
export function ReferenceField({ id, from, value, required, onChange }: Props) {
  const t = useText()
  const source = SOURCES[from]
  const { data, isPending } = useQuery({
    queryKey: [source?.reads, 'reference'],
    queryFn: ({ signal }) => source?.choices(signal) ?? [],
  })
  return (
    <Select
      id={id}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear={!required}
      loading={isPending}
      value={typeof value === 'string' ? value : null}
      placeholder={t({ en: 'Choose', zh: '请选择' })}
      options={(data ?? []).map((c) => ({ value: c.id, label: typeof c.name === 'string' ? c.name : t(c.name) }))}
      onChange={(chosen: string | null) => onChange(chosen ?? undefined)}
    />
  )
}
