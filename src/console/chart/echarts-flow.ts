// What few charts need: flows and calendars. Loaded beside the common parts when one of them is first seen.
import { HeatmapChart, SankeyChart } from 'echarts/charts'
import { CalendarComponent, VisualMapContinuousComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { init } from './echarts.ts'

use([HeatmapChart, SankeyChart, CalendarComponent, VisualMapContinuousComponent])

export { init }
