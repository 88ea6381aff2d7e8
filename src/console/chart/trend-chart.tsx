import type { EChartsType } from 'echarts/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { PALETTES, SERIES } from '#web/theme.ts'
import { trendOption } from './trend-option.ts'
import './chart.css'

interface TrendSeries {
  name: string
  values: readonly (number | null)[]
}

export interface TrendData {
  /** Instants at which the buckets begin. */
  buckets: readonly string[]
  series: readonly TrendSeries[]
  /** The last bucket has not ended: drawn dashed, never compared. */
  unfinished?: boolean
}

interface Props {
  /** What a screen reader says instead of the picture. */
  label: string
  data: TrendData
  height?: number
  asTable?: boolean
}

/** Lines over time; the same numbers as a table for who cannot or would rather not see a picture. */
export function TrendChart({ label, data, height = 240, asTable = false }: Props) {
  const { theme } = usePreferences()
  const format = useFormat()
  const t = useText()
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const [ready, setReady] = useState(false)
  const option = useMemo(
    () => trendOption(data, { palette: PALETTES[theme], series: SERIES[theme], format, unfinished: t(UNFINISHED) }),
    [data, theme, format, t],
  )

  useEffect(() => {
    if (asTable) return
    let gone = false
    let watcher: ResizeObserver | undefined
    void import('./echarts.ts').then(({ init }) => {
      if (gone || !box.current) return
      chart.current = init(box.current, undefined, { renderer: 'canvas' })
      watcher = new ResizeObserver(() => chart.current?.resize())
      watcher.observe(box.current)
      setReady(true)
    })
    return () => {
      gone = true
      watcher?.disconnect()
      chart.current?.dispose()
      chart.current = null
      setReady(false)
    }
  }, [asTable])

  useEffect(() => {
    if (ready) chart.current?.setOption(option, { notMerge: true })
  }, [ready, option])

  return (
    <figure className="chart" aria-label={label}>
      {data.series.length > 1 && !asTable ? (
        <ul className="legend">
          {data.series.map((s, i) => (
            <li key={s.name} style={{ '--series': SERIES[theme][i] } as React.CSSProperties}>
              {s.name}
            </li>
          ))}
        </ul>
      ) : null}
      {asTable ? null : <div ref={box} style={{ height }} aria-hidden="true" />}
      <div className={asTable ? 'chart-table' : 'sr-only'}>
        <TrendTable label={label} data={data} />
      </div>
    </figure>
  )
}

const UNFINISHED = { en: 'not finished', zh: '未结束' }

function TrendTable({ label, data }: { label: string; data: TrendData }) {
  const t = useText()
  const format = useFormat()
  return (
    <table>
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{t({ en: 'Date', zh: '日期' })}</th>
          {data.series.map((s) => (
            <th scope="col" key={s.name}>
              {s.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {data.buckets.map((at, i) => (
          <tr key={at}>
            <th scope="row">
              {format.day(at)}
              {data.unfinished && i === data.buckets.length - 1 ? ` (${t(UNFINISHED)})` : ''}
            </th>
            {data.series.map((s) => (
              <td key={s.name}>{s.values[i] == null ? '–' : format.number(s.values[i])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
