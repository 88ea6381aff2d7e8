import type { EChartsCoreOption } from 'echarts/core'
import type { Format } from '#web/format.ts'
import type { Palette } from '#web/theme.ts'
import type { TrendData } from './trend-chart.tsx'

interface Look {
  palette: Palette
  series: readonly string[]
  format: Format
  unfinished: string
}

/** ECharts' options for a trend: hairline grid, no axis lines, the unfinished bucket shaded. */
export function trendOption(data: TrendData, look: Look): EChartsCoreOption {
  const { palette, format } = look
  const text = { color: palette.inkFaint, fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily }
  const last = data.buckets.length - 1
  return {
    animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300,
    color: [...look.series],
    grid: { left: 4, right: 12, top: data.unfinished ? 22 : 12, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { ...text, color: palette.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: palette.lineStrong, type: 'dashed' }, shadowStyle: { opacity: 0.4 } },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? format.number(value) : '–'),
    },
    xAxis: {
      type: 'category',
      data: data.buckets.map((at) => format.dayOnly(at)),
      boundaryGap: false,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { ...text, formatter: (n: number) => format.compact(n) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: data.series.map((s, i) => ({
      name: s.name,
      type: 'line',
      data: s.values,
      smooth: 0.25,
      showSymbol: false,
      symbolSize: 6,
      lineStyle: { width: 2 },
      ...(i === 0 ? { areaStyle: { opacity: 0.08 } } : {}),
      ...(i === 0 && data.unfinished && last > 0
        ? {
            markArea: {
              silent: true,
              itemStyle: { color: palette.line, opacity: 0.45 },
              label: {
                ...text,
                position: 'top',
                align: 'right',
                offset: [14, 2],
                formatter: look.unfinished,
                fontSize: 10,
              },
              data: [[{ xAxis: last - 1 }, { xAxis: last }]],
            },
          }
        : {}),
    })),
  }
}
