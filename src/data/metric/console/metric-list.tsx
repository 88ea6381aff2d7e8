import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Spark } from '../../../console/chart/spark.tsx'
import { Icon } from '../../../console/icon.tsx'
import { lastDays } from '../../../console/insight/range.ts'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { useActorName } from '../../list/console/use-actor-name.ts'
import { FORMAT_TITLES, type Format, useMetricWords } from './words.ts'
import '../../../console/chart/chart.css'
import './metric.css'

type Metric = Item<'metric.list'>
const isFormat = (text: string | undefined): text is Format => text !== undefined && text in FORMAT_TITLES
const isSort = (text: string): text is 'name' | 'key' | 'updatedAt' => ['name', 'key', 'updatedAt'].includes(text)

export function MetricList() {
  const t = useText()
  const format = useFormat()
  const nameOf = useActorName()
  const { may } = useSession()
  const actions = useMemo(
    () => (
      <>
        <Link to="/metrics/presets">
          <Button icon={<Icon name="bookmark" />}>{t({ en: 'Presets', zh: '预置指标' })}</Button>
        </Link>
        {may('metric.manage') ? (
          <Link to="/metrics/new">
            <Button type="primary" icon={<Icon name="plus" />}>
              {t({ en: 'New metric', zh: '新建指标' })}
            </Button>
          </Link>
        ) : null}
      </>
    ),
    [may, t],
  )
  const spec = useMemo(
    (): ListSpec<Metric> => ({
      name: 'metric',
      title: t({ en: 'Metrics', zh: '指标列表' }),
      queryKey: ['metric.list'],
      load: ({ search, filters, sort, direction, limit, cursor }, signal) =>
        call(
          'metric.list',
          {
            limit,
            ...(search ? { search } : {}),
            ...(cursor ? { cursor } : {}),
            ...(isFormat(filters.format) ? { format: filters.format } : {}),
            ...(isSort(sort) ? { sort, order: direction } : {}),
          },
          { signal },
        ),
      rowKey: (r) => r.key,
      to: (r) => `/metrics/${r.key}`,
      search: t({ en: 'Search by name or key', zh: '按名称或标识搜索' }),
      filters: [
        {
          key: 'format',
          title: t({ en: 'Format', zh: '格式' }),
          options: (Object.keys(FORMAT_TITLES) as Format[]).map((f) => ({ value: f, label: t(FORMAT_TITLES[f]) })),
        },
      ],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Name', zh: '名称' }),
          sort: 'name',
          render: (r) => (
            <span className="metric-name">
              <span>{t(r.name)}</span> <span className="mono faint small">{r.key}</span>
            </span>
          ),
          text: (r) => t(r.name),
        },
        {
          key: 'value',
          title: t({ en: 'Last 28 days', zh: '近 28 天' }),
          width: 240,
          render: (r) => <Lately metric={r} />,
          text: () => '',
        },
        {
          key: 'sentence',
          title: t({ en: 'What it counts', zh: '统计口径' }),
          render: (r) => <span className="soft">{t(r.sentence)}</span>,
          text: (r) => t(r.sentence),
        },
        {
          key: 'owner',
          title: t({ en: 'Owner', zh: '负责人' }),
          width: 120,
          render: (r) => nameOf(r.ownerId && `operator:${r.ownerId}`),
          text: (r) => nameOf(r.ownerId && `operator:${r.ownerId}`),
        },
        { ...changedColumn(t, format), sort: 'updatedAt' },
      ],
      empty: {
        title: t({ en: 'No metrics yet', zh: '还没有指标' }),
        hint: t({
          en: 'A metric says once what a number means: which events count, and what of them. Charts, dashboards and segments name it and always agree. The presets are a good start.',
          zh: '指标把一个数字的口径定义一次：统计哪些事件、统计什么。图表、看板与分群引用同一指标，数字始终一致。可先安装预置指标。',
        }),
        action: actions,
      },
    }),
    [t, format, actions, nameOf],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Metrics', zh: '指标' })}
        hint={t({
          en: 'What a number means, said once; charts, dashboards and segments read the same definition.',
          zh: '指标口径只定义一次，图表、看板与分群共用，数字处处一致。',
        })}
        actions={actions}
      />
      <DataList spec={spec} />
    </>
  )
}

/** Charts that are looked at again and again may be minutes old. */
const FRESH_MS = 60_000

function Lately({ metric }: { metric: Metric }) {
  const words = useMetricWords()
  const { brand } = useSession()
  const range = useMemo(() => lastDays(28, brand.zone), [brand.zone])
  const { data } = useCall('metric.value', { key: metric.key, ...range }, { staleTime: FRESH_MS })
  if (!data) return <span className="faint">…</span>
  return (
    <span className="metric-lately tabular">
      <span>{words.value(data.value, metric)}</span>
      <Spark values={data.values.map((v) => v ?? 0)} width={80} height={24} />
    </span>
  )
}
