import { useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import type { InsightQuery } from '../../../console/insight/answer.ts'
import { InsightChart } from '../../../console/insight/insight-chart.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer, Empty, Failed } from '../../../console/states.tsx'
import { useParam, useUrlState } from '../../../console/url-state.ts'

function queryOf(text: string | undefined): InsightQuery | null {
  try {
    const query: unknown = JSON.parse(text ?? '')
    return typeof query === 'object' && query !== null ? (query as InsightQuery) : null
  } catch {
    return null
  }
}

/** `/dashboards/<id>/add?kind=&query=&title=`: a question from elsewhere becomes a tile. */
export function AddTile() {
  const t = useText()
  const id = useParam('dashboardId')
  const [url] = useUrlState()
  const navigate = useNavigate()
  const dashboard = useCall('dashboard.get', { id })
  const add = useAct('dashboard.add_tile')
  const [title, setTitle] = useState(url.title ?? '')
  const query = queryOf(url.query)
  const { kind } = url
  if (!query || !kind)
    return <Empty level="h1" title={t({ en: 'There is no question in this link', zh: '该链接中没有可添加的查询' })} />
  const put = () =>
    add.mutate(
      { id, kind, query, title: title.trim() },
      { onSuccess: () => void navigate({ to: `/dashboards/${id}` } as never) },
    )
  return (
    <Answer of={dashboard} rows={8}>
      {(d) => (
        <>
          <PageHead
            title={t({ en: `Put it on “${d.name}”`, zh: `加入看板「${d.name}」` })}
            back={{ to: `/dashboards/${id}`, title: d.name }}
            hint={t({
              en: 'The dashboard’s days and filter will apply.',
              zh: '加入后将使用看板的时间范围与成员筛选。',
            })}
          />
          <div className="stack">
            <Field label={t({ en: 'Title', zh: '标题' })}>
              {(field) => (
                <Input
                  id={field}
                  value={title}
                  maxLength={100}
                  style={{ maxWidth: 420 }}
                  onChange={(e) => setTitle(e.target.value)}
                />
              )}
            </Field>
            <section className="card" aria-label={t({ en: 'Preview', zh: '预览' })}>
              <InsightChart kind={kind} query={query} height={320} />
            </section>
            {add.error ? <Failed compact error={add.error} /> : null}
            <div>
              <Button type="primary" loading={add.isPending} onClick={put}>
                {t({ en: 'Add', zh: '加入看板' })}
              </Button>
            </div>
          </div>
        </>
      )}
    </Answer>
  )
}
