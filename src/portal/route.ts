import { useMemo, useSyncExternalStore } from 'react'

// The address bar is the only state of where the member is, so every view has a link.
const NAVIGATED = 'portal:navigated'

export interface Address {
  path: string
  query: URLSearchParams
}
export type Params = Readonly<Record<string, string>>

function subscribe(changed: () => void) {
  addEventListener('popstate', changed)
  addEventListener(NAVIGATED, changed)
  return () => {
    removeEventListener('popstate', changed)
    removeEventListener(NAVIGATED, changed)
  }
}

const here = () => location.pathname + location.search

export function useAddress(): Address {
  const address = useSyncExternalStore(subscribe, here, here)
  return useMemo(() => {
    const { pathname, searchParams } = new URL(address, location.origin)
    return { path: pathname === '/' ? pathname : pathname.replace(/\/+$/, ''), query: searchParams }
  }, [address])
}

/** Goes to a path of the portal. `replace` is for what the back button should not return to. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  if (to === here()) return
  if (replace) history.replaceState(history.state, '', to)
  else history.pushState({ inside: true }, '', to)
  dispatchEvent(new Event(NAVIGATED))
  if (!replace) scrollTo(0, 0)
}

/** Back within the portal; who came by a link goes one level up instead of leaving. */
export function goBack(up: string): void {
  if (isInside(history.state)) history.back()
  else navigate(up, { replace: true })
}

const isInside = (state: unknown) => typeof state === 'object' && state !== null && 'inside' in state

/** What `/communities/$communityId` reads from a path; null when it is another path. */
export function matchPath(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [i, part] of wanted.entries()) {
    const text = given[i] ?? ''
    if (part.startsWith('$') && text !== '') params[part.slice(1)] = safeDecode(text)
    else if (part !== text) return null
  }
  return params
}

function safeDecode(text: string) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A path of our own that an address names; anything else is the home screen. */
export const ownPath = (path: string | null): string => (path && /^\/(?![/\\])/.test(path) ? path : '/')
