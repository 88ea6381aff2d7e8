import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

export type UrlState = Readonly<Record<string, string>>

/** The query string as plain words, so that any view can be linked to. A null or empty value leaves the address. */
export function useUrlState(): [UrlState, (patch: Record<string, string | null>, push?: boolean) => void] {
  const state: UrlState = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = useCallback(
    (patch: Record<string, string | null>, push = false) => {
      void navigate({
        to: '.',
        search: (before: UrlState) =>
          Object.fromEntries(
            Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null && value !== ''),
          ),
        replace: !push,
        resetScroll: false,
      } as never)
    },
    [navigate],
  )
  return [state, set]
}

/** A parameter of the page's own path. */
export function useParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false })
  return params[name] ?? ''
}

export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text))

export function stringifySearch(state: Record<string, unknown>): string {
  const text = new URLSearchParams(
    Object.entries(state).flatMap(([key, value]) => (typeof value === 'string' && value !== '' ? [[key, value]] : [])),
  ).toString()
  return text ? `?${text}` : ''
}
