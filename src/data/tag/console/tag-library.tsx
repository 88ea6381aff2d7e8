import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useMemo } from 'react'
import { call, type Input, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { describe } from '../../segment/console/describe.ts'
import type { Draft } from '../../segment/console/draft.ts'
import { useWords } from '../../segment/console/use-words.ts'
import { TagChip } from './tag-chip.tsx'
import { LIBRARY_LOOK, LIBRARY_TITLES, pathOf } from './words.ts'

type Entry = Item<'tag.library'>

/** Tags ready to be used; what is missing for the others, and one click to install. */
export function TagLibrary() {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  const { may } = useSession()
  const { message } = App.useApp()
  const confirmed = useConfirmed()
  const { mutate: install, mutateAsync: installNow, isPending } = useAct('tag.install')
  const [url] = useUrlState()
  const head = useQuery({
    queryKey: ['tag.library', 'head'],
    queryFn: ({ signal }) => call('tag.library', { limit: 1 }, { signal }),
  })
  const counts = head.data?.counts
  const manage = may('tag.manage')
  const dimension = head.data?.dimensions.find((d) => d.key === url['f.dimension'])

  const spec = useMemo((): ListSpec<Entry> => {
    const start = (input: Input<'tag.install'>) =>
      install(input, {
        onSuccess: ({ installed, waiting }) => {
          message.success(
            t({
              en: `${installed} installed${waiting > 0 ? `, ${waiting} follow when their capability arrives` : ''}`,
              zh: `已安装 ${installed} 个${waiting > 0 ? `，${waiting} 个将在对应功能上线后自动安装` : ''}`,
            }),
          )
        },
      })
    return {
      name: 'tag-library',
      title: t({ en: 'Library of tags', zh: '预置标签' }),
      queryKey: ['tag.library'],
      load: ({ search, filters, limit, cursor }, signal) => {
        const state = (Object.keys(LIBRARY_TITLES) as Entry['state'][]).find((s) => s === filters.state)
        return call(
          'tag.library',
          {
            limit,
            ...(search ? { search } : {}),
            ...(filters.dimension ? { dimension: filters.dimension } : {}),
            ...(state ? { state } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        )
      },
      rowKey: (e) => e.key,
      search: t({ en: 'Search the library', zh: '搜索预置标签' }),
      filters: [
        {
          key: 'dimension',
          title: t({ en: 'Dimension', zh: '维度' }),
          options: head.data?.dimensions.map((d) => ({ value: d.key, label: t(d.title) })) ?? [],
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          options: Object.entries(LIBRARY_TITLES).map(([value, title]) => ({ value, label: t(title) })),
        },
      ],
      columns: [
        {
          key: 'title',
          title: t({ en: 'Tag', zh: '标签' }),
          render: (e) => <TagChip tag={{ ...e, kind: 'dynamic' }} />,
          text: (e) => t(e.title),
        },
        {
          key: 'dimension',
          title: t({ en: 'Dimension', zh: '维度' }),
          width: 140,
          render: (e) => t(e.dimension.title),
          text: (e) => t(e.dimension.title),
        },
        {
          key: 'definition',
          title: t({ en: 'Who has it', zh: '判定条件' }),
          render: (e) => (
            <span className="soft small tag-library-words">
              {e.description ? t(e.description) : describe(e.condition as Draft, words)}
            </span>
          ),
          text: (e) => (e.description ? t(e.description) : describe(e.condition as Draft, words)),
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          width: 170,
          render: (e) => (
            <span className="row wrap">
              <span className={LIBRARY_LOOK[e.state]}>{t(LIBRARY_TITLES[e.state])}</span>
              {e.waitsFor.length > 0 ? (
                <span className="faint small">
                  {t({
                    en: `waits for ${namesOf(e, 'en')}`,
                    zh: `等待「${namesOf(e, 'zh')}」上线`,
                  })}
                </span>
              ) : null}
            </span>
          ),
          text: (e) => t(LIBRARY_TITLES[e.state]),
        },
      ],
      ...(manage
        ? {
            bulk: (rows: readonly Entry[], clear: () => void) => (
              <Button
                size="small"
                type="primary"
                loading={isPending}
                onClick={() => {
                  start({ keys: rows.map((r) => r.key) })
                  clear()
                }}
              >
                {t({ en: 'Install these', zh: '安装所选' })}
              </Button>
            ),
            rowActions: (e: Entry) =>
              e.state === 'installed' ? (
                <Link to={pathOf(e.key)}>{t({ en: 'Open', zh: '查看' })}</Link>
              ) : e.state === 'asked' ? null : (
                <Button size="small" disabled={isPending} onClick={() => start({ keys: [e.key] })}>
                  {e.state === 'ready'
                    ? t({ en: 'Install', zh: '安装' })
                    : t({ en: 'When it arrives', zh: '上线后安装' })}
                </Button>
              ),
          }
        : {}),
      empty: { title: t({ en: 'The library is empty', zh: '暂无预置标签' }) },
    }
  }, [t, words, manage, install, isPending, message, head.data])

  const installAll = (input: Input<'tag.install'>, title: string) =>
    confirmed({
      title,
      consequence: t({
        en: `Ready ones become tags at once and everybody is judged by them; waiting ones are installed when their capability arrives. In all ${format.number(counts?.ready ?? 0)} are ready and ${format.number(counts?.waiting ?? 0)} wait. Installed ones stay as they are.`,
        zh: `可安装的标签立即生效并计算全部成员，待上线的标签将在对应功能上线后自动安装。全库目前可安装 ${format.number(counts?.ready ?? 0)} 个、待上线 ${format.number(counts?.waiting ?? 0)} 个；已安装的保持不变。`,
      }),
      ok: t({ en: 'Install', zh: '安装' }),
      act: () => installNow(input),
      done: t({ en: 'Installed. Members are being found now.', zh: '安装完成，正在计算人群。' }),
    })

  return (
    <>
      <PageHead
        title={t({ en: 'Library of tags', zh: '预置标签库' })}
        back={{ to: '/tags', title: t({ en: 'Tags', zh: '标签' }) }}
        hint={
          counts
            ? t({
                en: `${format.number(counts.installed)} installed, ${format.number(counts.ready)} ready, ${format.number(counts.waiting + counts.asked)} wait for a capability. Each follows events and properties that are really there.`,
                zh: `已安装 ${format.number(counts.installed)} 个，可安装 ${format.number(counts.ready)} 个，待功能上线 ${format.number(counts.waiting + counts.asked)} 个。均由真实事件与成员属性判定。`,
              })
            : null
        }
        actions={
          manage ? (
            <>
              {dimension ? (
                <Button
                  loading={isPending}
                  onClick={() =>
                    void installAll(
                      { dimension: dimension.key },
                      t({ en: `Install “${dimension.title.en}”?`, zh: `安装「${dimension.title.zh}」维度的标签？` }),
                    )
                  }
                >
                  {t({ en: 'Install this dimension', zh: '安装该维度' })}
                </Button>
              ) : null}
              <Button
                type="primary"
                loading={isPending}
                disabled={!counts || counts.ready + counts.waiting === 0}
                onClick={() =>
                  void installAll({ all: true }, t({ en: 'Install the whole library?', zh: '安装全部预置标签？' }))
                }
              >
                {t({ en: 'Install all', zh: '全部安装' })}
              </Button>
            </>
          ) : null
        }
      />
      <DataList spec={spec} />
    </>
  )
}

const namesOf = (e: Entry, locale: 'en' | 'zh') =>
  [...new Set(e.waitsFor.map((w) => w.title[locale]))].join(locale === 'en' ? ', ' : '、')
