import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useEffectEvent, useRef, useState } from 'react'

type Load = () => Promise<{ init: typeof import('echarts/core').init }>

/**
 * A picture by ECharts in `box`: loaded when it is first seen, as wide as its place, drawn anew with each option. `load`
 * stays the same function; `onMade` hears of each new chart, to listen to it.
 */
export function useChart(load: Load, option: EChartsCoreOption, onMade: (chart: EChartsType) => void) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const [ready, setReady] = useState(false)
  const listen = useEffectEvent(onMade)

  useEffect(() => {
    let gone = false
    let watcher: ResizeObserver | undefined
    void load().then(({ init }) => {
      if (gone || !box.current) return
      const made = init(box.current, undefined, { renderer: 'canvas' })
      chart.current = made
      watcher = new ResizeObserver(() => made.resize())
      watcher.observe(box.current)
      listen(made)
      setReady(true)
    })
    return () => {
      gone = true
      watcher?.disconnect()
      chart.current?.dispose()
      chart.current = null
      setReady(false)
    }
  }, [load])

  useEffect(() => {
    const { current } = chart
    if (!ready || !current) return
    // It grows from nothing once; numbers that change under somebody's eyes do not make it begin again.
    const isStill = current.getOption() !== undefined || matchMedia('(prefers-reduced-motion: reduce)').matches
    current.setOption(isStill ? { ...option, animation: false } : option, { notMerge: true })
  }, [ready, option])

  return { box, chart, ready }
}
