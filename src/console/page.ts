import type { ComponentType, ReactNode } from 'react'
import { type LoadedLater, loadedLater } from '#web/loaded-later.tsx'
import type { Text } from '#web/text.ts'
import type { IconName } from './icon.tsx'
import { Loading } from './states.tsx'

/** The four layers of the loop, in its order, around overview and settings. */
export const NAV_GROUPS = {
  home: { en: '', zh: '' },
  people: { en: 'People', zh: '成员与社群' },
  interaction: { en: 'Interaction', zh: '互动' },
  data: { en: 'Data', zh: '数据' },
  decision: { en: 'Decision', zh: '决策' },
  settings: { en: 'Settings', zh: '设置' },
} as const satisfies Record<string, Text>
export type NavGroup = keyof typeof NAV_GROUPS

/** A console page. Its slice declares it in `page.tsx`; the shell finds it there. */
export interface Page {
  /** Below `/console`; `$name` is a parameter. */
  path: string
  title: Text
  /** Words it is also found by in the command palette. */
  keywords?: string
  nav?: { group: NavGroup; order: number; icon: IconName }
  /** The right without which it is neither listed nor shown; null for everybody signed in. */
  needs: string | null
  /** Shown without the frame and without signing in: what it shows is guarded by what its own address carries. */
  open?: true
  Component: LoadedLater<object>
}

/** A part of member 360, contributed by the slice that owns what it shows. */
export interface Panel {
  title: Text
  order: number
  needs: string | null
  Component: ComponentType<{ memberId: string }>
}

export const definePage = (page: Page): Page => page
export const definePanel = (panel: Panel): Panel => panel

type PropsOf<C> = C extends (props: infer P) => ReactNode ? P : never

/** A component loaded when it is first shown: `lazily(() => import('./member-list.tsx'), 'MemberList')`. */
export const lazily = <M, K extends keyof M>(load: () => Promise<M>, name: K, Waiting: ComponentType = Loading) =>
  loadedLater(async () => (await load())[name] as ComponentType<PropsOf<M[K]> & object>, Waiting)
