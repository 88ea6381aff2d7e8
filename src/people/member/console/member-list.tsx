import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Input, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from '../../../console/avatar.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListQuery, ListSpec } from '../../../console/list/list-spec.ts'
import { nameOf } from '../../../console/member-name.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'

type Member = Item<'member.find'>
type Filter = NonNullable<Input<'member.find'>['filters']>[number]

const DAY_MS = 86_400_000
const daysAgo = (days: string) => new Date(Date.now() - Number(days) * DAY_MS).toISOString()

/** The list's choices as the server's conditions. */
function conditionsOf({ status, seen, since }: Readonly<Record<string, string>>): Filter[] {
  return [
    ...(status ? [{ field: 'status' as const, op: 'eq' as const, value: status }] : []),
    ...(seen?.startsWith('in')
      ? [{ field: 'lastSeenAt' as const, op: 'gte' as const, value: daysAgo(seen.slice(2)) }]
      : []),
    ...(seen?.startsWith('not')
      ? [{ field: 'lastSeenAt' as const, op: 'lte' as const, value: daysAgo(seen.slice(3)) }]
      : []),
    ...(since ? [{ field: 'createdAt' as const, op: 'gte' as const, value: daysAgo(since) }] : []),
  ]
}

const SORTS = ['createdAt', 'lastSeenAt', 'name'] as const

async function load({ search, filters, sort, direction, limit, cursor }: ListQuery, signal: AbortSignal) {
  const by = SORTS.find((s) => s === sort)
  const answer = await call(
    'member.find',
    {
      limit,
      filters: conditionsOf(filters),
      ...(search ? { search } : {}),
      ...(by ? { sort: by, order: direction } : {}),
      ...(cursor ? { cursor } : { count: true }),
    },
    { signal },
  )
  return { ...answer, ...(answer.count ? { total: answer.count.value } : {}) }
}

export function MemberList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const proposals = useCall('member.proposals', { limit: 1 })
  const unnamed = t({ en: 'Anonymous', zh: '匿名访客' })
  const spec = useMemo(
    (): ListSpec<Member> => ({
      name: 'member',
      title: t({ en: 'Members', zh: '成员列表' }),
      queryKey: ['member.find', 'list'],
      load,
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      search: t({ en: 'Name, e-mail, phone or id', zh: '搜索姓名、邮箱、手机号、会员号' }),
      filters: [
        {
          key: 'status',
          title: t({ en: 'Status', zh: '身份' }),
          options: [
            { value: 'known', label: t({ en: 'Known', zh: '已识别' }) },
            { value: 'anonymous', label: t({ en: 'Anonymous', zh: '匿名访客' }) },
          ],
        },
        {
          key: 'seen',
          title: t({ en: 'Activity', zh: '活跃情况' }),
          options: [
            { value: 'in1', label: t({ en: 'Active within a day', zh: '近 1 天活跃' }) },
            { value: 'in7', label: t({ en: 'Active within 7 days', zh: '近 7 天活跃' }) },
            { value: 'in30', label: t({ en: 'Active within 30 days', zh: '近 30 天活跃' }) },
            { value: 'not30', label: t({ en: 'Silent for 30 days', zh: '沉默 30 天以上' }) },
            { value: 'not90', label: t({ en: 'Silent for 90 days', zh: '流失：沉默 90 天以上' }) },
          ],
        },
        {
          key: 'since',
          title: t({ en: 'New', zh: '新增' }),
          options: [
            { value: '1', label: t({ en: 'New within a day', zh: '近 1 天新增' }) },
            { value: '7', label: t({ en: 'New within 7 days', zh: '近 7 天新增' }) },
            { value: '30', label: t({ en: 'New within 30 days', zh: '近 30 天新增' }) },
          ],
        },
      ],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Member', zh: '成员' }),
          sort: 'name',
          render: (m) => (
            <span className="row">
              <Avatar name={nameOf(m) ?? '?'} id={m.memberId} src={m.avatar} />
              <span className="clip">{nameOf(m) ?? unnamed}</span>
            </span>
          ),
          text: (m) => m.name ?? '',
        },
        {
          key: 'externalId',
          title: t({ en: 'Brand id', zh: '品牌会员号' }),
          render: (m) => <code>{m.externalId ?? '–'}</code>,
          text: (m) => m.externalId ?? '',
        },
        {
          key: 'email',
          title: t({ en: 'E-mail', zh: '邮箱' }),
          render: (m) => m.email ?? <span className="faint">–</span>,
          text: (m) => m.email ?? '',
        },
        {
          key: 'phone',
          title: t({ en: 'Phone', zh: '手机号' }),
          render: (m) => <span className="tabular">{m.phone ?? <span className="faint">–</span>}</span>,
          text: (m) => m.phone ?? '',
        },
        {
          key: 'status',
          title: t({ en: 'Status', zh: '身份' }),
          render: (m) =>
            m.status === 'known' ? (
              <span className="pill good">{t({ en: 'known', zh: '已识别' })}</span>
            ) : (
              <span className="pill">{t({ en: 'anonymous', zh: '匿名' })}</span>
            ),
          text: (m) => m.status,
        },
        {
          key: 'lastSeenAt',
          title: t({ en: 'Last seen', zh: '最近活跃' }),
          sort: 'lastSeenAt',
          width: 130,
          render: (m) =>
            m.lastSeenAt ? (
              <time dateTime={m.lastSeenAt} title={format.exact(m.lastSeenAt)}>
                {format.ago(m.lastSeenAt)}
              </time>
            ) : (
              <span className="faint">–</span>
            ),
          text: (m) => m.lastSeenAt ?? '',
        },
        {
          key: 'createdAt',
          title: t({ en: 'Since', zh: '加入时间' }),
          sort: 'createdAt',
          width: 130,
          render: (m) => <time dateTime={m.createdAt}>{format.day(m.createdAt)}</time>,
          text: (m) => m.createdAt,
        },
        {
          key: 'gender',
          title: t({ en: 'Gender', zh: '性别' }),
          optional: true,
          render: (m) => m.gender ?? '–',
          text: (m) => m.gender ?? '',
        },
        {
          key: 'birthday',
          title: t({ en: 'Birthday', zh: '生日' }),
          optional: true,
          render: (m) => m.birthday ?? '–',
          text: (m) => m.birthday ?? '',
        },
        {
          key: 'timezone',
          title: t({ en: 'Time zone', zh: '时区' }),
          optional: true,
          render: (m) => m.timezone ?? '–',
          text: (m) => m.timezone ?? '',
        },
      ],
      empty: {
        title: t({ en: 'No members yet', zh: '还没有成员' }),
        hint: t({
          en: 'Members come with the first event they send, by import, or by joining a community in the portal.',
          zh: '成员可通过数据导入、事件上报，或在会员端加入社群进入系统。',
        }),
        action: may('import.run') ? (
          <Link to="/imports/new">
            <Button type="primary" icon={<Icon name="import" />}>
              {t({ en: 'Import members', zh: '导入成员' })}
            </Button>
          </Link>
        ) : null,
      },
    }),
    [t, format, may, unnamed],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Members', zh: '成员' })}
        hint={t({ en: 'One member, however many identities.', zh: '一人一档，多端身份自动归并。' })}
        actions={
          (proposals.data?.items.length ?? 0) > 0 ? (
            <Link to="/duplicates">
              <Button icon={<Icon name="merge" />}>{t({ en: 'Possible duplicates', zh: '疑似重复' })}</Button>
            </Link>
          ) : null
        }
      />
      <DataList spec={spec} />
    </>
  )
}
