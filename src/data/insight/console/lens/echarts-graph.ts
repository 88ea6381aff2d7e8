// What only the network needs of ECharts.
import { GraphChart } from 'echarts/charts'
import { use } from 'echarts/core'
import { init } from '../../../../console/chart/echarts.ts'

use([GraphChart])

export { init }
