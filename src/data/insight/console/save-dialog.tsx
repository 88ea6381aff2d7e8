import { useNavigate } from '@tanstack/react-router'
import { App, Input, Modal, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import type { ChartKind, InsightQuery } from '../../../console/insight/answer.ts'
import { Failed } from '../../../console/states.tsx'

export type SaveAs = 'chart' | 'dashboard'

interface Props {
  /** Null is closed. */
  as: SaveAs | null
  kind: ChartKind
  query: InsightQuery
  view: 'chart' | 'table'
  suggested: string
  close(): void
}

const MOST_LETTERS = 100

/** Keeps the question under a name: on its own, or as a tile of a dashboard, which brings its own range. */
export function SaveDialog({ as, kind, query, view, suggested, close }: Props) {
  const t = useText()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [name, setName] = useState('')
  const [dashboard, setDashboard] = useState<string | null>(null)
  const dashboards = useCall('dashboard.list', as === 'dashboard' ? { limit: 200 } : null)
  const chart = useAct('chart.create', { touches: ['chart', 'dashboard'] })
  const tile = useAct('dashboard.add_tile', { touches: ['dashboard'] })
  const save = as === 'dashboard' ? tile : chart
  const { reset: resetChart } = chart
  const { reset: resetTile } = tile
  useEffect(() => {
    if (!as) return
    setName(suggested.slice(0, MOST_LETTERS))
    resetChart()
    resetTile()
  }, [as, suggested, resetChart, resetTile])
  const run = () => {
    if (as === 'chart')
      chart.mutate(
        { name: name.trim(), kind, query, view },
        {
          onSuccess: () => {
            message.success(t({ en: 'The chart is saved', zh: '图表已保存' }))
            close()
          },
        },
      )
    else if (dashboard)
      tile.mutate(
        { id: dashboard, title: name.trim(), kind, query, view },
        { onSuccess: () => void navigate({ to: `/dashboards/${dashboard}` } as never) },
      )
  }
  const label = as === 'dashboard' ? t({ en: 'Title of the tile', zh: '卡片标题' }) : t({ en: 'Name', zh: '图表名称' })
  return (
    <Modal
      open={as !== null}
      title={
        as === 'dashboard'
          ? t({ en: 'Put on a dashboard', zh: '添加到看板' })
          : t({ en: 'Save as a chart', zh: '存为图表' })
      }
      okText={as === 'dashboard' ? t({ en: 'Add and open', zh: '添加并打开' }) : t({ en: 'Save', zh: '保存' })}
      okButtonProps={{ disabled: !name.trim() || (as === 'dashboard' && !dashboard) }}
      confirmLoading={save.isPending}
      onOk={run}
      onCancel={close}
    >
      <div className="stack">
        {as === 'dashboard' ? (
          <Field label={t({ en: 'Dashboard', zh: '看板' })}>
            {(id) => (
              <Select
                id={id}
                showSearch={{ optionFilterProp: 'label' }}
                loading={dashboards.isPending}
                value={dashboard}
                placeholder={t({ en: 'Choose a dashboard', zh: '选择看板' })}
                options={(dashboards.data?.items ?? []).map((d) => ({ value: d.id, label: d.name }))}
                notFoundContent={t({ en: 'There is no dashboard yet', zh: '还没有看板，请先在看板页新建' })}
                onChange={setDashboard}
              />
            )}
          </Field>
        ) : null}
        <Field
          label={label}
          hint={t({
            en: 'The question is kept without its range: a dashboard brings its own.',
            zh: '保存时不含时间范围，展示时以看板的时间范围为准。',
          })}
        >
          {(id) => <Input id={id} value={name} maxLength={MOST_LETTERS} onChange={(e) => setName(e.target.value)} />}
        </Field>
        {save.error ? <Failed compact error={save.error} /> : null}
      </div>
    </Modal>
  )
}
