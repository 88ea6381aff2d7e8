import { Link } from '@tanstack/react-router'
import { App, Button, Dropdown, Input } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { KIND_TITLES } from '../../../console/insight/kinds.ts'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListQuery, ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { useActorName } from '../../list/console/use-actor-name.ts'

type Row = Item<'chart.list'>

const load = ({ search, filters, sort, direction, limit, cursor }: ListQuery, signal: AbortSignal) =>
  call(
    'chart.list',
    {
      limit,
      ...(sort === 'name' || sort === 'updatedAt' ? { sort, order: direction } : {}),
      ...(search ? { search } : {}),
      ...(filters.kind ? { kind: filters.kind } : {}),
      ...(filters.mine === 'true' ? { mine: true } : {}),
      ...(cursor ? { cursor } : {}),
    },
    { signal },
  )

/** Saved charts, and where they stand. */
export function ChartList() {
  const t = useText()
  const format = useFormat()
  const nameOf = useActorName()
  const explore = useMemo(
    () => (
      <Link to="/explore">
        <Button type="primary" icon={<Icon name="chart" />}>
          {t({ en: 'Ask in Explore', zh: '前往行为分析' })}
        </Button>
      </Link>
    ),
    [t],
  )
  const spec = useMemo((): ListSpec<Row> => {
    const titleOf = (kind: string) => {
      const title = KIND_TITLES[kind as keyof typeof KIND_TITLES]
      return title ? t(title) : kind
    }
    return {
      name: 'chart',
      title: t({ en: 'Saved charts', zh: '已存图表' }),
      queryKey: ['chart.list'],
      load,
      rowKey: (c) => c.id,
      to: (c) => `/charts/${c.id}`,
      search: t({ en: 'Search by name and description', zh: '按名称与说明搜索' }),
      filters: [
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '分析类型' }),
          options: Object.entries(KIND_TITLES).map(([value, title]) => ({ value, label: t(title) })),
        },
        {
          key: 'mine',
          title: t({ en: 'Made by', zh: '创建人' }),
          options: [{ value: 'true', label: t({ en: 'me', zh: '我创建的' }) }],
        },
      ],
      columns: [
        { key: 'name', sort: 'name', title: t({ en: 'Name', zh: '名称' }), render: (c) => c.name, text: (c) => c.name },
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '分析类型' }),
          width: 120,
          render: (c) => titleOf(c.kind),
          text: (c) => c.kind,
        },
        {
          key: 'dashboards',
          title: t({ en: 'On dashboards', zh: '所在看板' }),
          align: 'right',
          width: 120,
          render: (c) => (c.dashboards > 0 ? format.number(c.dashboards) : '–'),
          text: (c) => String(c.dashboards),
        },
        {
          key: 'owner',
          title: t({ en: 'Made by', zh: '创建人' }),
          width: 130,
          render: (c) => nameOf(c.owner),
          text: (c) => nameOf(c.owner),
        },
        { ...changedColumn(t, format), sort: 'updatedAt' },
      ],
      rowActions: (c) => <ChartMenu chart={c} />,
      empty: {
        title: t({ en: 'No saved charts yet', zh: '还没有已存图表' }),
        hint: t({
          en: 'Ask in Explore and save the chart; it can then stand on any dashboard.',
          zh: '在行为分析中完成查询后保存，即可加入任意看板。',
        }),
        action: explore,
      },
    }
  }, [t, format, nameOf, explore])
  return (
    <>
      <PageHead
        title={t({ en: 'Saved charts', zh: '已存图表' })}
        hint={t({
          en: 'Questions with a name, for any dashboard.',
          zh: '已命名的查询，可加入任意看板，一处修改、处处生效。',
        })}
        actions={explore}
      />
      <DataList spec={spec} />
    </>
  )
}

function ChartMenu({ chart }: { chart: Row }) {
  const t = useText()
  const { may } = useSession()
  const { modal } = App.useApp()
  const confirmed = useConfirmed()
  const rename = useAct('chart.update')
  const remove = useAct('chart.delete', { touches: ['dashboard'] })
  if (!may('dashboard.manage')) return null
  const askName = () => {
    let { name } = chart
    modal.confirm({
      title: t({ en: 'Rename the chart', zh: '重命名图表' }),
      icon: null,
      content: (
        <Input
          autoFocus
          defaultValue={name}
          maxLength={100}
          aria-label={t({ en: 'Name', zh: '名称' })}
          onChange={(e) => {
            name = e.target.value
          }}
        />
      ),
      okText: t({ en: 'Rename', zh: '重命名' }),
      onOk: async () => {
        const { version } = await call('chart.get', { id: chart.id })
        await rename.mutateAsync({ id: chart.id, version, name })
      },
    })
  }
  const drop = () =>
    void confirmed({
      danger: true,
      title: t({ en: `Delete “${chart.name}”?`, zh: `删除图表「${chart.name}」？` }),
      consequence: t({
        en: `${chart.dashboards} ${chart.dashboards === 1 ? 'dashboard keeps' : 'dashboards keep'} a copy of their own; it no longer changes with others.`,
        zh: `正在使用的 ${chart.dashboards} 个看板将各自保留一份副本，之后互不影响。`,
      }),
      ok: t({ en: 'Delete', zh: '删除' }),
      act: () => remove.mutateAsync({ id: chart.id }),
    })
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'rename', icon: <Icon name="edit" />, label: t({ en: 'Rename', zh: '重命名' }), onClick: askName },
          {
            key: 'delete',
            icon: <Icon name="trash" />,
            danger: true,
            label: t({ en: 'Delete', zh: '删除' }),
            onClick: drop,
          },
        ],
      }}
    >
      <Button
        type="text"
        size="small"
        icon={<Icon name="more" />}
        aria-label={t({ en: `What can be done with “${chart.name}”`, zh: `「${chart.name}」的操作` })}
      />
    </Dropdown>
  )
}
