import { createContext, use } from 'react'
import type { Draft } from './draft.ts'

interface Builder {
  /** The segment that is being changed, which cannot be part of itself. */
  self?: string | undefined
  /** What the server finds wrong with a clause. */
  flaws?: ReadonlyMap<Draft, readonly string[]> | undefined
}

export const BuilderContext = createContext<Builder>({})
export const useBuilder = (): Builder => use(BuilderContext)
