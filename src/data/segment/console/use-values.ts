// The most frequent values of a property or a field, asked for when a list of them is opened.
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { type EventSource, metricOf, namesOf, type Path, pathText } from './draft.ts'
import { FRESH_MS } from './use-field.ts'
import { useSettled } from './use-settled.ts'

export type ValueSource = { property: Path } | { event: EventSource; path: Path }

/** Typing is over after this long. */
const PAUSE_MS = 200
/** More letters than this no value is looked for by. */
const MOST_LETTERS = 100

const copied = (path: Path) => (typeof path === 'string' ? path : [...path])

function inputOf(source: ValueSource) {
  if ('property' in source) return pathText(source.property) === '' ? null : { property: copied(source.property) }
  const names = namesOf(source.event)
  const metric = metricOf(source.event)
  const event = metric === null ? [...names] : { metric }
  return names.length === 0 || pathText(source.path) === '' ? null : { event, path: copied(source.path) }
}

export function useValues(source: ValueSource | undefined) {
  const t = useText()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const search = useSettled(text, PAUSE_MS).trim().slice(0, MOST_LETTERS)
  const input = source && open ? inputOf(source) : null
  const { data, isFetching } = useCall('segment.suggest_values', input && { ...input, search }, {
    staleTime: FRESH_MS,
    placeholderData: (before) => before,
  })
  const isEvent = source !== undefined && 'event' in source
  const range = data?.range
  return {
    items: data?.items ?? [],
    setOpen,
    setText,
    countText: (n: number) =>
      isEvent
        ? t({ en: `${format.compact(n)} events`, zh: `${format.compact(n)} 次` })
        : t({ en: `${format.compact(n)} members`, zh: `${format.compact(n)} 人` }),
    /** What stands under or instead of the values. */
    note: data?.hidden
      ? t({ en: 'Contact details are not suggested to your role', zh: '联系方式不向您的角色提示取值' })
      : isFetching && !data
        ? t({ en: 'Looking for values…', zh: '正在查找常见取值…' })
        : range && range.max > range.min
          ? t({
              en: `From ${format.number(range.min)} to ${format.number(range.max)}, half below ${format.number(range.median)}`,
              zh: `实际范围 ${format.number(range.min)} – ${format.number(range.max)}，中位数 ${format.number(range.median)}`,
            })
          : data && data.items.length === 0
            ? t({ en: 'No such value has been seen', zh: '暂无匹配的已有取值' })
            : null,
  }
}
