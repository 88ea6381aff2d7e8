import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import type { DefinitionDraft, Kind } from './draft.ts'
import { KIND_TITLES, useTraitWords } from './words.ts'

type Trait = Item<'trait.list'>
const isKind = (text: string | undefined): text is Kind => text !== undefined && text in KIND_TITLES
const isState = (text: string | undefined): text is Trait['state'] => text === 'filling' || text === 'live'
const isSort = (text: string): text is 'name' | 'size' | 'updatedAt' => ['name', 'size', 'updatedAt'].includes(text)

export function TraitList() {
  const t = useText()
  const format = useFormat()
  const words = useTraitWords()
  const { may } = useSession()
  const actions = useMemo(
    () => (
      <>
        <Link to="/traits/presets">
          <Button icon={<Icon name="bookmark" />}>{t({ en: 'Presets', zh: '预置库' })}</Button>
        </Link>
        {may('trait.manage') ? (
          <Link to="/traits/new">
            <Button type="primary" icon={<Icon name="plus" />}>
              {t({ en: 'New trait', zh: '新建计算属性' })}
            </Button>
          </Link>
        ) : null}
      </>
    ),
    [may, t],
  )
  const spec = useMemo(
    (): ListSpec<Trait> => ({
      name: 'trait',
      title: t({ en: 'Traits', zh: '计算属性列表' }),
      queryKey: ['trait.list'],
      load: ({ search, filters, sort, direction, limit, cursor }, signal) =>
        call(
          'trait.list',
          {
            limit,
            ...(search ? { search } : {}),
            ...(cursor ? { cursor } : {}),
            ...(isKind(filters.kind) ? { kind: filters.kind } : {}),
            ...(isState(filters.state) ? { state: filters.state } : {}),
            ...(isSort(sort) ? { sort, order: direction } : {}),
          },
          { signal },
        ),
      rowKey: (r) => r.id,
      to: (r) => `/traits/${r.id}`,
      search: t({ en: 'Search by name or key', zh: '按名称或标识搜索' }),
      filters: [
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类型' }),
          options: (Object.keys(KIND_TITLES) as Kind[]).map((k) => ({ value: k, label: t(KIND_TITLES[k]) })),
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          options: [
            { value: 'live', label: t({ en: 'live', zh: '实时' }) },
            { value: 'filling', label: t({ en: 'computing', zh: '计算中' }) },
          ],
        },
      ],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Name', zh: '名称' }),
          sort: 'name',
          render: (r) => (
            <span className="trait-name">
              <span>{r.name}</span> <span className="mono faint small">{r.key}</span>
            </span>
          ),
          text: (r) => r.name,
        },
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类型' }),
          width: 110,
          render: (r) => t(KIND_TITLES[r.kind]),
          text: (r) => t(KIND_TITLES[r.kind]),
        },
        {
          key: 'rule',
          title: t({ en: 'Rule', zh: '口径' }),
          render: (r) => <span className="soft">{words.describe(r.definition as DefinitionDraft)}</span>,
          text: (r) => words.describe(r.definition as DefinitionDraft),
        },
        {
          key: 'size',
          title: t({ en: 'Members with a value', zh: '有值人数' }),
          sort: 'size',
          align: 'right',
          width: 120,
          render: (r) => format.number(r.size),
          text: (r) => String(r.size),
          value: (r) => r.size,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          width: 100,
          render: (r) => <TraitState state={r.state} />,
          text: (r) => r.state,
        },
        { ...changedColumn(t, format), sort: 'updatedAt' },
      ],
      empty: {
        title: t({ en: 'No traits yet', zh: '还没有计算属性' }),
        hint: t({
          en: 'A trait is a number or word computed of every member from what they did, kept current within seconds: orders in a year, days since the last visit, a score. Segments, journeys and messages can use it.',
          zh: '计算属性从成员行为中自动算出并实时更新，例如近一年消费、沉默天数、消费力评分；可直接用于分群、旅程和消息文案。',
        }),
        action: actions,
      },
    }),
    [t, format, words, actions],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Traits', zh: '计算属性' })}
        hint={t({
          en: 'Computed of every member from what they did; live in segments, messages and portraits.',
          zh: '由行为自动计算、实时更新的成员属性与评分，可用于分群、消息与画像。',
        })}
        actions={actions}
      />
      <DataList spec={spec} />
    </>
  )
}

export function TraitState({ state }: { state: Trait['state'] }) {
  const t = useText()
  return (
    <span className={state === 'live' ? 'pill good' : 'pill warn'}>
      <span className="dot" />
      {state === 'live' ? t({ en: 'live', zh: '实时' }) : t({ en: 'computing', zh: '计算中' })}
    </span>
  )
}
