import { Outlet, useRouterState } from '@tanstack/react-router'
import { Drawer } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { CommandPalette } from './command-palette.tsx'
import { Nav } from './nav.tsx'
import { TopBar } from './top-bar.tsx'
import './shell.css'

/** The frame around every page: navigation, search, account; a drawer instead of the column on a phone. */
export function Shell() {
  const t = useText()
  const [menu, setMenu] = useState(false)
  const [palette, setPalette] = useState(false)
  const closePalette = useCallback(() => setPalette(false), [])
  const path = useRouterState({ select: (s) => s.location.pathname })
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setPalette((open) => !open)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  // A new page starts at its top for the keyboard too; the first load leaves focus where the browser put it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the path changes
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true })
    first.current = false
  }, [path])

  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t({ en: 'Skip to content', zh: '跳到正文' })}
      </a>
      <div className="side">
        <Nav />
      </div>
      <div className="shell-main">
        <TopBar openMenu={() => setMenu(true)} openPalette={() => setPalette(true)} />
        <main id="main" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Drawer
        open={menu}
        placement="left"
        size={268}
        closable={false}
        onClose={() => setMenu(false)}
        styles={{ body: { padding: 0 } }}
        aria-label={t({ en: 'Navigation', zh: '导航' })}
      >
        <Nav onOpen={() => setMenu(false)} />
      </Drawer>
      <CommandPalette open={palette} close={closePalette} />
    </div>
  )
}
