import { Drawer } from 'antd'
import { useMemo, useState } from 'react'
import { call } from '#web/api.ts'
import { type CatalogEvent, useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { fieldsOf } from '#web/schema.ts'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { CLASS_TITLES } from './words.ts'

interface Entry {
  name: string
  declared: CatalogEvent | null
  class: keyof typeof CLASS_TITLES
  count: number
  members: number
  lastAt: string | null
}

/** Every event that can happen, declared or seen, with what it carries and how often it came. */
export function Catalogue() {
  const t = useText()
  const format = useFormat()
  const catalog = useCatalog()
  const [opened, setOpened] = useState<Entry | null>(null)
  const spec = useMemo((): ListSpec<Entry> => {
    const titleOf = (e: Entry) => (e.declared ? t(e.declared.title) : e.name)
    return {
      name: 'event-catalogue',
      title: t({ en: 'Event catalogue', zh: '事件目录' }),
      queryKey: ['event.names', 'catalogue', catalog.data?.events.length ?? 0],
      local: true,
      load: async (_query, signal) => {
        const { items } = await call('event.names', { limit: 1000 }, { signal })
        const known = new Map(items.map((e) => [e.name, e]))
        const declared = (catalog.data?.events ?? []).map(
          (e): Entry => ({
            name: e.name,
            declared: e,
            class: e.class,
            count: known.get(e.name)?.count ?? 0,
            members: known.get(e.name)?.members ?? 0,
            lastAt: known.get(e.name)?.lastAt ?? null,
          }),
        )
        const names = new Set(declared.map((e) => e.name))
        const sent = items.filter((e) => !names.has(e.name)).map((e): Entry => ({ ...e, declared: null }))
        return { items: [...sent, ...declared].sort((a, b) => b.count - a.count), nextCursor: null }
      },
      rowKey: (e) => e.name,
      search: t({ en: 'Search events', zh: '搜索事件' }),
      filters: [
        {
          key: 'class',
          title: t({ en: 'Kind', zh: '类别' }),
          options: Object.entries(CLASS_TITLES).map(([value, title]) => ({ value, label: t(title) })),
          holds: (e, value) => e.class === value,
        },
      ],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Event', zh: '事件' }),
          render: (e) => (
            <button type="button" className="bare event-open" onClick={() => setOpened(e)}>
              <strong>{titleOf(e)}</strong> {e.declared ? <code className="faint">{e.name}</code> : null}
            </button>
          ),
          text: (e) => `${titleOf(e)} ${e.name}`,
        },
        {
          key: 'class',
          title: t({ en: 'Kind', zh: '类别' }),
          render: (e) => t(CLASS_TITLES[e.class]),
          text: (e) => e.class,
        },
        {
          key: 'count',
          title: t({ en: 'Times', zh: '发生次数' }),
          align: 'right',
          render: (e) => format.number(e.count),
          text: (e) => String(e.count),
          value: (e) => e.count,
        },
        {
          key: 'members',
          title: t({ en: 'Members (approx.)', zh: '人数（约）' }),
          align: 'right',
          render: (e) => format.number(e.members),
          text: (e) => String(e.members),
          value: (e) => e.members,
        },
        {
          key: 'lastAt',
          title: t({ en: 'Last', zh: '最近一次' }),
          render: (e) =>
            e.lastAt ? format.ago(e.lastAt) : <span className="faint">{t({ en: 'never', zh: '从未' })}</span>,
          text: (e) => e.lastAt ?? '',
        },
      ],
      empty: { title: t({ en: 'No events yet', zh: '还没有事件' }) },
    }
  }, [t, format, catalog.data])
  return (
    <>
      <DataList spec={spec} />
      <Drawer
        open={opened !== null}
        onClose={() => setOpened(null)}
        size={440}
        title={opened ? <code>{opened.name}</code> : ''}
      >
        {opened?.declared ? (
          <Fields event={opened.declared} />
        ) : (
          <p className="soft">
            {t({
              en: 'Sent by your own sources; it carries what they send.',
              zh: '由您的数据来源上报，字段以实际上报为准。',
            })}
          </p>
        )}
      </Drawer>
    </>
  )
}

function Fields({ event }: { event: CatalogEvent }) {
  const t = useText()
  const fields = fieldsOf(event.schema)
  return (
    <div className="stack">
      <h2>{t(event.title)}</h2>
      {fields.length === 0 ? (
        <p className="soft">{t({ en: 'It carries no data of its own.', zh: '该事件不带属性。' })}</p>
      ) : (
        <dl className="pairs">
          {fields.map((f) => (
            <div key={f.name}>
              <dt>
                <code>{f.name}</code>
              </dt>
              <dd>
                {t(f.title)}
                <span className="faint small">{f.choices.length > 0 ? f.choices.join(' | ') : f.kind}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
