import type { Page, Panel } from './page.ts'

type PageModule = { page?: Page; pages?: readonly Page[] }

const pageModules = import.meta.glob<PageModule>('../**/page.tsx', { eager: true })
const panelModules = import.meta.glob<{ panel: Panel }>('../**/panel.tsx', { eager: true })

/** Every page of every slice; the declarations are small, what they show is loaded when opened. */
export const pages: readonly Page[] = Object.values(pageModules)
  .flatMap((m) => [...(m.page ? [m.page] : []), ...(m.pages ?? [])])
  .sort((a, b) => (a.nav?.order ?? 0) - (b.nav?.order ?? 0))

export const panels: readonly Panel[] = Object.values(panelModules)
  .map((m) => m.panel)
  .sort((a, b) => a.order - b.order)

/** The page at this address, where it is one for whoever comes by. */
export const openPageAt = (pathname: string): Page | undefined =>
  pages.find((page) => page.open && pathname.startsWith(`/console${page.path.split('$')[0]}`))
