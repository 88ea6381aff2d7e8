import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberLink } from '../../../console/member-name.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { CHANNEL_TITLES, PURPOSE_TITLES, PURPOSES, STATE_LOOK, STATE_TITLES, STATES } from './words.ts'

type Message = Item<'message.list'>

export function MessageList() {
  const t = useText()
  const format = useFormat()
  const spec = useMemo(
    (): ListSpec<Message> => ({
      name: 'message',
      title: t({ en: 'Messages', zh: '触达记录' }),
      queryKey: ['message.list', 'all'],
      load: ({ filters, limit, cursor }, signal) => {
        const state = STATES.find((s) => s === filters.state)
        const purpose = PURPOSES.find((p) => p === filters.purpose)
        return call(
          'message.list',
          { limit, ...(state ? { state } : {}), ...(purpose ? { purpose } : {}), ...(cursor ? { cursor } : {}) },
          { signal },
        )
      },
      rowKey: (m) => m.id,
      filters: [
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          options: STATES.map((s) => ({ value: s, label: t(STATE_TITLES[s]) })),
        },
        {
          key: 'purpose',
          title: t({ en: 'Purpose', zh: '用途' }),
          options: PURPOSES.map((p) => ({ value: p, label: t(PURPOSE_TITLES[p]) })),
        },
      ],
      columns: [
        {
          key: 'title',
          title: t({ en: 'Message', zh: '消息' }),
          render: (m) => (
            <span title={m.content.body} className="clip" style={{ display: 'block' }}>
              {m.content.title}
            </span>
          ),
          text: (m) => m.content.title,
        },
        {
          key: 'member',
          title: t({ en: 'Member', zh: '成员' }),
          render: (m) => <MemberLink memberId={m.memberId} name={m.memberName} />,
          text: (m) => m.memberName ?? m.memberId,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          render: (m) => (
            <span className="row">
              <span className={STATE_LOOK[m.state]}>{t(STATE_TITLES[m.state])}</span>
              {m.reason ? <span className="soft small clip">{m.reason}</span> : null}
            </span>
          ),
          text: (m) => [m.state, m.reason].filter(Boolean).join(': '),
        },
        {
          key: 'channel',
          title: t({ en: 'Channel', zh: '渠道' }),
          render: (m) => t(CHANNEL_TITLES[m.channel]),
          text: (m) => m.channel,
        },
        {
          key: 'purpose',
          title: t({ en: 'Purpose', zh: '用途' }),
          render: (m) => t(PURPOSE_TITLES[m.purpose]),
          text: (m) => m.purpose,
        },
        {
          key: 'plannedAt',
          title: t({ en: 'Planned', zh: '计划时间' }),
          render: (m) => <span title={format.exact(m.plannedAt)}>{format.minute(m.plannedAt)}</span>,
          text: (m) => m.plannedAt,
        },
        {
          key: 'readAt',
          title: t({ en: 'Read', zh: '阅读时间' }),
          optional: true,
          render: (m) => (m.readAt ? format.minute(m.readAt) : '–'),
          text: (m) => m.readAt ?? '',
        },
      ],
      empty: {
        title: t({ en: 'No messages yet', zh: '还没有触达记录' }),
        hint: t({
          en: 'Messages come from journeys, or from the actions on a member’s page.',
          zh: '消息由自动化旅程发出，也可在成员详情页手动发送。',
        }),
      },
    }),
    [t, format],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Messages', zh: '触达记录' })}
        hint={t({
          en: 'Everything that was to reach a member, with what became of it and why.',
          zh: '全渠道触达明细：是否送达、是否阅读，未送达的也会注明原因。',
        })}
      />
      <DataList spec={spec} />
    </>
  )
}
