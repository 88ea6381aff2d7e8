import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Avatar } from '../../../console/avatar.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { useUrlState } from '../../../console/url-state.ts'

type Row = Item<'segment.members'>

/** `as` changes with the segment's state and size, so that the list is read again when the first fill is done. */
export function SegmentMembers({ id, as }: { id: string; as: string }) {
  const t = useText()
  const format = useFormat()
  const [, set] = useUrlState()
  const spec = useMemo(
    (): ListSpec<Row> => ({
      name: 'segment-members',
      title: t({ en: 'Members of the segment', zh: '分群成员' }),
      queryKey: ['segment.members', id, as],
      load: ({ limit, cursor }, signal) =>
        call('segment.members', { id, limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      columns: [
        {
          key: 'name',
          title: t({ en: 'Member', zh: '成员' }),
          render: (m) => (
            <span className="row">
              <Avatar name={m.name ?? m.externalId ?? '?'} id={m.memberId} />
              <span className="clip">{m.name ?? m.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })}</span>
            </span>
          ),
          text: (m) => m.name ?? '',
        },
        {
          key: 'externalId',
          title: t({ en: 'Brand id', zh: '品牌会员号' }),
          render: (m) => <span className="mono">{m.externalId ?? '–'}</span>,
          text: (m) => m.externalId ?? '',
        },
        {
          key: 'enteredAt',
          title: t({ en: 'Entered', zh: '进入时间' }),
          width: 170,
          render: (m) => <span title={format.exact(m.enteredAt)}>{format.ago(m.enteredAt)}</span>,
          text: (m) => m.enteredAt,
        },
      ],
      rowActions: (m) => (
        <Button type="text" size="small" onClick={() => set({ tab: 'why', member: m.memberId }, true)}>
          {t({ en: 'Why?', zh: '原因' })}
        </Button>
      ),
      empty: {
        title: t({ en: 'Nobody meets the conditions now', zh: '暂时没有成员满足条件' }),
        hint: t({ en: 'Members appear here as soon as they do.', zh: '一旦有成员满足条件，会立即出现在这里。' }),
      },
    }),
    [id, as, t, format, set],
  )
  return <DataList spec={spec} />
}
