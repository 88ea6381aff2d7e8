import type { EChartsCoreOption } from 'echarts/core'
import { useEffectEvent } from 'react'
import { useChart } from '../../../console/chart/use-chart.ts'

interface Props {
  option: EChartsCoreOption
  height: number
  /** What was clicked on, as the option gave it. */
  onPick?: (data: unknown) => void
}

const load = () => import('./echarts.ts')

/** A picture for the eye; the same numbers stand in a table beside it. */
export function Drawing({ option, height, onPick }: Props) {
  const pick = useEffectEvent((data: unknown) => onPick?.(data))
  const { box } = useChart(load, option, (made) => made.on('click', ({ data }) => pick(data)))
  return <div ref={box} style={{ height }} aria-hidden="true" />
}
