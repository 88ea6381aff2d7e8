import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import type { ChartKind, InsightQuery } from '../../../console/insight/answer.ts'
import type { ChartWords } from '../../../console/insight/chart-words.ts'
import { drawingOf } from '../../../console/insight/drawings.ts'
import { KIND_TITLES } from '../../../console/insight/kinds.ts'
import { csvOf, saveFile } from '../../../console/list/export-rows.ts'
import { useSession } from '../../../console/session.tsx'
import { type SaveAs, SaveDialog } from './save-dialog.tsx'

interface Props {
  kind: ChartKind
  query: InsightQuery | null
  answer: (object & { asOf: string }) | undefined
  words: ChartWords
  view: 'chart' | 'table'
  /** What was asked, in a sentence. */
  sentence: string
  /** Where it is drawn. */
  picture(): HTMLElement | null
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What can be done with an answer: kept, taken along, asked by a program. */
export function ExploreActions({ kind, query, answer, words, view, sentence, picture }: Props) {
  const t = useText()
  const { message } = App.useApp()
  const { may } = useSession()
  const [saving, setSaving] = useState<SaveAs | null>(null)
  const title = t(KIND_TITLES[kind])
  const file = (ending: string) => `${title}-${new Date().toISOString().slice(0, 10)}.${ending}`
  const grid = answer && query ? drawingOf(kind)?.grid(answer, query, words) : undefined

  const copy = async () => {
    await navigator.clipboard.writeText(curlOf(kind, query ?? {}))
    message.success(t({ en: 'Copied; put an API key in $API_KEY', zh: '已复制，请将 $API_KEY 换成 API 密钥' }))
  }
  const take = async (form: string) => {
    if (!grid) return
    const heads = [grid.head, ...grid.columns]
    if (form === 'csv') {
      const columns = heads.map((head, i) => ({
        title: head,
        text: (row: (typeof grid.rows)[number]) => (i === 0 ? row.head : String(row.cells[i - 1]?.value ?? '')),
      }))
      saveFile(file('csv'), csvOf(grid.rows, columns), 'text/csv;charset=utf-8')
    } else if (form === 'xlsx') {
      const { xlsxOf } = await import('./xlsx-file.ts')
      const rows = grid.rows.map((row) => [row.head, ...row.cells.map((c) => c.value)])
      saveFile(file('xlsx'), xlsxOf([heads, ...rows], title), XLSX)
    } else {
      const node = picture()
      const { paintPng } = await import('./paint-png.ts')
      if (node) saveFile(file('png'), await paintPng(node, { title, foot: sentence }), 'image/png')
    }
  }
  const fail = () => message.error(t({ en: 'The file could not be made', zh: '文件生成失败' }))
  return (
    <>
      <Button icon={<Icon name="copy" />} disabled={!query} onClick={() => void copy()}>
        <span className="wide-only">{t({ en: 'API call', zh: '复制 API 调用' })}</span>
        <span className="sr-only narrow-only">{t({ en: 'Copy as API call', zh: '复制 API 调用' })}</span>
      </Button>
      <Dropdown
        trigger={['click']}
        disabled={!grid}
        menu={{
          items: [
            { key: 'csv', label: 'CSV' },
            { key: 'xlsx', label: t({ en: 'Excel (XLSX)', zh: 'Excel（XLSX）' }) },
            { key: 'png', label: t({ en: 'Picture (PNG)', zh: '图片（PNG）' }) },
          ],
          onClick: ({ key }) => void take(key).catch(fail),
        }}
      >
        <Button icon={<Icon name="export" />} aria-label={t({ en: 'Export', zh: '导出' })}>
          <span className="wide-only">{t({ en: 'Export', zh: '导出' })}</span>
        </Button>
      </Dropdown>
      {may('dashboard.manage') ? (
        <Dropdown
          trigger={['click']}
          disabled={!query}
          menu={{
            items: [
              { key: 'chart', label: t({ en: 'As a chart', zh: '存为图表' }) },
              { key: 'dashboard', label: t({ en: 'On a dashboard', zh: '添加到看板' }) },
            ],
            onClick: ({ key }) => setSaving(key as SaveAs),
          }}
        >
          <Button type="primary" icon={<Icon name="bookmark" />}>
            {t({ en: 'Save', zh: '保存' })}
          </Button>
        </Dropdown>
      ) : null}
      {query ? (
        <SaveDialog
          as={saving}
          kind={kind}
          query={query}
          view={view}
          suggested={sentence}
          close={() => setSaving(null)}
        />
      ) : null}
    </>
  )
}

/** The same question as a program asks it. */
const curlOf = (kind: string, query: InsightQuery): string =>
  [
    `curl ${location.origin}/api/insight.${kind} -H "authorization: Bearer $API_KEY"`,
    "-H 'content-type: application/json'",
    `-d '${JSON.stringify(query).replaceAll("'", "'\\''")}'`,
  ].join(' \\\n  ')
