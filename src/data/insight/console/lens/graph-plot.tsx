import type { EChartsCoreOption } from 'echarts/core'
import { useEffectEvent } from 'react'
import { useChart } from '../../../../console/chart/use-chart.ts'

interface Props {
  option: EChartsCoreOption
  height: number
  onNode(index: number): void
  onEdge(index: number): void
}

const load = () => import('./echarts-graph.ts')

/** The network as a picture; the table beside it says the same to the keyboard and to screen readers. */
export function GraphPlot({ option, height, onNode, onEdge }: Props) {
  const pick = useEffectEvent((dataType: string | undefined, index: number) =>
    dataType === 'edge' ? onEdge(index) : onNode(index),
  )
  const { box, ready } = useChart(load, option, (made) =>
    made.on('click', ({ dataType, dataIndex }) => pick(dataType, dataIndex)),
  )
  return <div ref={box} style={{ height }} aria-hidden="true" data-ready={ready} />
}
