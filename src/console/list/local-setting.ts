import { useCallback, useState } from 'react'

/** A choice of this browser that is worth keeping: the columns of a list. */
export function useLocalSetting<T>(key: string, start: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    try {
      const stored = localStorage.getItem(key)
      return stored === null ? start : (JSON.parse(stored) as T)
    } catch {
      return start
    }
  })
  const set = useCallback(
    (next: T) => {
      localStorage.setItem(key, JSON.stringify(next))
      setValue(next)
    },
    [key],
  )
  return [value, set]
}
