import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'

interface Props {
  option: EChartsCoreOption
  height: number
  /** What was clicked on, as the option gave it. */
  onPick?: (data: unknown) => void
}

/** A picture for the eye; the same numbers stand in a table beside it. */
export function Drawing({ option, height, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const picked = useRef(onPick)
  picked.current = onPick
  const [ready, setReady] = useState(false)

  useEffect(() => {
    let gone = false
    let watcher: ResizeObserver | undefined
    void import('./echarts.ts').then(({ init }) => {
      if (gone || !box.current) return
      const drawn = init(box.current, undefined, { renderer: 'canvas' })
      drawn.on('click', ({ data }) => picked.current?.(data))
      watcher = new ResizeObserver(() => drawn.resize())
      watcher.observe(box.current)
      chart.current = drawn
      setReady(true)
    })
    return () => {
      gone = true
      watcher?.disconnect()
      chart.current?.dispose()
      chart.current = null
      setReady(false)
    }
  }, [])

  useEffect(() => {
    if (ready) chart.current?.setOption(option, { notMerge: true })
  }, [ready, option])

  return <div ref={box} style={{ height }} aria-hidden="true" />
}
