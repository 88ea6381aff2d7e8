import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../icon.tsx'
import type { ListState } from './list-state.ts'
import { useLocalSetting } from './local-setting.ts'

interface SavedView {
  name: string
  view: Readonly<Record<string, string>>
}

/** Names for searches one comes back to. */
export function SavedViews({ list, state }: { list: string; state: ListState }) {
  const t = useText()
  const [views, setViews] = useLocalSetting<readonly SavedView[]>(`banyan.views.${list}`, [])
  const [name, setName] = useState('')
  const [open, setOpen] = useState(false)
  const save = () => {
    if (!name.trim()) return
    setViews([...views.filter((v) => v.name !== name.trim()), { name: name.trim(), view: state.view }])
    setName('')
  }
  const content = (
    <div className="list-popover">
      {views.length === 0 ? (
        <p className="soft small">
          {t({
            en: 'Save the present search and filters under a name.',
            zh: '将当前的搜索与筛选条件保存为视图，下次一键打开。',
          })}
        </p>
      ) : (
        <ul>
          {views.map((v) => (
            <li key={v.name} className="row between">
              <button
                type="button"
                className="bare list-view grow clip"
                onClick={() => {
                  state.applyView(v.view)
                  setOpen(false)
                }}
              >
                {v.name}
              </button>
              <Button
                type="text"
                size="small"
                icon={<Icon name="close" size={13} />}
                aria-label={t({ en: `Delete view ${v.name}`, zh: `删除视图 ${v.name}` })}
                onClick={() => setViews(views.filter((other) => other.name !== v.name))}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        <Input
          size="small"
          value={name}
          maxLength={40}
          aria-label={t({ en: 'Name of the view', zh: '视图名称' })}
          placeholder={t({ en: 'Name of the view', zh: '视图名称' })}
          onChange={(e) => setName(e.target.value)}
          onPressEnter={save}
        />
        <Button size="small" type="primary" onClick={save} disabled={!name.trim()}>
          {t({ en: 'Save', zh: '保存' })}
        </Button>
      </div>
    </div>
  )
  return (
    <Popover content={content} trigger="click" placement="bottomRight" open={open} onOpenChange={setOpen}>
      <Button icon={<Icon name="bookmark" />} aria-label={t({ en: 'Saved views', zh: '已存视图' })}>
        <span className="wide-only">{t({ en: 'Views', zh: '视图' })}</span>
      </Button>
    </Popover>
  )
}
