import { useBlocker } from '@tanstack/react-router'
import { App, Button, Input, Select, Switch } from 'antd'
import { useRef, useState } from 'react'
import { ProblemAnswer } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { FilterChoice } from './filter-choice.tsx'
import { bottom, closed } from './grid-layout.ts'
import { RangeChoice } from './range-choice.tsx'
import { TileEditor } from './tile-editor.tsx'
import { Tiles } from './tiles.tsx'
import type { Content, Dashboard, Tile } from './types.ts'
import { useQuestions } from './use-questions.ts'
import type { Range } from './words.ts'
import { zones } from './zones.ts'

/** A dashboard while it is being changed: nothing is saved until “save”. */
export function DashboardEdit({ saved, close }: { saved: Dashboard; close(): void }) {
  const t = useText()
  const { message, modal } = App.useApp()
  const [base] = useState(saved)
  const [name, setName] = useState(saved.name)
  const [description, setDescription] = useState(saved.description)
  const [shared, setShared] = useState(saved.shared)
  const [content, setContent] = useState(saved.content as Content)
  const [tile, setTile] = useState<Tile | 'new' | null>(null)
  const questions = useQuestions(content, null)
  const update = useAct('dashboard.update')
  // Leaving follows the save at once, before a state could tell of it.
  const isSaved = useRef(false)
  const changed =
    name !== base.name ||
    description !== base.description ||
    shared !== base.shared ||
    content !== (base.content as Content)
  useBlocker({
    shouldBlockFn: () =>
      changed && !isSaved.current && !window.confirm(t({ en: 'Leave without saving?', zh: '尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => changed && !isSaved.current,
  })
  const patch = (part: Partial<Content>) => setContent((before) => ({ ...before, ...part }))
  const setTiles = (tiles: readonly Tile[]) => patch({ tiles: [...tiles] })

  const save = async (version = base.version) => {
    try {
      await update.mutateAsync({
        id: base.id,
        version,
        name,
        description,
        content: { ...content, tiles: [...closed(content.tiles)] },
        ...(shared === base.shared ? {} : { shared }),
      })
      isSaved.current = true
      message.success(t({ en: 'Saved', zh: '已保存' }))
      close()
    } catch (error) {
      if (error instanceof ProblemAnswer && error.code === 'dashboard.changed_meanwhile') conflict()
      else {
        const { title, hint } = explainProblem(error, t)
        message.error([title, hint].filter(Boolean).join(' '))
      }
    }
  }
  const conflict = () =>
    modal.warning({
      title: t({ en: 'Somebody else has saved this dashboard', zh: '其他人刚刚保存了此看板' }),
      content: t({
        en: 'Your changes are still here and not saved. Leave editing to see theirs, or keep yours as a copy.',
        zh: '您的修改仍保留在此页面，尚未保存。可退出编辑查看对方的版本，或将您的修改另存为副本。',
      }),
      closable: true,
      okText: t({ en: 'Keep mine as a copy', zh: '另存为副本' }),
      onOk: keepCopy,
    })
  const create = useAct('dashboard.create')
  const keepCopy = async () => {
    await create.mutateAsync({
      name: t({ en: `${name.slice(0, 90)} (copy)`, zh: `${name.slice(0, 90)}（副本）` }),
      description,
      shared,
      content: { ...content, tiles: [...closed(content.tiles)] },
    })
    message.success(t({ en: 'Kept as a copy', zh: '已另存为副本' }))
  }
  const put = (made: Tile) => {
    const there = content.tiles.some((o) => o.id === made.id)
    setTiles(there ? content.tiles.map((o) => (o.id === made.id ? made : o)) : [...content.tiles, made])
    setTile(null)
  }
  return (
    <>
      <PageHead title={t({ en: `Change “${base.name}”`, zh: `编辑「${base.name}」` })} />
      <div className="dashboard-edit-bar">
        <Button type="primary" icon={<Icon name="plus" />} onClick={() => setTile('new')}>
          {t({ en: 'Add a tile', zh: '添加图块' })}
        </Button>
        <span className="faint small wide-only">
          {t({
            en: 'Drag a tile by its handle; or focus the handle and use the arrow keys, with Shift to change its size.',
            zh: '拖动左上角手柄移动图块，拖动右下角调整大小；也可聚焦手柄后用方向键移动，按住 Shift 调整大小。',
          })}
        </span>
        <span className="grow" />
        <Button onClick={close}>{t({ en: 'Cancel', zh: '取消' })}</Button>
        <Button
          type="primary"
          loading={update.isPending}
          disabled={!changed || !name.trim()}
          onClick={() => void save()}
        >
          {t({ en: 'Save', zh: '保存' })}
        </Button>
      </div>
      <div className="dashboard-bar">
        <Input
          value={name}
          maxLength={100}
          style={{ maxWidth: 260 }}
          aria-label={t({ en: 'Name', zh: '看板名称' })}
          onChange={(e) => setName(e.target.value)}
        />
        <Input
          value={description}
          maxLength={1000}
          style={{ maxWidth: 320 }}
          placeholder={t({ en: 'What it is for', zh: '看板说明' })}
          aria-label={t({ en: 'Description', zh: '看板说明' })}
          onChange={(e) => setDescription(e.target.value)}
        />
        <RangeChoice value={content.range as Range} onChange={(range) => patch({ range })} />
        <FilterChoice value={content.filter} onChange={(filter) => patch({ filter })} />
        <Select
          showSearch
          style={{ minWidth: 190 }}
          value={content.timezone ?? ''}
          aria-label={t({ en: 'Time zone', zh: '时区' })}
          options={[
            { value: '', label: t({ en: 'Time zone of the brand', zh: '品牌时区' }) },
            ...zones().map((zone) => ({ value: zone, label: zone })),
          ]}
          onChange={(zone) => patch({ timezone: zone || null })}
        />
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside */}
        <label className="row">
          <Switch size="small" checked={content.compare ?? false} onChange={(compare) => patch({ compare })} />
          {t({ en: 'Compare', zh: '对比上一周期' })}
        </label>
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside */}
        <label className="row">
          <Switch size="small" checked={shared} onChange={setShared} />
          {t({ en: 'For everybody in the console', zh: '全员可见' })}
        </label>
      </div>
      <Tiles
        content={content}
        questions={questions}
        edit={{ onChange: (tiles) => setTiles(closed(tiles)), change: setTile }}
      />
      <TileEditor tile={tile} place={{ x: 0, y: bottom(content.tiles) }} onClose={() => setTile(null)} onPut={put} />
    </>
  )
}
