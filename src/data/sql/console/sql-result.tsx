import { App, Button, Dropdown } from 'antd'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { csvOf, saveFile } from '../../../console/list/export-rows.ts'
import { Empty } from '../../../console/states.tsx'

type Answer = Output<'sql.query'>

/** More would only make the page slow; the file has them all. */
const MOST_SHOWN = 500

const text = (value: unknown): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
const isNumber = (type: string) => /^(?:Nullable\()?(?:U?Int|Float|Decimal)/.test(type)

export function SqlResult({ answer }: { answer: Answer }) {
  const t = useText()
  const format = useFormat()
  const { columns, rows, cut, tookMs } = answer
  const shown = rows.slice(0, MOST_SHOWN)
  return (
    <section className="card stack tight" aria-label={t({ en: 'Result', zh: '查询结果' })}>
      <div className="row between wrap">
        <p className="soft small" role="status">
          {t({
            en: `${format.number(rows.length)} rows in ${format.number(Math.round(tookMs))} ms`,
            zh: `${format.number(rows.length)} 行，用时 ${format.number(Math.round(tookMs))} 毫秒`,
          })}
          {cut
            ? t({
                en: '; there are more, raise the limit or narrow the statement',
                zh: '；还有更多行未返回，可提高行数上限或缩小范围',
              })
            : ''}
          {rows.length > MOST_SHOWN
            ? t({
                en: `; the first ${MOST_SHOWN} are shown, the file has all`,
                zh: `；仅显示前 ${MOST_SHOWN} 行，导出文件包含全部`,
              })
            : ''}
        </p>
        <ExportButton answer={answer} />
      </div>
      {rows.length === 0 ? (
        <Empty
          title={t({ en: 'No rows', zh: '没有结果' })}
          hint={t({ en: 'Nothing fits the statement.', zh: '没有符合条件的数据。' })}
        />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="sql-table" tabIndex={0} aria-label={t({ en: 'Rows', zh: '结果行' })}>
          <table className="tabular">
            <thead>
              <tr>
                {columns.map((c, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
                  <th key={i} scope="col" className={isNumber(c.type) ? 'is-number' : undefined}>
                    {c.name}
                    <span className="faint small">{c.type}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row, r) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
                <tr key={r}>
                  {row.map((value, c) => (
                    <td
                      // biome-ignore lint/suspicious/noArrayIndexKey: as columns
                      key={c}
                      className={isNumber(columns[c]?.type ?? '') ? 'is-number' : undefined}
                      title={text(value)}
                    >
                      {value === null ? <span className="faint">NULL</span> : text(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

function ExportButton({ answer: { columns, rows } }: { answer: Answer }) {
  const t = useText()
  const { message } = App.useApp()
  const name = (end: string) => `sql-${new Date().toISOString().slice(0, 16).replace(/[T:]/g, '-')}.${end}`
  const save = async (form: 'csv' | 'xlsx') => {
    try {
      if (form === 'csv') {
        const titled = columns.map((c, i) => ({ title: c.name, text: (row: readonly unknown[]) => text(row[i]) }))
        saveFile(name('csv'), csvOf(rows, titled as never), 'text/csv;charset=utf-8')
        return
      }
      const { xlsxOf } = await import('../../insight/console/xlsx-file.ts')
      const cells = rows.map((row) => row.map((v) => (typeof v === 'number' ? v : v === null ? null : text(v))))
      saveFile(name('xlsx'), xlsxOf([columns.map((c) => c.name), ...cells], 'SQL'), XLSX)
    } catch {
      message.error(t({ en: 'The file could not be made', zh: '文件生成失败' }))
    }
  }
  return (
    <Dropdown
      trigger={['click']}
      disabled={rows.length === 0}
      menu={{
        items: [
          { key: 'csv', label: t({ en: 'CSV', zh: 'CSV' }) },
          { key: 'xlsx', label: t({ en: 'Excel (XLSX)', zh: 'Excel（XLSX）' }) },
        ],
        onClick: ({ key }) => void save(key === 'xlsx' ? 'xlsx' : 'csv'),
      }}
    >
      <Button size="small" icon={<Icon name="export" />}>
        {t({ en: 'Export', zh: '导出' })}
      </Button>
    </Dropdown>
  )
}
