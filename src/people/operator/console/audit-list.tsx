import { Link } from '@tanstack/react-router'
import { Popover } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useCapabilityTitle, useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { JsonView } from '../../../console/json-view.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberLink } from '../../../console/member-name.tsx'
import { PageHead } from '../../../console/page-head.tsx'

type Entry = Item<'audit.find'>

/** Callers that are nobody's account. */
const ACTORS: Readonly<Record<string, Text>> = {
  public: { en: 'not signed in', zh: '未登录访客' },
  'operator:command-line': { en: 'command line', zh: '命令行' },
}
/** Accounts whose name nobody knows any more, by the first word of the actor. */
const NAMELESS: Readonly<Record<string, Text>> = {
  operator: { en: 'a former colleague', zh: '已离开的同事' },
  key: { en: 'a deleted API key', zh: '已删除的 API 密钥' },
  member: { en: 'an anonymous or erased member', zh: '匿名或已删除的成员' },
}
const NO_NAME: Text = { en: 'unnamed', zh: '未命名' }
/** Faces beside one line of text. */
const FACE = 20

/** Who did what, when and from where; nothing here can be changed or removed. */
export function AuditList() {
  const t = useText()
  const format = useFormat()
  const catalog = useCatalog()
  const titles = useMemo(() => new Map(catalog.data?.actions.map((a) => [a.name, a.title])), [catalog.data])
  const capabilityTitle = useCapabilityTitle()
  const spec = useMemo((): ListSpec<Entry> => {
    const actor = (e: Entry) => {
      const [kind = '', name = ''] = e.actor.split(':', 2)
      if (kind === 'machine')
        return t({ en: `automatic: ${capabilityTitle(name)}`, zh: `系统自动：${capabilityTitle(name)}` })
      const known = ACTORS[e.actor] ?? NAMELESS[kind]
      return e.actorName ?? (known ? t(known) : e.actor)
    }
    const operation = (e: Entry) => {
      const title = titles.get(e.operation)
      return title ? t(title) : e.operation
    }
    return {
      name: 'audit',
      title: t({ en: 'Audit log', zh: '审计日志' }),
      queryKey: ['audit.find'],
      load: ({ search, filters, limit, cursor }, signal) =>
        call(
          'audit.find',
          {
            limit,
            ...(cursor ? { cursor } : {}),
            ...(search ? { search } : {}),
            ...(filters.operation ? { operation: filters.operation } : {}),
          },
          { signal },
        ),
      rowKey: (e) => String(e.id),
      search: t({ en: 'Search anything', zh: '搜索操作、人员、内容' }),
      filters: [
        {
          key: 'operation',
          title: t({ en: 'Operation', zh: '操作类型' }),
          options: (catalog.data?.actions ?? []).map((a) => ({ value: a.name, label: t(a.title) })),
        },
      ],
      columns: [
        {
          key: 'at',
          title: t({ en: 'When', zh: '时间' }),
          width: 180,
          render: (e) => (
            <time dateTime={e.at} className="tabular">
              {format.exact(e.at)}
            </time>
          ),
          text: (e) => e.at,
        },
        {
          key: 'actor',
          title: t({ en: 'Who', zh: '操作者' }),
          render: (e) => {
            const memberId = /^member:(.+)$/.exec(e.actor)?.[1]
            return memberId && e.actorName ? (
              <MemberLink memberId={memberId} name={e.actorName} size={FACE} />
            ) : (
              <span title={e.actor}>{actor(e)}</span>
            )
          },
          text: actor,
        },
        {
          key: 'operation',
          title: t({ en: 'Did', zh: '操作' }),
          render: (e) => <span title={e.operation}>{operation(e)}</span>,
          text: (e) => e.operation,
        },
        {
          key: 'about',
          title: t({ en: 'About', zh: '对象' }),
          render: (e) =>
            e.memberId ? (
              <MemberLink memberId={e.memberId} name={e.memberName} size={FACE} />
            ) : e.communityId ? (
              <Link to={`/communities/${e.communityId}`}>{e.communityName ?? t(NO_NAME)}</Link>
            ) : (
              <span className="faint">–</span>
            ),
          text: (e) => e.memberName ?? e.memberId ?? e.communityName ?? e.communityId ?? '',
        },
        {
          key: 'change',
          title: t({ en: 'Details', zh: '详情' }),
          render: (e) =>
            e.change && Object.keys(e.change).length > 0 ? (
              <Popover trigger="click" content={<JsonView value={e.change} />}>
                <button type="button" className="bare" style={{ color: 'var(--accent-ink)' }}>
                  {t({ en: 'show', zh: '查看' })}
                </button>
              </Popover>
            ) : (
              <span className="faint">–</span>
            ),
          text: (e) => JSON.stringify(e.change ?? {}),
        },
        {
          key: 'address',
          title: t({ en: 'From', zh: '来源 IP' }),
          render: (e) => <code>{e.address ?? '–'}</code>,
          text: (e) => e.address ?? '',
        },
        {
          key: 'cause',
          title: t({ en: 'Request', zh: '请求编号' }),
          optional: true,
          render: (e) => <code>{e.cause}</code>,
          text: (e) => e.cause,
        },
      ],
      empty: { title: t({ en: 'Nothing has been done yet', zh: '暂无操作记录' }) },
    }
  }, [t, format, titles, capabilityTitle, catalog.data])
  return (
    <>
      <PageHead
        title={t({ en: 'Audit log', zh: '审计日志' })}
        hint={t({
          en: 'Every change by operators and keys, chained so that tampering shows.',
          zh: '记录运营人员与密钥的每一次变更，链式校验，防止篡改。',
        })}
      />
      <DataList spec={spec} />
    </>
  )
}
