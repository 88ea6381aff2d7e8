import { App, Button, Input, Modal, Radio } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSegmentSize } from '../../../console/segment-size.ts'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'

type Topic = Item<'topic.overview'>

/** What members may subscribe to, and how many do. */
export function TopicList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const [making, setMaking] = useState(false)
  const create = useMemo(
    () =>
      may('topic.manage') ? (
        <Button type="primary" icon={<Icon name="plus" />} onClick={() => setMaking(true)}>
          {t({ en: 'New topic', zh: '新建主题' })}
        </Button>
      ) : null,
    [may, t],
  )
  const spec = useMemo(
    (): ListSpec<Topic> => ({
      name: 'topic',
      title: t({ en: 'Topics', zh: '订阅主题' }),
      queryKey: ['topic.overview'],
      local: true,
      load: ({ limit, cursor }, signal) => call('topic.overview', { limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (topic) => topic.key,
      search: t({ en: 'Search', zh: '搜索' }),
      columns: [
        { key: 'title', title: t({ en: 'Topic', zh: '主题' }), render: (x) => x.title, text: (x) => x.title },
        {
          key: 'key',
          title: t({ en: 'Key', zh: '标识' }),
          width: 160,
          render: (x) => <span className="mono">{x.key}</span>,
          text: (x) => x.key,
        },
        {
          key: 'default',
          title: t({ en: 'Unless they choose', zh: '默认方式' }),
          width: 170,
          render: (x) =>
            x.default === 'optOut' ? (
              <span className="pill good">{t({ en: 'subscribed', zh: '默认订阅' })}</span>
            ) : (
              <span className="pill">{t({ en: 'not subscribed', zh: '默认不订阅' })}</span>
            ),
          text: (x) => x.default,
        },
        {
          key: 'now',
          title: t({ en: 'Subscribed now', zh: '当前订阅人数' }),
          width: 150,
          align: 'right',
          render: (x) => <SubscribedNow topic={x.key} />,
          text: (x) => String(x.subscribed),
        },
        {
          key: 'subscribed',
          title: t({ en: 'Chose to', zh: '主动订阅' }),
          width: 120,
          align: 'right',
          render: (x) => format.number(x.subscribed),
          text: (x) => String(x.subscribed),
          value: (x) => x.subscribed,
        },
        {
          key: 'unsubscribed',
          title: t({ en: 'Opted out', zh: '已退订' }),
          width: 120,
          align: 'right',
          render: (x) => format.number(x.unsubscribed),
          text: (x) => String(x.unsubscribed),
          value: (x) => x.unsubscribed,
        },
      ],
      empty: {
        title: t({ en: 'No topics yet', zh: '还没有订阅主题' }),
        hint: t({
          en: 'A topic is what members subscribe to or opt out of, such as “New arrivals”. Segments and journeys ask who is subscribed.',
          zh: '主题是成员可订阅或退订的内容，如「新品上架」；分群与旅程可按订阅状态圈选。',
        }),
        action: create,
      },
    }),
    [t, format, create],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Topics', zh: '订阅主题' })}
        hint={t({
          en: 'What members may subscribe to and opt out of; what they choose always counts.',
          zh: '成员可自主订阅或退订，触达始终以成员的选择为准。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
      <TopicForm open={making} close={() => setMaking(false)} />
    </>
  )
}

/** By the same condition that segments ask, inside the reader's scope. */
function SubscribedNow({ topic }: { topic: string }) {
  const format = useFormat()
  const { data, error } = useSegmentSize({ subscribed: topic })
  return <span className="tabular">{data === undefined ? (error ? '–' : '…') : format.number(data)}</span>
}

function TopicForm({ open, close }: { open: boolean; close(): void }) {
  const t = useText()
  const { message } = App.useApp()
  const [key, setKey] = useState('')
  const [title, setTitle] = useState('')
  const [preset, setPreset] = useState<'optIn' | 'optOut'>('optIn')
  const create = useAct('topic.create')
  const save = () =>
    create.mutate(
      { key: key.trim(), title: title.trim(), default: preset },
      {
        onSuccess: () => {
          message.success(t({ en: 'Created', zh: '已创建' }))
          setKey('')
          setTitle('')
          close()
        },
      },
    )
  return (
    <Modal
      open={open}
      title={t({ en: 'New topic', zh: '新建主题' })}
      okText={t({ en: 'Create', zh: '创建' })}
      okButtonProps={{ disabled: !key.trim() || !title.trim() }}
      confirmLoading={create.isPending}
      onOk={save}
      onCancel={close}
    >
      <div className="stack">
        <Field label={t({ en: 'Title', zh: '主题名称' })} hint={t({ en: 'Members see it.', zh: '会展示给成员。' })}>
          {(id) => <Input id={id} value={title} maxLength={100} onChange={(e) => setTitle(e.target.value)} />}
        </Field>
        <Field
          label={t({ en: 'Key', zh: '标识' })}
          hint={t({
            en: 'Letters, digits, “.”, “-”; it cannot be changed later.',
            zh: '仅限字母、数字、点与短横线，创建后不可修改。',
          })}
        >
          {(id) => (
            <Input
              id={id}
              className="mono"
              value={key}
              maxLength={100}
              placeholder="new-arrivals"
              onChange={(e) => setKey(e.target.value)}
            />
          )}
        </Field>
        <Radio.Group
          value={preset}
          aria-label={t({ en: 'Unless they choose', zh: '默认方式' })}
          options={[
            { value: 'optIn', label: t({ en: 'Only who subscribes', zh: '主动订阅后才接收' }) },
            { value: 'optOut', label: t({ en: 'Everybody but who opts out', zh: '默认接收，可退订' }) },
          ]}
          onChange={(e) => setPreset(e.target.value as 'optIn' | 'optOut')}
        />
        {create.error ? <Failed compact error={create.error} /> : null}
      </div>
    </Modal>
  )
}
