import type { ComponentType } from 'react'
import { type LoadedLater, loadedLater } from '#web/loaded-later.tsx'
import type { Text } from '#web/text.ts'
import type { Params } from './route.ts'
import type { IconName } from './ui/icon.tsx'
import { Waiting } from './ui/states.tsx'

export interface ScreenProps {
  params: Params
}

/** A screen of the portal. Its slice declares it in `screen.tsx`; the shell finds it there. */
export interface Screen {
  /** `$name` is a parameter. */
  path: string
  title: Text
  nav?: { order: number; icon: IconName; useBadge?: () => number }
  /** Shown without signing in too. */
  open?: true
  Component: ComponentType<ScreenProps>
}

/** A part of the home screen, contributed by the slice that owns what it shows. */
export interface HomeCard {
  order: number
  /** Shown at the door too, to who has not signed in. */
  open?: true
  Component: ComponentType
}

/** What a member is told at once when an event of theirs happens; null says nothing. */
export type Notices = Readonly<Record<string, (properties: Readonly<Record<string, unknown>>) => Text | null>>

export const defineScreen = (screen: Screen): Screen => screen
export const defineCard = (card: HomeCard): HomeCard => card
export const defineNotices = (notices: Notices): Notices => notices

const later: LoadedLater<ScreenProps>[] = []

/** A component loaded when it is first shown: `lazily(() => import('./inbox.tsx'), 'Inbox')`. */
export function lazily<K extends string>(load: () => Promise<Record<NoInfer<K>, ComponentType<ScreenProps>>>, name: K) {
  const component = loadedLater(async () => (await load())[name], Waiting)
  later.push(component)
  return component
}

/** Loads the other screens once the first one stands, so that they open at once and without a network. */
export const loadAhead = () => Promise.allSettled(later.map((component) => component.preload()))
