import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { type LiveEvent, useLive } from '#web/live.ts'
import { useText } from '#web/preferences.tsx'
import { notices } from './screens.ts'
import { useToast } from './ui/toast.tsx'

/** One press often sets off several events; their screens are read again once. */
const GATHER_MS = 120

const nounOf = (name: unknown) => String(name).split('.')[0] ?? ''

/** Keeps what is on the screen true: an event reads everything of its noun again, and some are told. */
export function Live() {
  const client = useQueryClient()
  const t = useText()
  const say = useToast()
  const touched = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const opened = useRef(false)

  const state = useLive(true, (event) => {
    touched.current.add(nounOf(event.name))
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const nouns = touched.current
      touched.current = new Set()
      void client.invalidateQueries({ predicate: ({ queryKey }) => nouns.has(nounOf(queryKey[0])) })
    }, GATHER_MS)
    const text = notices[event.name]?.(propertiesOf(event))
    if (text) say(t(text))
  })

  useEffect(() => {
    if (state !== 'open') return
    // What happened while the line was down was not heard.
    if (opened.current) void client.invalidateQueries()
    opened.current = true
  }, [state, client])
  useEffect(() => () => clearTimeout(timer.current), [])
  return null
}

function propertiesOf(event: LiveEvent): Readonly<Record<string, unknown>> {
  const given: unknown = 'properties' in event ? event.properties : null
  return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {}
}
