import { Button, Popover } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../icon.tsx'
import { useSession } from '../session.tsx'
import { Answer } from '../states.tsx'
import type { ListState } from './list-state.ts'
import { SaveView } from './save-view.tsx'
import { ViewRow } from './view-row.tsx'

/** All views that one list can have, one's own and shared: the server keeps fewer. */
const ALL = 200

/** Names for searches one comes back to: private to the operator, or shared with everybody. */
export function SavedViews({ list, state }: { list: string; state: ListState }) {
  const t = useText()
  const { may } = useSession()
  const [open, setOpen] = useState(false)
  /** Whether the panel has come to rest: before, nothing in it takes the focus. */
  const [rested, setRested] = useState(false)
  const trigger = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const views = useCall('view.list', open ? { list, limit: ALL } : null)
  const ready = open && rested && !views.isPending
  useEffect(() => {
    if (ready) panel.current?.querySelector<HTMLElement>('button:enabled, input:enabled')?.focus()
  }, [ready])
  if (!may('view.use')) return null

  const close = () => {
    setOpen(false)
    trigger.current?.focus()
  }
  const onKeyDown = (e: React.KeyboardEvent) => {
    if (e.key === 'Escape') return close()
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return
    const names = [...(panel.current?.querySelectorAll<HTMLElement>('.list-view') ?? [])]
    const next = names[names.indexOf(document.activeElement as HTMLElement) + (e.key === 'ArrowDown' ? 1 : -1)]
    if (!next) return
    e.preventDefault()
    next.focus()
  }
  const content = (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the buttons within
    <div className="list-popover list-views" ref={panel} onKeyDown={onKeyDown}>
      <Answer of={views} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft small">
              {t({
                en: 'Search or filter, then keep it here under a name.',
                zh: '先搜索或筛选，再保存为视图，下次一键打开。',
              })}
            </p>
          ) : (
            <ul>
              {items.map((view) => (
                <ViewRow
                  key={view.id}
                  view={view}
                  shown={state.view}
                  open={() => {
                    state.applyView(view.query)
                    close()
                  }}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      <SaveView list={list} query={state.view} />
    </div>
  )
  return (
    <Popover
      content={content}
      trigger="click"
      placement="bottomRight"
      classNames={{ root: 'list-views-over' }}
      open={open}
      onOpenChange={setOpen}
      afterOpenChange={setRested}
    >
      <Button
        ref={trigger}
        icon={<Icon name="bookmark" />}
        aria-label={t({ en: 'Saved views', zh: '已存视图' })}
        aria-expanded={open}
      >
        <span className="wide-only">{t({ en: 'Views', zh: '视图' })}</span>
      </Button>
    </Popover>
  )
}
