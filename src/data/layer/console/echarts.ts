// The parts of ECharts that layers are drawn with; loaded when such a chart is first seen.
import { LineChart, SankeyChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, SankeyChart, GridComponent, TooltipComponent, CanvasRenderer])

export { init }
