import { Button, Select } from 'antd'
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../icon.tsx'
import { Empty, Failed, Loading } from '../states.tsx'
import { type ListSpec, PAGE_SIZES } from './list-spec.ts'
import { type ListState, useListState } from './list-state.ts'
import { ListTable } from './list-table.tsx'
import { ListToolbar } from './list-toolbar.tsx'
import { useLocalSetting } from './local-setting.ts'
import { useRows } from './use-rows.ts'
import './data-list.css'

const NOTHING: ReadonlySet<string> = new Set()

/**
 * The one list of the console: search, filters, order and page in the address, columns kept by the browser,
 * saved views by the server, bulk actions, export, and its empty, loading and failed states. On a phone the rows become cards.
 */
export function DataList<R>({ spec }: { spec: ListSpec<R> }) {
  const t = useText()
  const state = useListState()
  const { rows, whole, data, error, isPending, isPlaceholderData, refetch } = useRows(spec, state.query)
  const [hidden, setHidden] = useLocalSetting<readonly string[]>(
    `banyan.columns.${spec.name}`,
    spec.columns.filter((c) => c.optional).map((c) => c.key),
  )
  const [selected, setSelected] = useState(NOTHING)
  const columns = spec.columns.filter((c) => !hidden.includes(c.key))
  const chosen = rows.filter((row) => selected.has(spec.rowKey(row)))
  const narrowed = Object.keys(state.view).length > 0

  return (
    <section className="list" aria-label={spec.title}>
      <ListToolbar spec={spec} state={state} hidden={hidden} setHidden={setHidden} rows={rows} />
      {spec.bulk && chosen.length > 0 ? (
        <div className="list-bulk" role="status">
          <strong>{t({ en: `${chosen.length} selected`, zh: `已选 ${chosen.length} 项` })}</strong>
          {spec.bulk(chosen, () => setSelected(NOTHING))}
          <span className="grow" />
          <Button type="text" size="small" onClick={() => setSelected(NOTHING)}>
            {t({ en: 'Clear selection', zh: '取消选择' })}
          </Button>
        </div>
      ) : null}
      <div className="list-body">
        {error && !data ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending ? (
          <div className="list-loading">
            <Loading rows={8} />
          </div>
        ) : rows.length > 0 ? (
          <ListTable {...{ spec, state, columns, rows, whole, selected, setSelected }} stale={isPlaceholderData} />
        ) : narrowed || state.query.cursor ? (
          <Empty
            title={t({ en: 'Nothing matches', zh: '没有符合条件的结果' })}
            hint={t({ en: 'Try fewer words or clear a filter.', zh: '试试减少关键词，或清除部分筛选条件。' })}
            action={<Button onClick={state.clear}>{t({ en: 'Clear all', zh: '清除全部条件' })}</Button>}
          />
        ) : (
          <Empty {...spec.empty} />
        )}
      </div>
      {rows.length > 0 ? (
        <ListFoot
          state={state}
          shown={rows.length}
          total={spec.local ? rows.length : data?.total}
          nextCursor={data?.nextCursor ?? null}
        />
      ) : null}
    </section>
  )
}

interface FootProps {
  state: ListState
  shown: number
  total: number | undefined
  nextCursor: string | null
}

function ListFoot({ state, shown, total, nextCursor }: FootProps) {
  const t = useText()
  const format = useFormat()
  const paged = nextCursor !== null || state.page > 1
  const from = (state.page - 1) * state.query.limit + 1
  const range = `${format.number(from)}–${format.number(from + shown - 1)}`
  const n = total === undefined ? null : format.number(total)
  return (
    <footer className="list-foot">
      <span className="soft tabular" aria-live="polite">
        {paged
          ? n === null
            ? t({ en: `Rows ${range}`, zh: `第 ${range} 条` })
            : t({ en: `${range} of ${n}`, zh: `第 ${range} 条，共 ${n} 条` })
          : t({ en: `${n ?? format.number(shown)} in all`, zh: `共 ${n ?? format.number(shown)} 条` })}
      </span>
      {paged ? (
        <div className="row">
          <Select
            size="small"
            value={state.query.limit}
            aria-label={t({ en: 'Rows a page', zh: '每页条数' })}
            options={PAGE_SIZES.map((size) => ({
              value: size,
              label: t({ en: `${size} a page`, zh: `每页 ${size} 条` }),
            }))}
            onChange={(size) => state.setLimit(size)}
          />
          <Button
            size="small"
            disabled={state.page === 1}
            icon={<Icon name="left" size={13} />}
            aria-label={t({ en: 'Previous page', zh: '上一页' })}
            onClick={state.previous}
          />
          <Button
            size="small"
            disabled={nextCursor === null}
            icon={<Icon name="right" size={13} />}
            aria-label={t({ en: 'Next page', zh: '下一页' })}
            onClick={() => nextCursor && state.next(nextCursor)}
          />
        </div>
      ) : null}
    </footer>
  )
}
