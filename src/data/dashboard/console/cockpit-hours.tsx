import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'

type Numbers = readonly (number | null)[]

const [WIDTH, HEIGHT, FOOT] = [960, 380, 28]

/** Today's hours as bars, yesterday's as a line behind them; drawn as SVG, which leaves nothing behind over days. */
export function HourBars({ today, yesterday, open }: { today: Numbers; yesterday: Numbers; open: number | null }) {
  const t = useText()
  const format = useFormat()
  const hours = Math.max(24, today.length)
  const last = open ?? today.length - 1
  const top = Math.max(4, ...today.map((v) => v ?? 0), ...yesterday.map((v) => v ?? 0))
  const step = WIDTH / hours
  const y = (v: number) => (HEIGHT - FOOT) * (1 - (v / top) * 0.9)
  const line = yesterday
    .map((v, i) => `${i ? 'L' : 'M'}${((i + 0.5) * step).toFixed(1)} ${y(v ?? 0).toFixed(1)}`)
    .join('')
  const label = t({ en: 'Active members by the hour, today and yesterday', zh: '今日与昨日分时活跃成员' })
  return (
    <>
      <div className="cockpit-legend tabular">
        <span data-of="today">{t({ en: 'today', zh: '今日' })}</span>
        <span data-of="yesterday">{t({ en: 'yesterday', zh: '昨日' })}</span>
        <span data-of="top">{t({ en: `top line: ${format.number(top)}`, zh: `顶线：${format.number(top)} 人` })}</span>
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {[0.25, 0.5, 0.75, 1].map((share) => (
          <line key={share} x1={0} x2={WIDTH} y1={y(top * share)} y2={y(top * share)} className="cockpit-line" />
        ))}
        {today.slice(0, last + 1).map((v, i) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the hour itself
            key={i}
            x={i * step + step * 0.18}
            width={step * 0.64}
            y={y(v ?? 0)}
            height={HEIGHT - FOOT - y(v ?? 0)}
            rx={3}
            className="cockpit-hour"
            data-open={i === open}
          />
        ))}
        {line ? <path d={line} className="cockpit-before" /> : null}
      </svg>
      <div className="cockpit-axis" aria-hidden="true">
        {[0, 6, 12, 18].map((h) => (
          <span key={h}>{`${String(h).padStart(2, '0')}:00`}</span>
        ))}
        <span>24:00</span>
      </div>
      <p className="sr-only">
        {today
          .slice(0, last + 1)
          .map((v, i) => `${i}: ${format.number(v ?? 0)}`)
          .join(', ')}
      </p>
    </>
  )
}
