import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Avatar } from '../../../console/avatar.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { SEGMENT_TITLES } from '../segment-titles.ts'
import type { DefinitionDraft } from './draft.ts'
import { useTraitWords } from './words.ts'

type Row = Item<'trait.members'>

/** `as` changes with what is measured, so that the list is read again when a fill is done. */
export function TraitMembers({ id, definition, as }: { id: string; definition: DefinitionDraft; as: string }) {
  const t = useText()
  const format = useFormat()
  const words = useTraitWords()
  const spec = useMemo(
    (): ListSpec<Row> => ({
      name: 'trait-members',
      title: t({ en: 'Members by value', zh: '成员取值' }),
      queryKey: ['trait.members', id, as],
      load: ({ limit, cursor, sort, direction, filters }, signal) =>
        call(
          'trait.members',
          {
            id,
            limit,
            ...(sort === 'value' ? { order: direction } : {}),
            ...(filters.segment ? { value: filters.segment } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        ),
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      ...(definition.rfm
        ? {
            filters: [
              {
                key: 'segment',
                title: t({ en: 'Segment', zh: '分层' }),
                options: Object.entries(SEGMENT_TITLES).map(([value, title]) => ({ value, label: t(title) })),
              },
            ],
          }
        : {}),
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
          key: 'value',
          title: t({ en: 'Value', zh: '取值' }),
          sort: 'value',
          align: 'right',
          render: (m) => <span className="tabular">{words.value(m.value, definition)}</span>,
          text: (m) => words.value(m.value, definition),
        },
        {
          key: 'changedAt',
          title: t({ en: 'Changed', zh: '变化时间' }),
          width: 170,
          render: (m) => <span title={format.exact(m.changedAt)}>{format.ago(m.changedAt)}</span>,
          text: (m) => m.changedAt,
        },
      ],
      empty: {
        title: t({ en: 'Nobody has a value now', zh: '暂无成员有取值' }),
        hint: t({
          en: 'Members appear here as soon as an event counts.',
          zh: '一旦有符合口径的事件，成员会立即出现。',
        }),
      },
    }),
    [id, as, definition, t, format, words],
  )
  return <DataList spec={spec} />
}
