// What only the network needs of ECharts.
import { GraphChart } from 'echarts/charts'
import { use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { init } from '../../../../console/chart/echarts.ts'

// Names that would cover each other are left out.
use([GraphChart, LabelLayout])

export { init }
