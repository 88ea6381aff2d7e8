// The parts of ECharts that the console draws with, and no others: this chunk is loaded when a chart is first seen.
import { LineChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, GridComponent, MarkAreaComponent, TooltipComponent, CanvasRenderer])

export { init }
