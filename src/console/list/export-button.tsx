import { App, Button } from 'antd'
import { useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { explainProblem } from '../explain-problem.ts'
import { Icon } from '../icon.tsx'
import { allRows, csvOf, EXPORT_MAX, saveFile } from './export-rows.ts'
import type { ListQuery, ListSpec } from './list-spec.ts'

interface Props<R> {
  spec: ListSpec<R>
  query: ListQuery
  loaded: readonly R[]
}

/** All rows of the present search as CSV; shows how far it is and can be stopped. */
export function ExportButton<R>({ spec, query, loaded }: Props<R>) {
  const t = useText()
  const { message } = App.useApp()
  const [rows, setRows] = useState<number | null>(null)
  const stop = useRef<AbortController | null>(null)

  const run = async () => {
    if (stop.current) {
      stop.current.abort()
      return
    }
    const controller = new AbortController()
    stop.current = controller
    setRows(0)
    try {
      const items = spec.local ? loaded : await allRows(spec, query, setRows, controller.signal)
      const stamp = new Date().toISOString().slice(0, 10)
      saveFile(`${spec.title}-${stamp}.csv`, csvOf(items, spec.columns), 'text/csv;charset=utf-8')
      if (items.length >= EXPORT_MAX)
        message.warning(
          t({
            en: `The file holds the first ${EXPORT_MAX} rows. Narrow the list to get the rest.`,
            zh: `文件仅包含前 ${EXPORT_MAX} 行，请缩小筛选范围后再导出其余部分。`,
          }),
        )
    } catch (error) {
      if (!controller.signal.aborted) message.error(explainProblem(error, t).title)
    } finally {
      stop.current = null
      setRows(null)
    }
  }

  const busy = rows !== null
  return (
    <Button
      icon={<Icon name={busy ? 'close' : 'download'} />}
      onClick={() => void run()}
      aria-label={busy ? t({ en: 'Stop the export', zh: '停止导出' }) : t({ en: 'Export as CSV', zh: '导出 CSV' })}
    >
      <span className="wide-only tabular">
        {busy ? t({ en: `${rows} rows…`, zh: `已取 ${rows} 行…` }) : t({ en: 'Export', zh: '导出' })}
      </span>
    </Button>
  )
}
