import { Button, Checkbox, Input, Popover, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../icon.tsx'
import { ExportButton } from './export-button.tsx'
import type { ListSpec } from './list-spec.ts'
import type { ListState } from './list-state.ts'
import { SavedViews } from './saved-views.tsx'

/** Typing pauses this long before the server is asked. */
const SEARCH_PAUSE_MS = 250

function SearchField({ placeholder, state }: { placeholder: string; state: ListState }) {
  const [text, setText] = useState(state.query.search)
  const { search } = state.query
  useEffect(() => setText(search), [search])
  useEffect(() => {
    if (text === search) return
    const timer = setTimeout(() => state.setSearch(text), SEARCH_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, search, state])
  return (
    <Input
      className="list-search"
      type="search"
      allowClear
      prefix={<Icon name="search" size={15} />}
      value={text}
      placeholder={placeholder}
      aria-label={placeholder}
      maxLength={200}
      onChange={(e) => setText(e.target.value)}
    />
  )
}

interface Props<R> {
  spec: ListSpec<R>
  state: ListState
  hidden: readonly string[]
  setHidden(keys: readonly string[]): void
  rows: readonly R[]
}

export function ListToolbar<R>({ spec, state, hidden, setHidden, rows }: Props<R>) {
  const t = useText()
  const narrowed = Object.keys(state.view).length > 0
  return (
    <div className="list-toolbar">
      {spec.search ? <SearchField placeholder={spec.search} state={state} /> : null}
      {spec.filters?.map((f) => (
        <Select
          key={f.key}
          allowClear
          showSearch={f.options.length > 8 ? { optionFilterProp: 'label' } : false}
          className="list-filter"
          aria-label={f.title}
          placeholder={f.title}
          value={state.query.filters[f.key] ?? null}
          options={f.options.map((o) => ({ ...o }))}
          popupMatchSelectWidth={false}
          onChange={(value: string | null) => state.setFilter(f.key, value ?? null)}
        />
      ))}
      {narrowed ? (
        <Button type="text" onClick={state.clear}>
          {t({ en: 'Clear', zh: '清除' })}
        </Button>
      ) : null}
      <span className="grow" />
      <div className="list-tools">
        {spec.search || spec.filters ? <SavedViews list={spec.name} state={state} /> : null}
        <Popover
          trigger="click"
          placement="bottomRight"
          content={
            <div className="list-popover">
              {spec.columns.map((c, i) => (
                <Checkbox
                  key={c.key}
                  checked={!hidden.includes(c.key)}
                  disabled={i === 0}
                  onChange={(e) =>
                    setHidden(e.target.checked ? hidden.filter((key) => key !== c.key) : [...hidden, c.key])
                  }
                >
                  {c.title}
                </Checkbox>
              ))}
            </div>
          }
        >
          <Button icon={<Icon name="columns" />} aria-label={t({ en: 'Choose columns', zh: '选择显示的列' })}>
            <span className="wide-only">{t({ en: 'Columns', zh: '列' })}</span>
          </Button>
        </Popover>
        <ExportButton spec={spec} query={state.query} loaded={rows} />
      </div>
    </div>
  )
}
