import type { EChartsCoreOption } from 'echarts/core'
import { categoryAxis, colourOf, common, dashOf, type Look, markOf, safe, tooltip, valueAxis } from './look.ts'
import type { TrendData, TrendSeries } from './trend-chart.tsx'

export type TrendStyle = 'line' | 'area' | 'bar' | 'stacked'

export interface TrendWords {
  unfinished: string
  previous: string
}

/** From so many points on a line's own marks would hide it. */
const MOST_MARKS = 40

/**
 * ECharts' options for a trend. The series stand first and in their order, so that a data item is found again by its
 * place; then the dashed ends that are not finished, then the period before.
 */
export function trendOption(data: TrendData, style: TrendStyle, look: Look, words: TrendWords): EChartsCoreOption {
  const { palette, text } = look
  const open = data.unfinished[0] ?? data.buckets.length
  const isBar = style === 'bar' || style === 'stacked'
  const isStack = style === 'stacked' || style === 'area'
  const shown = data.series[0]?.shown ?? look.format.number
  const marked = data.annotations.length > 0 || (!isBar && open < data.buckets.length)
  const mains = data.series.map((s, i) => (isBar ? bars(s, i, isStack, open, look) : line(s, i, isStack, open, look)))
  const first = mains[0]
  if (first) mains[0] = { ...first, ...marks(data, isBar ? data.buckets.length : open, look, words) }
  return {
    ...common(look),
    aria: { enabled: true, label: { enabled: false }, decal: { show: isBar && data.series.length > 1 } },
    grid: { left: 4, right: 14, top: marked ? 24 : 12, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(look),
      trigger: 'axis',
      formatter: (at: unknown) => tip(data, indexOf(at), look, words),
    },
    xAxis: categoryAxis(look, data.ticks ?? data.buckets, isBar),
    yAxis: {
      ...valueAxis(look, (n) => (shown === look.format.number ? look.format.compact(n) : shown(n))),
      ...(data.series.every((s) => s.values.every((v) => v === null || Number.isInteger(v))) ? { minInterval: 1 } : {}),
    },
    textStyle: { fontFamily: text.fontFamily },
    series: [
      ...mains,
      ...(isBar || isStack ? [] : data.series.map((s, i) => tail(s, i, open, look))),
      ...data.series.flatMap((s, i) => (s.previous ? [before(s.previous, i, look)] : [])),
    ],
    backgroundColor: 'transparent',
    darkMode: palette.surface !== '#ffffff',
  }
}

const indexOf = (at: unknown): number => (Array.isArray(at) ? Number((at[0] as { dataIndex?: number })?.dataIndex) : -1)

function line(s: TrendSeries, i: number, isStack: boolean, open: number, look: Look): Record<string, unknown> {
  return {
    name: s.name,
    type: 'line',
    ...(isStack ? { stack: 'all' } : {}),
    // The end that is not finished is another line.
    data: isStack ? [...s.values] : s.values.map((v, k) => (k < open ? v : null)),
    symbol: markOf(i),
    symbolSize: 6,
    showSymbol: s.values.length <= MOST_MARKS,
    lineStyle: { width: 2, type: dashOf(look, i), color: colourOf(look, i) },
    itemStyle: { color: colourOf(look, i) },
    ...(isStack ? { areaStyle: { opacity: 0.28 } } : i === 0 ? { areaStyle: { opacity: 0.06 } } : {}),
    emphasis: { focus: 'none' },
  }
}

function tail(s: TrendSeries, i: number, open: number, look: Look) {
  return {
    type: 'line',
    data: s.values.map((v, k) => (k === open - 1 || k === open ? v : null)),
    symbol: markOf(i),
    symbolSize: 6,
    showSymbol: false,
    silent: true,
    lineStyle: { width: 2, type: [3, 4], color: colourOf(look, i) },
    itemStyle: { color: colourOf(look, i) },
  }
}

function bars(s: TrendSeries, i: number, isStack: boolean, open: number, look: Look): Record<string, unknown> {
  const color = colourOf(look, i)
  return {
    name: s.name,
    type: 'bar',
    ...(isStack ? { stack: 'all' } : {}),
    barMaxWidth: 42,
    itemStyle: { color, borderRadius: isStack ? 0 : [3, 3, 0, 0] },
    data: s.values.map((value, k) =>
      k < open
        ? value
        : { value, itemStyle: { opacity: 0.45, borderType: 'dashed', borderColor: color, borderWidth: 1 } },
    ),
  }
}

const before = (values: readonly (number | null)[], i: number, look: Look) => ({
  type: 'line',
  data: [...values],
  showSymbol: false,
  silent: true,
  lineStyle: { width: 1.4, type: [2, 3], color: colourOf(look, i), opacity: 0.75 },
})

/** Of a chart's width, about what a name over it takes. */
const NAME_SHARE = 0.2

/** The ground of what is not finished, and what somebody noted on a day. */
function marks({ buckets, annotations }: TrendData, open: number, { palette, text }: Look, words: TrendWords) {
  const last = buckets.length - 1
  return {
    ...(open <= last && last > 0
      ? {
          markArea: {
            silent: true,
            itemStyle: { color: palette.line, opacity: 0.45 },
            label: {
              ...text,
              position: 'top',
              align: 'right',
              offset: [14, 2],
              formatter: words.unfinished,
              fontSize: 10,
            },
            data: [[{ xAxis: Math.max(open - 1, 0) }, { xAxis: last }]],
          },
        }
      : {}),
    ...(annotations.length > 0
      ? {
          markLine: {
            symbol: ['none', 'none'],
            lineStyle: { color: palette.warning, type: 'solid', width: 1.2 },
            label: {
              ...text,
              color: palette.warning,
              fontSize: 11,
              position: 'end',
              width: 90,
              overflow: 'truncate',
              formatter: ({ name }: { name: string }) => name,
            },
            data: annotations.map(({ index, title }) => ({
              xAxis: index,
              // A name that would run into the next one is left to the tooltip.
              name: annotations.some((o) => o.index > index && o.index - index < last * NAME_SHARE) ? '' : `⚑ ${title}`,
            })),
          },
        }
      : {}),
  }
}

function tip(data: TrendData, index: number, look: Look, words: TrendWords): string {
  const row = (colour: string, name: string, text: string, faint = false) =>
    `<div style="display:flex;gap:14px;justify-content:space-between${faint ? ';opacity:.72' : ''}"><span><i style="display:inline-block;width:9px;height:9px;border-radius:3px;margin-right:7px;background:${colour}"></i>${safe(name)}</span><b style="font-variant-numeric:tabular-nums">${safe(text)}</b></div>`
  const rows = data.series.flatMap((s, i) => {
    const shown = s.shown ?? look.format.number
    const say = (n: number | null | undefined) => (n == null ? '–' : shown(n))
    const mine = row(colourOf(look, i), s.name, say(s.values[index]))
    return s.previous
      ? [mine, row(colourOf(look, i), `${s.name} · ${words.previous}`, say(s.previous[index]), true)]
      : [mine]
  })
  const notes = data.annotations.filter((a) => a.index === index).map((a) => `<div>⚑ ${safe(a.title)}</div>`)
  const unfinished = data.unfinished.includes(index) ? ` <small>${safe(words.unfinished)}</small>` : ''
  return `<div style="max-width:340px"><div style="margin-bottom:4px">${safe(data.buckets[index] ?? '')}${unfinished}</div>${rows.slice(0, MOST_TOLD).join('')}${notes.join('')}</div>`
}

/** Taller than this a tooltip hides the chart. */
const MOST_TOLD = 14
