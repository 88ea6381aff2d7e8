import type { HomeCard, Notices, Screen } from './screen.ts'

interface ScreenModule {
  screen?: Screen
  screens?: readonly Screen[]
  card?: HomeCard
  notices?: Notices
}

const modules = Object.values(import.meta.glob<ScreenModule>('../**/screen.tsx', { eager: true }))

/** Every screen of every slice; the declarations are small, what they show is loaded when opened. */
export const screens: readonly Screen[] = modules.flatMap((m) => [
  ...(m.screen ? [m.screen] : []),
  ...(m.screens ?? []),
])

export const navigation = screens
  .flatMap(({ path, title, nav }) => (nav ? [{ path, title, ...nav }] : []))
  .sort((a, b) => a.order - b.order)
export type NavItem = (typeof navigation)[number]

export const cards: readonly HomeCard[] = modules
  .flatMap((m) => (m.card ? [m.card] : []))
  .sort((a, b) => a.order - b.order)

export const notices: Notices = Object.assign({}, ...modules.map((m) => m.notices))
