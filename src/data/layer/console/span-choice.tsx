import { Segmented } from 'antd'
import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import { useUrlState } from '../../../console/url-state.ts'

const SPANS = [7, 30, 90, 180, 365] as const
const DAY_MS = 86_400_000

/** How many days back the address asks for, and the instant that is; it stays while the page is open. */
export function useSpan(): { days: number; from: string } {
  const [url] = useUrlState()
  const days = SPANS.find((d) => String(d) === url.days) ?? 30
  return useMemo(() => ({ days, from: new Date(Date.now() - days * DAY_MS).toISOString() }), [days])
}

export function SpanChoice() {
  const t = useText()
  const [, set] = useUrlState()
  const { days } = useSpan()
  return (
    <Segmented<number>
      className="layer-span"
      value={days}
      aria-label={t({ en: 'How far back', zh: '时间范围' })}
      options={SPANS.map((d) => ({ value: d, label: t({ en: `${d} days`, zh: `近 ${d} 天` }) }))}
      onChange={(next) => set({ days: String(next) })}
    />
  )
}
