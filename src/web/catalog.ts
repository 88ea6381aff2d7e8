import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { type ProblemAnswer, request } from './api.ts'
import { useText } from './preferences.tsx'
import type { Schema } from './schema.ts'
import type { Text } from './text.ts'

export interface CatalogEvent {
  name: string
  title: Text
  class: 'capability' | 'system'
  schema: Schema
}
export interface CatalogAction {
  name: string
  title: Text
  permission: string | null
  on: readonly string[]
  offeredTo: readonly string[]
  input: Schema
  emits: readonly string[]
  reversible: boolean
  confirm?: Text
}
interface CatalogRight {
  name: string
  title: Text
  roles: readonly string[]
}
export interface Catalog {
  capabilities: readonly { name: string; layer: string; title: Text }[]
  events: readonly CatalogEvent[]
  actions: readonly CatalogAction[]
  rights: readonly CatalogRight[]
}

/** What the running system declares; fixed until the server restarts. */
export function useCatalog() {
  return useQuery<Catalog, ProblemAnswer>({
    queryKey: ['catalog'],
    queryFn: async ({ signal }) => (await request('/api/catalog', { signal })).json() as Promise<Catalog>,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Reasons and causes often are a capability's name (`checkin`): its title, or the word as it is. */
export function useCapabilityTitle(): (word: string) => string {
  const t = useText()
  const { data } = useCatalog()
  return useCallback(
    (word) => {
      const found = data?.capabilities.find((c) => c.name === word)
      return found ? t(found.title) : word
    },
    [data, t],
  )
}
