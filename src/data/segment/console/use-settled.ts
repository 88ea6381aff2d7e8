import { useEffect, useState } from 'react'

/** The value once it has stayed the same for a while (ms): what is typed is not asked for letter by letter. */
export function useSettled<T>(value: T, pause: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), pause)
    return () => clearTimeout(timer)
  }, [value, pause])
  return settled
}
