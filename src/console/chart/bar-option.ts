import type { EChartsCoreOption } from 'echarts/core'
import { categoryAxis, common, type Look, safe, tooltip, valueAxis } from './look.ts'

interface Bars {
  labels: readonly string[]
  values: readonly number[]
  /** As the tooltip says them. */
  texts: readonly string[]
}

/** How many of each: bars side by side. */
export function barOption({ labels, values, texts }: Bars, look: Look): EChartsCoreOption {
  return {
    ...common(look),
    grid: { left: 4, right: 14, top: 12, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(look),
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (at: unknown) => {
        const index = Array.isArray(at) ? Number((at[0] as { dataIndex?: number })?.dataIndex) : -1
        return safe(`${labels[index] ?? ''}: ${texts[index] ?? ''}`)
      },
    },
    xAxis: categoryAxis(look, labels, true),
    yAxis: { ...valueAxis(look, look.format.compact), minInterval: 1 },
    series: [
      {
        type: 'bar',
        barMaxWidth: 46,
        data: [...values],
        itemStyle: { borderRadius: [3, 3, 0, 0] },
        barCategoryGap: '18%',
      },
    ],
  }
}
