import { useEffect, useEffectEvent, useState } from 'react'

/** One event as it happened, already narrowed to what the reader may see. */
export interface LiveEvent {
  id: string
  name: string
  class: 'client' | 'capability' | 'system'
  source: string
  memberId: string | null
  communityId: string | null
  at: string
  receivedAt: string
  properties: Readonly<Record<string, unknown>>
}

export type LiveState = 'connecting' | 'open' | 'closed'

/** Listens to `GET /api/live` while `on`; the browser reconnects by itself. */
export function useLive(on: boolean, happened: (event: LiveEvent) => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting')
  const tell = useEffectEvent(happened)
  useEffect(() => {
    if (!on) {
      setState('closed')
      return
    }
    setState('connecting')
    const source = new EventSource('/api/live')
    source.addEventListener('open', () => setState('open'))
    source.addEventListener('error', () => setState(source.readyState === EventSource.CLOSED ? 'closed' : 'connecting'))
    source.addEventListener('happened', (message) => tell(JSON.parse(message.data) as LiveEvent))
    return () => source.close()
  }, [on])
  return state
}
