export interface OneTime {
  kind: 'setup' | 'join'
  token: string
}

/** Which one-time link, if any, the browser was opened with. */
export function doorOf({ pathname, hash, search }: Pick<Location, 'pathname' | 'hash' | 'search'>): OneTime | null {
  const kind = pathname.replace(/\/$/, '').split('/').at(-1)
  if (kind !== 'setup' && kind !== 'join') return null
  const token = hash.slice(1) || new URLSearchParams(search).get('token')
  return token ? { kind, token } : null
}
