const KEY = 'banyan.recent'
/** As many as fit the palette without scrolling on a phone. */
const MAX = 6

export interface Recent {
  to: string
  title: string
}

/** What was opened last, for the palette before anything is typed. */
export function recentPlaces(): readonly Recent[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as readonly Recent[]
  } catch {
    return []
  }
}

export function rememberPlace(place: Recent) {
  const rest = recentPlaces().filter((r) => r.to !== place.to)
  localStorage.setItem(KEY, JSON.stringify([place, ...rest].slice(0, MAX)))
}
