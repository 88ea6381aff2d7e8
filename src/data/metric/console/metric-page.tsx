import { Link, useNavigate } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useMemo, useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { InsightChart } from '../../../console/insight/insight-chart.tsx'
import { lastDays } from '../../../console/insight/range.ts'
import { WhoDrawer } from '../../../console/insight/who-drawer.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { Uses } from '../../../console/uses.tsx'
import { useActorName } from '../../list/console/use-actor-name.ts'
import { Figure } from './figure.tsx'
import { FORMAT_TITLES } from './words.ts'
import './metric.css'

type Metric = Output<'metric.get'>

export function MetricPage() {
  const key = useParam('metricKey')
  const t = useText()
  const nameOf = useActorName()
  const { may } = useSession()
  const metric = useCall('metric.get', { key })
  return (
    <Answer of={metric} rows={8}>
      {(m) => (
        <>
          <PageHead
            title={t(m.name)}
            back={{ to: '/metrics', title: t({ en: 'Metrics', zh: '指标' }) }}
            hint={
              <span className="row wrap">
                <span className="mono">{m.key}</span>
                <span>{t(FORMAT_TITLES[m.format])}</span>
                {m.ownerId ? (
                  <span>
                    {t({
                      en: `Owner: ${nameOf(`operator:${m.ownerId}`)}`,
                      zh: `负责人：${nameOf(`operator:${m.ownerId}`)}`,
                    })}
                  </span>
                ) : null}
              </span>
            }
            actions={may('metric.manage') ? <Actions metric={m} /> : null}
          />
          {t(m.description) ? <p className="card metric-rule">{t(m.description)}</p> : null}
          <PageTabs
            label={t({ en: 'Views of the metric', zh: '指标视图' })}
            items={[
              { key: 'value', label: t({ en: 'Value', zh: '数值' }), children: <Values metric={m} /> },
              { key: 'usage', label: t({ en: 'Used by', zh: '血缘' }), children: <Usage uses={m.uses} /> },
              { key: 'history', label: t({ en: 'History', zh: '变更记录' }), children: <History metric={m} /> },
            ]}
          />
        </>
      )}
    </Answer>
  )
}

function Actions({ metric }: { metric: Metric }) {
  const t = useText()
  const navigate = useNavigate()
  const { modal, message } = App.useApp()
  const remove = useAct('metric.delete')
  const confirmRemove = () =>
    modal.confirm({
      title: t({ en: `Delete “${metric.name.en}”?`, zh: `删除指标「${metric.name.zh}」？` }),
      content: t({
        en: 'Nothing uses it. Its definition is gone for good; the events it counts stay.',
        zh: '目前没有引用。指标定义将永久删除，其统计的事件不受影响。',
      }),
      okText: t({ en: 'Delete', zh: '删除' }),
      okButtonProps: { danger: true },
      onOk: () =>
        remove.mutateAsync({ key: metric.key }).then(
          () => navigate({ to: '/metrics' } as never),
          (error: unknown) => {
            const { title, hint } = explainProblem(error, t)
            message.error(`${title} ${hint}`)
          },
        ),
    })
  const isUsed = metric.uses.length > 0
  return (
    <>
      <Button
        icon={<Icon name="trash" />}
        disabled={isUsed}
        title={isUsed ? t({ en: 'It is in use', zh: '正在被使用，无法删除' }) : t({ en: 'Delete', zh: '删除' })}
        onClick={confirmRemove}
      >
        {t({ en: 'Delete', zh: '删除' })}
      </Button>
      <Link to={`/metrics/${metric.key}/edit`}>
        <Button type="primary" icon={<Icon name="edit" />}>
          {t({ en: 'Edit', zh: '编辑' })}
        </Button>
      </Link>
    </>
  )
}

const DAYS = 28

function Values({ metric }: { metric: Metric }) {
  const t = useText()
  const { brand, may } = useSession()
  const [open, setOpen] = useState<{ cell: string; label: string } | null>(null)
  const query = useMemo(
    // By its own definition, so that the chart knows which property it draws, and whether that is money.
    () => ({
      ...lastDays(DAYS, brand.zone),
      interval: 'day',
      series: [{ ...metric.definition, name: t(metric.name) }],
    }),
    [brand.zone, metric, t],
  )
  return (
    <section className="card stack">
      <Figure
        asked={{ key: metric.key }}
        format={metric.format}
        unit={metric.unit}
        name={t(metric.name)}
        spark={false}
      />
      <InsightChart
        kind="trend"
        query={query}
        {...(may('segment.read') ? { onCell: (cell: string, label: string) => setOpen({ cell, label }) } : {})}
      />
      <WhoDrawer
        kind="trend"
        query={query}
        cell={open?.cell ?? null}
        label={open?.label ?? ''}
        onClose={() => setOpen(null)}
      />
    </section>
  )
}

function Usage({ uses }: { uses: Metric['uses'] }) {
  const t = useText()
  return (
    <section className="card">
      {uses.length === 0 ? (
        <Empty
          title={t({ en: 'Nothing uses this metric yet', zh: '暂无引用' })}
          hint={t({
            en: 'Segments, charts and dashboards that name it are listed here.',
            zh: '引用该指标的分群、图表与看板会列在这里。',
          })}
        />
      ) : (
        <Uses of={uses} />
      )}
    </section>
  )
}

function History({ metric }: { metric: Metric }) {
  const t = useText()
  const format = useFormat()
  const nameOf = useActorName()
  const history = useCall('metric.history', { key: metric.key, limit: 100 })
  return (
    <section className="card">
      <Answer of={history}>
        {({ items }) => (
          <ol className="stack" reversed start={items[0]?.version ?? 1}>
            {items.map((v) => (
              <li key={v.version}>
                <span className="row wrap">
                  <span title={format.exact(v.at)}>{format.ago(v.at)}</span>
                  <span className="soft">{nameOf(v.actor)}</span>
                </span>
                <p>{v.sentence ? t(v.sentence) : t({ en: 'Deleted', zh: '已删除' })}</p>
              </li>
            ))}
          </ol>
        )}
      </Answer>
    </section>
  )
}
