import { Link, useNavigate } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import type { KeyboardEvent, MouseEvent } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../icon.tsx'
import type { Column, ListSpec } from './list-spec.ts'
import type { ListState } from './list-state.ts'

interface Props<R> {
  spec: ListSpec<R>
  state: ListState
  columns: readonly Column<R>[]
  rows: readonly R[]
  /** All rows are here, so any column can be sorted. */
  whole: boolean
  stale: boolean
  selected: ReadonlySet<string>
  setSelected(keys: ReadonlySet<string>): void
}

/** Up and down move between the rows' links, as in a mail client. */
function moveFocus(event: KeyboardEvent<HTMLTableSectionElement>) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  event.preventDefault()
  links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus()
}

export function ListTable<R>({ spec, state, columns, rows, whole, stale, selected, setSelected }: Props<R>) {
  const t = useText()
  const navigate = useNavigate()
  const keys = rows.map(spec.rowKey)
  const all = keys.length > 0 && keys.every((key) => selected.has(key))
  const toggle = (key: string) => {
    const next = new Set(selected)
    if (!next.delete(key)) next.add(key)
    setSelected(next)
  }
  const open = (event: MouseEvent<HTMLTableRowElement>, to: string | undefined) => {
    const inner = (event.target as HTMLElement).closest('a, button, input, label, [role="menuitem"]')
    if (to && !inner && !getSelection()?.toString()) void navigate({ to } as never)
  }
  return (
    <table className="list-table" aria-busy={stale} aria-label={spec.title}>
      <thead>
        <tr>
          {spec.bulk ? (
            <th className="list-check">
              <Checkbox
                checked={all}
                indeterminate={!all && keys.some((key) => selected.has(key))}
                aria-label={t({ en: 'Select all rows of this page', zh: '选择本页全部' })}
                onChange={() => setSelected(all ? new Set() : new Set(keys))}
              />
            </th>
          ) : null}
          {columns.map((c) => (
            <HeadCell key={c.key} column={c} state={state} whole={whole} />
          ))}
          {spec.rowActions ? (
            <th className="list-actions">
              <span className="sr-only">{t({ en: 'Actions', zh: '操作' })}</span>
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody onKeyDown={moveFocus}>
        {rows.map((row) => {
          const key = spec.rowKey(row)
          const to = spec.to?.(row)
          return (
            <tr key={key} className={to ? 'is-link' : ''} onClick={(event) => open(event, to)}>
              {spec.bulk ? (
                <td className="list-check">
                  <Checkbox
                    checked={selected.has(key)}
                    aria-label={t({ en: `Select ${columns[0]?.text(row)}`, zh: `选择 ${columns[0]?.text(row)}` })}
                    onChange={() => toggle(key)}
                  />
                </td>
              ) : null}
              {columns.map((c, i) => (
                <td key={c.key} data-label={c.title} className={c.align === 'right' ? 'is-right' : ''}>
                  {i === 0 && to ? (
                    <Link to={to} className="list-link" data-row-link="">
                      {c.render(row)}
                    </Link>
                  ) : (
                    c.render(row)
                  )}
                </td>
              ))}
              {spec.rowActions ? <td className="list-actions">{spec.rowActions(row)}</td> : null}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function HeadCell<R>({ column, state, whole }: { column: Column<R>; state: ListState; whole: boolean }) {
  const key = column.sort ?? (whole ? column.key : null)
  const active = key !== null && state.query.sort === key
  const { direction } = state.query
  const turn = () => {
    if (!active) state.setSort(key, 'asc')
    else if (direction === 'asc') state.setSort(key, 'desc')
    else state.setSort(null, 'desc')
  }
  return (
    <th
      scope="col"
      className={column.align === 'right' ? 'is-right' : ''}
      style={column.width ? { width: column.width } : {}}
      aria-sort={active ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}
    >
      {key === null ? (
        column.title
      ) : (
        <button type="button" className="bare list-sort" onClick={turn}>
          {column.title}
          <span className={active ? 'list-sort-mark is-active' : 'list-sort-mark'}>
            <Icon name={active ? (direction === 'asc' ? 'up' : 'down') : 'sort'} size={12} />
          </span>
        </button>
      )}
    </th>
  )
}
