import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'

interface Props {
  option: EChartsCoreOption
  height: number
  onNode(index: number): void
  onEdge(index: number): void
}

/** The network as a picture; the table beside it says the same to the keyboard and to screen readers. */
export function GraphPlot({ option, height, onNode, onEdge }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const latest = useRef({ onNode, onEdge })
  const [ready, setReady] = useState(false)
  latest.current = { onNode, onEdge }

  useEffect(() => {
    let gone = false
    let watcher: ResizeObserver | undefined
    void import('./echarts-graph.ts').then(({ init }) => {
      if (gone || !box.current) return
      const made = init(box.current, undefined, { renderer: 'canvas' })
      chart.current = made
      watcher = new ResizeObserver(() => made.resize())
      watcher.observe(box.current)
      made.on('click', ({ dataType, dataIndex }) =>
        dataType === 'edge' ? latest.current.onEdge(dataIndex) : latest.current.onNode(dataIndex),
      )
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

  return <div ref={box} style={{ height }} aria-hidden="true" data-ready={ready} />
}
