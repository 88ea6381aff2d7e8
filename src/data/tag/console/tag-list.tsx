import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { call } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { BulkDialog } from './bulk-dialog.tsx'
import { DimensionDialog } from './dimension-dialog.tsx'
import { OpenJobs } from './open-jobs.tsx'
import { TagChip } from './tag-chip.tsx'
import { useActor } from './use-actor.ts'
import { KIND_TITLES, pathOf, type Tag } from './words.ts'

/** While new conditions are being worked through the list looks again this often. */
const FILLING_MS = 5_000
const SORTS = ['dimension', 'title', 'size', 'updatedAt'] as const

export function TagList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const { nameOfColleague } = useActor()
  const [open, setOpen] = useState<'bulk' | 'dimensions' | null>(null)
  const [isFilling, setFilling] = useState(false)
  const dimensions = useCall('tag.dimensions', {})
  const actions = useMemo(
    () => (
      <>
        {may('tag.manage') ? (
          <Button onClick={() => setOpen('dimensions')}>{t({ en: 'Dimensions', zh: '管理维度' })}</Button>
        ) : null}
        <Link to="/tag-library">
          <Button icon={<Icon name="bookmark" />}>{t({ en: 'Library', zh: '预置标签库' })}</Button>
        </Link>
        {may('tag.apply') ? (
          <Button icon={<Icon name="tag" />} onClick={() => setOpen('bulk')}>
            {t({ en: 'Tag in bulk', zh: '批量打标' })}
          </Button>
        ) : null}
        {may('tag.manage') ? (
          <Link to="/new-tag">
            <Button type="primary" icon={<Icon name="plus" />}>
              {t({ en: 'New tag', zh: '新建标签' })}
            </Button>
          </Link>
        ) : null}
      </>
    ),
    [may, t],
  )
  const spec = useMemo(
    (): ListSpec<Tag> => ({
      name: 'tag',
      title: t({ en: 'Tags', zh: '标签列表' }),
      queryKey: ['tag.list'],
      ...(isFilling ? { refetchMs: FILLING_MS } : {}),
      load: async ({ search, filters, sort, direction, limit, cursor }, signal) => {
        const by = SORTS.find((s) => s === sort)
        const kind = (['fixed', 'dynamic'] as const).find((k) => k === filters.kind)
        const page = await call(
          'tag.list',
          {
            limit,
            uses: true,
            ...(search ? { search } : {}),
            ...(filters.dimension ? { dimension: filters.dimension } : {}),
            ...(kind ? { kind } : {}),
            ...(by ? { sort: by, direction } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        )
        setFilling(page.items.some((tag) => tag.isFilling))
        return page
      },
      rowKey: (tag) => tag.key,
      to: (tag) => pathOf(tag.key),
      search: t({ en: 'Search by name or description', zh: '按名称或说明搜索' }),
      filters: [
        {
          key: 'dimension',
          title: t({ en: 'Dimension', zh: '维度' }),
          options: [
            ...(dimensions.data?.items.map((d) => ({ value: d.key, label: t(d.title) })) ?? []),
            { value: 'none', label: t({ en: 'Without one', zh: '未归属维度' }) },
          ],
        },
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类型' }),
          options: Object.entries(KIND_TITLES).map(([value, title]) => ({ value, label: t(title) })),
        },
      ],
      columns: [
        {
          key: 'title',
          title: t({ en: 'Tag', zh: '标签' }),
          sort: 'title',
          render: (tag) => <TagChip tag={tag} />,
          text: (tag) => t(tag.title),
        },
        {
          key: 'dimension',
          title: t({ en: 'Dimension', zh: '维度' }),
          sort: 'dimension',
          render: (tag) => (tag.dimension ? t(tag.dimension.title) : '–'),
          text: (tag) => (tag.dimension ? t(tag.dimension.title) : ''),
        },
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类型' }),
          width: 90,
          render: (tag) => t(KIND_TITLES[tag.kind]),
          text: (tag) => t(KIND_TITLES[tag.kind]),
        },
        {
          key: 'size',
          title: t({ en: 'Members', zh: '人数' }),
          sort: 'size',
          align: 'right',
          width: 120,
          render: (tag) =>
            tag.isFilling ? (
              <span className="pill warn">{t({ en: 'computing', zh: '计算中' })}</span>
            ) : tag.size === null ? (
              '–'
            ) : (
              format.number(tag.size)
            ),
          text: (tag) => String(tag.size ?? ''),
        },
        {
          key: 'uses',
          title: t({ en: 'Used by', zh: '被引用' }),
          align: 'right',
          width: 90,
          render: (tag) => (tag.uses ? format.number(tag.uses) : '–'),
          text: (tag) => String(tag.uses ?? ''),
        },
        {
          key: 'owner',
          title: t({ en: 'Owner', zh: '负责人' }),
          width: 120,
          render: (tag) => nameOfColleague(tag.ownerId),
          text: (tag) => nameOfColleague(tag.ownerId),
        },
        { ...changedColumn(t, format), sort: 'updatedAt' },
        {
          key: 'description',
          title: t({ en: 'Description', zh: '说明' }),
          optional: true,
          render: (tag) => <span className="soft">{tag.description ? t(tag.description) : '–'}</span>,
          text: (tag) => (tag.description ? t(tag.description) : ''),
        },
        {
          key: 'key',
          title: t({ en: 'Key', zh: '标识' }),
          optional: true,
          render: (tag) => <code>{tag.key}</code>,
          text: (tag) => tag.key,
        },
      ],
      empty: {
        title: t({ en: 'No tags yet', zh: '还没有标签' }),
        hint: t({
          en: 'Start from the library: hundreds of tags that follow what members do, installed with one click.',
          zh: '可从预置标签库开始：数百个由成员行为自动判定的动态标签，一键安装即可使用。',
        }),
        action: (
          <Link to="/tag-library">
            <Button type="primary">{t({ en: 'Open the library', zh: '打开预置标签库' })}</Button>
          </Link>
        ),
      },
    }),
    [t, format, dimensions.data, nameOfColleague, isFilling],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Tags', zh: '标签' })}
        hint={t({
          en: 'Fixed tags are put on members; dynamic ones follow a condition and are always current.',
          zh: '固定标签由人工、导入或旅程打上；动态标签按条件实时判定，始终保持最新。',
        })}
        actions={actions}
      />
      <OpenJobs />
      <DataList spec={spec} />
      <BulkDialog open={open === 'bulk'} close={() => setOpen(null)} />
      <DimensionDialog open={open === 'dimensions'} close={() => setOpen(null)} />
    </>
  )
}
