import { useMemo, useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Grid, OnCell } from './grid.ts'
import { GridTable } from './grid-table.tsx'
import { Legend } from './legend.tsx'
import { useLook } from './look.ts'
import { Plot, type Spot } from './plot.tsx'
import { type TrendStyle, trendOption } from './trend-option.ts'
import './chart.css'

export interface TrendSeries {
  name: string
  values: readonly (number | null)[]
  /** Who is behind each. */
  cells?: readonly string[]
  /** The same of the period before. */
  previous?: readonly (number | null)[]
  /** How its numbers are written; default as plain numbers. */
  shown?(n: number): string
}

export interface TrendData {
  /** As they are called. */
  buckets: readonly string[]
  /** The same for the axis, where there is little room. */
  ticks?: readonly string[]
  series: readonly TrendSeries[]
  /** Numbers of the buckets that have not ended: drawn dashed, never compared. */
  unfinished: readonly number[]
  /** What is noted at a bucket. */
  annotations: readonly { index: number; title: string }[]
}

interface Props {
  /** What a screen reader says instead of the picture. */
  label: string
  data: TrendData
  style?: TrendStyle
  height?: number
  asTable?: boolean
  onCell?: OnCell | undefined
}

const NONE: ReadonlySet<number> = new Set()
const UNFINISHED = { en: 'not finished', zh: '未结束' }
const PREVIOUS = { en: 'period before', zh: '上一周期' }

/** Numbers over time; the same as a table for who cannot or would rather not see a picture. */
export function TrendChart({ label, data, style = 'line', height = 240, asTable = false, onCell }: Props) {
  const t = useText()
  const format = useFormat()
  const look = useLook()
  const [hidden, setHidden] = useState(NONE)
  const drawn = useMemo(() => blankHidden(data, hidden), [data, hidden])
  const option = useMemo(
    () => trendOption(drawn, style, look, { unfinished: t(UNFINISHED), previous: t(PREVIOUS) }),
    [drawn, style, look, t],
  )
  const spots = useMemo(
    () =>
      drawn.series.map((s) =>
        s.values.map((value, i): Spot => {
          const name = data.series.length > 1 ? [data.buckets[i], s.name] : [data.buckets[i]]
          const text = value === null ? '–' : (s.shown ?? format.number)(value)
          return { label: name.join(' · '), text, value, cell: s.cells?.[i] }
        }),
      ),
    [drawn, data, format],
  )
  const grid = useMemo(() => gridOf(data, t, format.number), [data, t, format])
  return (
    <figure className="chart" aria-label={label}>
      {asTable ? null : (
        <>
          {data.series.length > 1 ? (
            <Legend names={data.series.map((s) => s.name)} hidden={hidden} onHidden={setHidden} />
          ) : null}
          <Plot label={label} option={option} height={height} spots={spots} onCell={onCell} />
        </>
      )}
      <div className={asTable ? 'chart-table' : 'sr-only'}>
        <GridTable label={label} grid={grid} onCell={asTable ? onCell : undefined} />
      </div>
    </figure>
  )
}

/** Hidden series keep their place, so that colours and numbers of series stay the same. */
function blankHidden(data: TrendData, hidden: ReadonlySet<number>): TrendData {
  if (hidden.size === 0) return data
  const series = data.series.map((s, i): TrendSeries => {
    if (!hidden.has(i)) return s
    const { previous: _, ...rest } = s
    return { ...rest, values: s.values.map(() => null) }
  })
  return { ...data, series }
}

/** A trend as rows of buckets. */
export function gridOf(
  data: TrendData,
  t: (text: { en: string; zh: string }) => string,
  number: (n: number) => string,
): Grid {
  const cellOf = (s: TrendSeries, value: number | null | undefined, cell?: string) => ({
    text: value == null ? '–' : (s.shown ?? number)(value),
    value: value ?? null,
    cell,
  })
  return {
    head: t({ en: 'Date', zh: '日期' }),
    columns: data.series.flatMap((s) => (s.previous ? [s.name, `${s.name} · ${t(PREVIOUS)}`] : [s.name])),
    rows: data.buckets.map((bucket, i) => ({
      head: data.unfinished.includes(i) ? `${bucket} (${t(UNFINISHED)})` : bucket,
      cells: data.series.flatMap((s) => [
        cellOf(s, s.values[i], s.cells?.[i]),
        ...(s.previous ? [cellOf(s, s.previous[i])] : []),
      ]),
    })),
  }
}
