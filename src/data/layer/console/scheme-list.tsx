import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import { LayerBar, LayerMark } from './layer-mark.tsx'
import { FillingPill } from './scheme-state.tsx'
import './layer.css'

type Row = Item<'layer.list'>
/** Sizes are live; the list looks again this often. */
const REFRESH_MS = 10_000

export function SchemeList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const manage = may('layer.manage')
  const presets = useCall('layer.presets', {})
  const installed = presets.data?.items.filter((p) => p.installedId !== null).length ?? 0
  const spec = useMemo(
    (): ListSpec<Row> => ({
      name: 'layer',
      title: t({ en: 'Layer schemes', zh: '分层方案' }),
      // How many are installed belongs to the key, so that the list is read again after an installation.
      queryKey: ['layer.list', installed],
      load: ({ search, limit, cursor }, signal) =>
        call('layer.list', { limit, ...(search ? { search } : {}), ...(cursor ? { cursor } : {}) }, { signal }),
      refetchMs: REFRESH_MS,
      rowKey: (s) => s.id,
      to: (s) => `/layers/${s.id}`,
      search: t({ en: 'Search by name', zh: '按名称搜索' }),
      columns: [
        { key: 'name', title: t({ en: 'Scheme', zh: '方案' }), render: (s) => t(s.name), text: (s) => t(s.name) },
        {
          key: 'layers',
          title: t({ en: 'Layers', zh: '分层占比' }),
          render: (s) => <LayerBar layers={s.layers} />,
          text: (s) =>
            s.layers.map((l) => `${t(l.name)} ${l.share === null ? '–' : format.percent(l.share)}`).join(' · '),
        },
        {
          key: 'members',
          title: t({ en: 'Members', zh: '人数' }),
          align: 'right',
          width: 110,
          render: (s) => format.number(s.members),
          text: (s) => String(s.members),
          value: (s) => s.members,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          width: 110,
          render: (s) => <FillingPill isFilling={s.isFilling} />,
          text: (s) => (s.isFilling ? t({ en: 'computing', zh: '计算中' }) : t({ en: 'live', zh: '实时' })),
        },
        changedColumn(t, format),
      ],
      empty: {
        title: t({ en: 'No layer schemes yet', zh: '还没有分层方案' }),
        hint: t({
          en: 'A scheme divides all members into layers, each member in exactly one. Install one below or make your own.',
          zh: '分层方案把全部成员划入互不重叠的层级。可一键安装下方的预置方案，也可以自建。',
        }),
      },
    }),
    [t, format, installed],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Layers', zh: '分层' })}
        hint={t({
          en: 'Everybody in layers by value, activity, role or stage: real shares beside the expected ones, and who moves where.',
          zh: '按价值、活跃、角色或生命周期给成员分层，对照预期占比，看清结构与流转。',
        })}
        actions={
          manage ? (
            <Link to="/layers/new">
              <Button type="primary" icon={<Icon name="plus" />}>
                {t({ en: 'New scheme', zh: '新建方案' })}
              </Button>
            </Link>
          ) : null
        }
      />
      <DataList spec={spec} />
      <section className="layer-presets" aria-labelledby="layer-presets">
        <h2 id="layer-presets">{t({ en: 'Ready-made schemes', zh: '预置方案' })}</h2>
        <Answer of={presets} rows={6}>
          {({ items }) => (
            <ul>
              {items.map((preset) => (
                <PresetCard key={preset.key} preset={preset} manage={manage} />
              ))}
            </ul>
          )}
        </Answer>
      </section>
    </>
  )
}

function PresetCard({ preset, manage }: { preset: Item<'layer.presets'>; manage: boolean }) {
  const t = useText()
  const format = useFormat()
  const { message } = App.useApp()
  const install = useAct('layer.install', {
    onSuccess: () =>
      void message.success(t({ en: 'Installed. Members are being found now.', zh: '已安装，正在计算人群。' })),
    onError: (error) => void message.error(explainProblem(error, t).title),
  })
  return (
    <li className="card layer-preset">
      <h3>{t(preset.name)}</h3>
      <p className="soft small">{t(preset.about)}</p>
      <ul className="layer-legend">
        {preset.layers.map((l) => (
          <li key={l.key}>
            <LayerMark name={l.name} colour={l.colour} />
            {l.expected === null ? null : (
              <span className="faint small tabular">
                {t({ en: `expected ${format.percent(l.expected)}`, zh: `预期 ${format.percent(l.expected)}` })}
              </span>
            )}
          </li>
        ))}
      </ul>
      <div className="layer-preset-foot">
        {preset.installedId ? (
          <Link to={`/layers/${preset.installedId}`}>{t({ en: 'Installed, open it', zh: '已安装，查看' })}</Link>
        ) : manage ? (
          <Button
            icon={<Icon name="download" />}
            loading={install.isPending}
            onClick={() => install.mutate({ preset: preset.key })}
          >
            {t({ en: 'Install', zh: '一键安装' })}
            <span className="sr-only">{t(preset.name)}</span>
          </Button>
        ) : (
          <span className="faint small">{t({ en: 'Not installed', zh: '未安装' })}</span>
        )}
        {manage ? (
          <Link to="/layers/new" search={{ from: preset.key } as never} className="small">
            {t({ en: 'Change it to my own', zh: '改成自己的方案' })}
            <span className="sr-only">{t(preset.name)}</span>
          </Link>
        ) : null}
      </div>
    </li>
  )
}
