import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { useUrlState } from './url-state.ts'
import './page-tabs.css'

interface Tab {
  key: string
  label: ReactNode
  children: ReactNode
}

/** The views of one page. Which one is open stands in the address; what belongs to the one left is forgotten. */
export function PageTabs({ label, items }: { label: string; items: readonly [Tab, ...Tab[]] }) {
  const [url, set] = useUrlState()
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const first = items[0]
  const open = items.find((tab) => tab.key === url.tab) ?? first
  const choose = (tab: Tab) =>
    set({
      ...Object.fromEntries(Object.keys(url).map((key) => [key, null])),
      tab: tab === first ? null : tab.key,
    })
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const at = (items.indexOf(open) + step + items.length) % items.length
    const tab = items[at]
    if (tab) choose(tab)
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[at]?.focus()
  }
  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className="page-tabs" onKeyDown={onKey}>
        {items.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            className="bare page-tab"
            aria-selected={tab === open}
            aria-controls={`${id}-panel`}
            tabIndex={tab === open ? 0 : -1}
            onClick={() => choose(tab)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${open.key}`} key={open.key}>
        {open.children}
      </div>
    </>
  )
}
