import { useNavigate } from '@tanstack/react-router'
import { Button, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item, type Input as OperationInput } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'
import { STARTER } from './draft.ts'
import { type JourneyState, STATE_LOOK, STATE_TITLES } from './words.ts'

type Journey = Item<'journey.list'>

export function JourneyList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const [creating, setCreating] = useState(false)
  const manage = may('journey.manage')
  const spec = useMemo(
    (): ListSpec<Journey> => ({
      name: 'journey',
      title: t({ en: 'Journeys', zh: '旅程列表' }),
      queryKey: ['journey.list'],
      load: ({ search, filters, limit, cursor }, signal) => {
        const state = (Object.keys(STATE_TITLES) as JourneyState[]).find((s) => s === filters.state)
        return call(
          'journey.list',
          { limit, ...(search ? { search } : {}), ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) },
          { signal },
        )
      },
      rowKey: (j) => j.id,
      to: (j) => `/journeys/${j.id}`,
      search: t({ en: 'Search by name', zh: '按名称搜索' }),
      filters: [
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          options: Object.entries(STATE_TITLES).map(([value, title]) => ({ value, label: t(title) })),
        },
      ],
      columns: [
        { key: 'name', title: t({ en: 'Name', zh: '名称' }), render: (j) => j.name, text: (j) => j.name },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          width: 110,
          render: (j) => (
            <span className={STATE_LOOK[j.state]}>
              <span className="dot" />
              {t(STATE_TITLES[j.state])}
            </span>
          ),
          text: (j) => j.state,
        },
        {
          key: 'trigger',
          title: t({ en: 'Trigger', zh: '触发条件' }),
          render: (j) => <span className="soft">{j.trigger}</span>,
          text: (j) => j.trigger,
        },
        {
          key: 'waiting',
          title: t({ en: 'Inside', zh: '进行中' }),
          align: 'right',
          width: 100,
          render: (j) => format.number(j.runs.waiting),
          text: (j) => String(j.runs.waiting),
          value: (j) => j.runs.waiting,
        },
        {
          key: 'done',
          title: t({ en: 'Done', zh: '已完成' }),
          align: 'right',
          width: 100,
          render: (j) => format.number(j.runs.done),
          text: (j) => String(j.runs.done),
          value: (j) => j.runs.done,
        },
        {
          key: 'failed',
          title: t({ en: 'Failed', zh: '失败' }),
          align: 'right',
          width: 90,
          render: (j) => <span className={j.runs.failed > 0 ? 'field-error' : ''}>{format.number(j.runs.failed)}</span>,
          text: (j) => String(j.runs.failed),
          value: (j) => j.runs.failed,
        },
        changedColumn(t, format),
      ],
      empty: {
        title: t({ en: 'No journeys yet', zh: '还没有自动化旅程' }),
        hint: t({
          en: 'A journey starts when something happens, waits, looks, and acts: a welcome, a reminder, a reward.',
          zh: '旅程由行为或分群触发，按「等待—判断—执行」自动运行：欢迎新人、沉默唤醒、达标奖励……',
        }),
        action: manage ? (
          <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
            {t({ en: 'New journey', zh: '新建旅程' })}
          </Button>
        ) : null,
      },
    }),
    [t, format, manage],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Journeys', zh: '自动化旅程' })}
        hint={t({
          en: 'What happens by itself, once per member and step.',
          zh: '触发—动作自动化，每位成员每一步只执行一次。',
        })}
        actions={
          manage ? (
            <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
              {t({ en: 'New journey', zh: '新建旅程' })}
            </Button>
          ) : null
        }
      />
      <DataList spec={spec} />
      <CreateForm open={creating} close={() => setCreating(false)} />
    </>
  )
}

function CreateForm({ open, close }: { open: boolean; close: () => void }) {
  const t = useText()
  const navigate = useNavigate()
  const create = useAct('journey.create')
  const [name, setName] = useState('')
  return (
    <Modal
      open={open}
      title={t({ en: 'New journey', zh: '新建旅程' })}
      okText={t({ en: 'Create and draw', zh: '创建并编辑' })}
      okButtonProps={{ disabled: !name.trim() }}
      confirmLoading={create.isPending}
      onOk={() =>
        create.mutate(
          { name, graph: STARTER as OperationInput<'journey.create'>['graph'] },
          { onSuccess: ({ id }) => void navigate({ to: `/journeys/${id}` } as never) },
        )
      }
      onCancel={close}
    >
      <div className="stack">
        <Field
          label={t({ en: 'Name', zh: '旅程名称' })}
          hint={t({
            en: 'It begins with a welcome message as an example. Nothing runs before you publish it.',
            zh: '默认带一个「新人欢迎」示例，发布之前不会执行。',
          })}
        >
          {(id) => (
            <Input
              id={id}
              value={name}
              maxLength={100}
              placeholder={t({ en: 'e.g. Welcome to the community', zh: '例如：新人入群欢迎' })}
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        {create.error ? <Failed compact error={create.error} /> : null}
      </div>
    </Modal>
  )
}
