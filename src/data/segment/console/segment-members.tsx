import { Button, Select } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Avatar } from '../../../console/avatar.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { useLocalSetting } from '../../../console/list/local-setting.ts'
import { useUrlState } from '../../../console/url-state.ts'
import { useProperties, usePropertyTitle } from './use-field.ts'

type Row = Item<'segment.members'>

/** Wider than that, nobody reads a table. */
const MOST_COLUMNS = 12
const NONE: readonly string[] = []

/** Which properties of members are shown beside them: the browser remembers. */
export const useChosenProperties = () => useLocalSetting<readonly string[]>('banyan.properties.segment-members', NONE)

/** All properties that members have, as choices. */
export function usePropertyChoices() {
  const fields = useProperties()
  return useMemo(() => fields.map((f) => ({ value: f.path, label: f.title })), [fields])
}

/** `as` changes with the segment's state and size, so that the list is read again when the first fill is done. */
export function SegmentMembers({ id, as }: { id: string; as: string }) {
  const t = useText()
  const format = useFormat()
  const [, set] = useUrlState()
  const [chosen, setChosen] = useChosenProperties()
  const choices = usePropertyChoices()
  const titleOf = usePropertyTitle()
  const spec = useMemo(
    (): ListSpec<Row> => ({
      name: 'segment-members',
      title: t({ en: 'Members of the segment', zh: '分群成员' }),
      queryKey: ['segment.members', id, as, chosen],
      load: ({ search, limit, cursor }, signal) =>
        call(
          'segment.members',
          { id, limit, columns: [...chosen], ...(search ? { search } : {}), ...(cursor ? { cursor } : {}) },
          { signal },
        ),
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      search: t({ en: 'Name or id', zh: '搜索姓名、会员号' }),
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
        ...chosen.map((path) => ({
          key: `property:${path}`,
          title: titleOf(path),
          render: (m: Row) => shown(m.properties[path]),
          text: (m: Row) => String(m.properties[path] ?? ''),
        })),
        {
          key: 'enteredAt',
          title: t({ en: 'Entered', zh: '进入时间' }),
          width: 150,
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
    [id, as, chosen, titleOf, t, format, set],
  )
  return (
    <div className="stack tight">
      <Select
        mode="multiple"
        className="segment-properties"
        maxCount={MOST_COLUMNS}
        maxTagCount="responsive"
        value={[...chosen]}
        options={choices}
        aria-label={t({ en: 'Properties to show', zh: '显示的成员属性' })}
        placeholder={t({ en: 'Show properties beside each member', zh: '选择要显示的成员属性' })}
        onChange={(paths: string[]) => setChosen(paths)}
      />
      <DataList spec={spec} />
    </div>
  )
}

const shown = (value: Row['properties'][string] | undefined) =>
  value === null || value === undefined ? '–' : String(value)
