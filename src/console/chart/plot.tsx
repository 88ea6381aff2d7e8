import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { type KeyboardEvent, useEffectEvent, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import type { OnCell } from './grid.ts'
import { useChart } from './use-chart.ts'
import './chart.css'

/** A number that the pointer or the keyboard can stand on. */
export interface Spot {
  label: string
  text: string
  value: number | null
  cell?: string | undefined
}

interface Props {
  option: EChartsCoreOption
  height: number
  /** What a screen reader calls it. */
  label: string
  /** By the option's series, then by its data; series without spots may follow. */
  spots: readonly (readonly Spot[])[]
  onCell?: OnCell | undefined
  /** Flows and calendars need more of ECharts. */
  more?: boolean
  /** Where a click on what is drawn is not on a data item of a series in its place, such as a flow's link. */
  spotAt?(picked: { dataType?: string | undefined; seriesIndex: number; dataIndex: number }): Spot | undefined
}

const loadFlow = () => import('./echarts-flow.ts')
const loadPlain = () => import('./echarts.ts')

/**
 * A picture by ECharts: loaded when it is first seen, as wide as its place. Arrow keys walk its numbers and say them;
 * Enter, or a click near one, opens who is behind it.
 */
export function Plot({ option, height, label, spots, onCell, more = false, spotAt }: Props) {
  const t = useText()
  const [at, setAt] = useState<readonly [number, number] | null>(null)
  const open = useEffectEvent((spot: Spot | undefined) => {
    if (spot?.cell && spot.value !== null) onCell?.(spot.cell, spot.label, spot.text)
  })
  const pick = useEffectEvent((place: { dataType?: string | undefined; seriesIndex: number; dataIndex: number }) =>
    open(spotAt ? spotAt(place) : spots[place.seriesIndex]?.[place.dataIndex]),
  )
  const near = useEffectEvent((made: EChartsType, x: number, y: number) => open(nearest(made, spots, [x, y])))

  const { box, chart, ready } = useChart(more ? loadFlow : loadPlain, option, (made) => {
    made.on('click', ({ dataType, seriesIndex, dataIndex }) =>
      pick({ dataType, seriesIndex: seriesIndex ?? 0, dataIndex }),
    )
    made.getZr().on('click', (event) => {
      if (!event.target) near(made, event.offsetX, event.offsetY)
    })
  })

  const go = (series: number, index: number) => {
    const spot = spots[series]?.[index]
    if (!spot) return
    setAt([series, index])
    const at = { seriesIndex: series, dataIndex: index }
    chart.current?.dispatchAction({ type: 'downplay' })
    chart.current?.dispatchAction({ type: 'highlight', ...at })
    const point = chart.current && pointOf(chart.current, series, index, spot)
    chart.current?.dispatchAction({ type: 'showTip', ...(point ? { x: point[0], y: point[1] } : at) })
  }
  const onKey = (event: KeyboardEvent) => {
    const [series, index] = at ?? [0, -1]
    const last = (spots[series]?.length ?? 0) - 1
    const to = {
      ArrowRight: [series, Math.min(index + 1, last)],
      ArrowLeft: [series, Math.max(index - 1, 0)],
      ArrowDown: [Math.min(series + 1, spots.length - 1), Math.max(index, 0)],
      ArrowUp: [Math.max(series - 1, 0), Math.max(index, 0)],
      Home: [series, 0],
      End: [series, last],
    }[event.key]
    const spot = at && spots[at[0]]?.[at[1]]
    if (to?.[0] !== undefined && to[1] !== undefined) go(to[0], to[1])
    else if (event.key === 'Enter' && spot?.cell && spot.value !== null) onCell?.(spot.cell, spot.label, spot.text)
    else return
    event.preventDefault()
  }
  const spot = at ? spots[at[0]]?.[at[1]] : undefined
  const leave = () => {
    setAt(null)
    for (const type of ['hideTip', 'downplay']) chart.current?.dispatchAction({ type })
  }
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: walked with the arrow keys
      tabIndex={0}
      role="application"
      aria-label={t({ en: `${label}: arrow keys walk the numbers`, zh: `${label}：用方向键逐个查看数值` })}
      className={onCell ? 'plot is-open' : 'plot'}
      onKeyDown={onKey}
      onBlur={leave}
    >
      <div ref={box} style={{ height }} aria-hidden="true" data-ready={ready} />
      <span className="sr-only" aria-live="polite">
        {spot ? `${spot.label}: ${spot.text}` : ''}
      </span>
    </div>
  )
}

/** Where a number stands on charts with two axes. */
function pointOf(chart: EChartsType, seriesIndex: number, index: number, { value }: Spot): [number, number] | null {
  const [x, y] = (chart.convertToPixel({ seriesIndex }, [index, value ?? 0]) as number[] | undefined) ?? []
  return x !== undefined && y !== undefined && Number.isFinite(x + y) ? [x, y] : null
}

/** How far from a line (px) a click still means it. */
const REACH = 40

/** The number under or near a point of the canvas, for charts with two axes. */
function nearest(chart: EChartsType, spots: Props['spots'], point: [number, number]): Spot | undefined {
  if (!chart.containPixel('grid', point)) return undefined
  let best: { spot: Spot; far: number } | undefined
  for (const [seriesIndex, row] of spots.entries()) {
    const [x] = (chart.convertFromPixel({ seriesIndex }, point) as number[] | undefined) ?? []
    const index = Math.round(x ?? -1)
    const spot = row[index]
    if (!spot || spot.value === null) continue
    const [px, py] = pointOf(chart, seriesIndex, index, spot) ?? [0, 0]
    const far = Math.hypot((px - point[0]) / 4, py - point[1])
    if (far < REACH && (!best || far < best.far)) best = { spot, far }
  }
  return best?.spot
}
