import { type ComponentType, type ReactNode, useEffect, useState } from 'react'

/** A component whose code comes when it is first shown, or before that by `preload`. */
export interface LoadedLater<P extends object> {
  (props: P): ReactNode
  /** Ends when the code is there; one that failed is asked for anew. */
  preload(): Promise<void>
}

/**
 * In place of `React.lazy`: React keeps back for 300 ms what Suspense once stood in for, though its code may be there
 * after ten, and does so even for code that was loaded ahead. A failure is thrown to the boundary around it.
 */
export function loadedLater<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Waiting: ComponentType,
): LoadedLater<P> {
  let Loaded: ComponentType<P> | null = null
  let loading: Promise<void> | null = null
  async function begin() {
    try {
      Loaded = await load()
    } catch (error) {
      loading = null
      throw error
    }
  }
  function preload() {
    loading ??= begin()
    return loading
  }
  function Later(props: P) {
    const [isThere, setThere] = useState(Loaded !== null)
    const [fault, setFault] = useState<{ error: unknown } | null>(null)
    useEffect(() => {
      if (isThere) return
      let isGone = false
      preload().then(
        () => !isGone && setThere(true),
        (error: unknown) => !isGone && setFault({ error }),
      )
      return () => {
        isGone = true
      }
    }, [isThere])
    if (fault) throw fault.error
    return Loaded ? <Loaded {...props} /> : <Waiting />
  }
  return Object.assign(Later, { preload })
}
