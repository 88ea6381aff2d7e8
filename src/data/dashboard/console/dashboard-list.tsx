import { useNavigate } from '@tanstack/react-router'
import { App, Button, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListQuery, ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import { useActorName } from '../../list/console/use-actor-name.ts'
import './dashboard.css'

type Row = Item<'dashboard.list'>

const load = ({ search, filters, sort, direction, limit, cursor }: ListQuery, signal: AbortSignal) =>
  call(
    'dashboard.list',
    {
      limit,
      ...(sort === 'name' || sort === 'updatedAt' ? { sort, order: direction } : {}),
      ...(search ? { search } : {}),
      ...(filters.mine === 'true' ? { mine: true } : {}),
      ...(cursor ? { cursor } : {}),
    },
    { signal },
  )

/** All dashboards one may see. */
export function DashboardList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const nameOf = useActorName()
  const [creating, setCreating] = useState(false)
  const create = useMemo(
    () =>
      may('dashboard.manage') ? (
        <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
          {t({ en: 'New dashboard', zh: '新建看板' })}
        </Button>
      ) : null,
    [may, t],
  )
  const spec = useMemo(
    (): ListSpec<Row> => ({
      name: 'dashboard',
      title: t({ en: 'Dashboards', zh: '数据看板' }),
      queryKey: ['dashboard.list'],
      load,
      rowKey: (d) => d.id,
      to: (d) => `/dashboards/${d.id}`,
      search: t({ en: 'Search by name and description', zh: '按名称与说明搜索' }),
      filters: [
        {
          key: 'mine',
          title: t({ en: 'Made by', zh: '创建人' }),
          options: [{ value: 'true', label: t({ en: 'me', zh: '我创建的' }) }],
        },
      ],
      columns: [
        {
          key: 'name',
          sort: 'name',
          title: t({ en: 'Name', zh: '名称' }),
          render: (d) => (
            <span>
              {d.name}
              {d.description ? <span className="faint small"> · {d.description}</span> : null}
            </span>
          ),
          text: (d) => d.name,
        },
        {
          key: 'tiles',
          title: t({ en: 'Tiles', zh: '图块' }),
          align: 'right',
          width: 80,
          render: (d) => format.number(d.tiles),
          text: (d) => String(d.tiles),
        },
        {
          key: 'shared',
          title: t({ en: 'Seen by', zh: '可见范围' }),
          width: 120,
          render: (d) =>
            d.shared ? (
              t({ en: 'everybody', zh: '全员可见' })
            ) : (
              <span className="pill">{t({ en: 'only its maker', zh: '仅创建人' })}</span>
            ),
          text: (d) => (d.shared ? 'everybody' : 'maker'),
        },
        {
          key: 'owner',
          title: t({ en: 'Made by', zh: '创建人' }),
          width: 130,
          render: (d) => nameOf(d.owner),
          text: (d) => nameOf(d.owner),
        },
        { ...changedColumn(t, format), sort: 'updatedAt' },
      ],
      empty: {
        title: t({ en: 'No dashboards yet', zh: '还没有看板' }),
        hint: t({
          en: 'Begin with a template: overview, growth, activity, conversion, retention, support or campaign.',
          zh: '可从模板开始：经营总览、拉新增长、活跃、转化、留存、服务支持、活动复盘。',
        }),
        action: create,
      },
    }),
    [t, format, nameOf, create],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Dashboards', zh: '数据看板' })}
        hint={t({
          en: 'Charts, numbers and goals side by side, for the same days and the same members.',
          zh: '把图表、指标与目标放在一起，用同一时间范围、同一批成员查看。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
      <NewDashboard open={creating} onClose={() => setCreating(false)} />
    </>
  )
}

function NewDashboard({ open, onClose }: { open: boolean; onClose(): void }) {
  const t = useText()
  const { locale } = usePreferences()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const templates = useCall('dashboard.templates', open ? {} : null)
  const create = useAct('dashboard.create')
  const [template, setTemplate] = useState<string | null>('overview')
  const [name, setName] = useState('')
  const make = async () => {
    try {
      const { id } = await create.mutateAsync({
        ...(template ? { template: template as 'overview', language: locale } : {}),
        ...(name.trim() ? { name: name.trim() } : {}),
      })
      onClose()
      await navigate({ to: `/dashboards/${id}`, ...(template ? {} : { search: { edit: '1' } }) } as never)
    } catch (error) {
      const { title, hint } = explainProblem(error, t)
      message.error([title, hint].filter(Boolean).join(' '))
    }
  }
  return (
    <Modal
      open={open}
      onCancel={onClose}
      width={760}
      title={t({ en: 'New dashboard', zh: '新建看板' })}
      okText={t({ en: 'Create', zh: '创建' })}
      onOk={() => void make()}
      confirmLoading={create.isPending}
    >
      <div className="stack">
        <Field
          label={t({ en: 'Name', zh: '名称' })}
          hint={t({ en: 'Left empty: the name of the template.', zh: '留空则使用模板名称。' })}
        >
          {(id) => <Input id={id} value={name} maxLength={100} onChange={(e) => setName(e.target.value)} />}
        </Field>
        <Answer of={templates} rows={5}>
          {({ items }) => (
            <fieldset className="template-grid" aria-label={t({ en: 'Template', zh: '模板' })}>
              {[...items, null].map((item) => (
                <button
                  key={item?.key ?? 'blank'}
                  type="button"
                  className="bare template"
                  aria-pressed={template === (item?.key ?? null)}
                  onClick={() => setTemplate(item?.key ?? null)}
                >
                  <strong>{item ? t(item.title) : t({ en: 'Blank', zh: '空白看板' })}</strong>
                  <span className="soft small">
                    {item ? t(item.hint) : t({ en: 'Put it together yourself.', zh: '自行添加图块。' })}
                  </span>
                  {item && item.waiting.length > 0 ? (
                    <span className="faint small">
                      {t({
                        en: `Left out for now: tiles that need ${item.waiting.join(', ')}`,
                        zh: `以下数据尚未接入，相关图块暂不创建：${item.waiting.join('、')}`,
                      })}
                    </span>
                  ) : null}
                </button>
              ))}
            </fieldset>
          )}
        </Answer>
      </div>
    </Modal>
  )
}
