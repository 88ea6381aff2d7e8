import { Button } from 'antd'
import type { EChartsCoreOption } from 'echarts/core'
import { useMemo } from 'react'
import type { Output } from '#web/api.ts'
import { type Format, useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { PALETTES, type Palette } from '#web/theme.ts'
import { useCall } from '#web/use-call.ts'
import { Definition } from '../../../console/explained.tsx'
import { Icon } from '../../../console/icon.tsx'
import { Answer } from '../../../console/states.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { Drawing } from './drawing.tsx'
import { LayerMark } from './layer-mark.tsx'
import { type Scheme, useColour } from './look.ts'
import { SpanChoice, useSpan } from './span-choice.tsx'
import '../../../console/chart/chart.css'

/** Enough to see a shape; each point reads the whole history. */
const POINTS = 13

type Trend = Output<'layer.trend'>

export function LayerTrend({ scheme }: { scheme: Scheme }) {
  const t = useText()
  const [url, set] = useUrlState()
  const { from } = useSpan()
  const trend = useCall('layer.trend', { id: scheme.id, from, points: POINTS }, { placeholderData: (before) => before })
  const title = t({ en: 'Shares over time', zh: '占比趋势' })
  const asTable = url.as === 'table'
  return (
    <section className="card">
      <header className="row wrap between">
        <span className="row">
          <h2>{title}</h2>
          <Definition of={title}>
            {t({
              en: 'Counted from the events themselves at each instant, by the conditions of today: members known by then, each in one layer. Nothing is sampled, and a late event changes the past it belongs to.',
              zh: '按当前条件、由行为明细在每个时间点重新计算：统计当时已出现的成员，每人只属一层。不抽样，补传的历史行为会反映到对应时点。',
            })}
          </Definition>
        </span>
        <span className="row wrap layer-tools">
          <SpanChoice />
          <Button
            icon={<Icon name={asTable ? 'chart' : 'table'} />}
            onClick={() => set({ as: asTable ? null : 'table' })}
          >
            {asTable ? t({ en: 'As a chart', zh: '看图' }) : t({ en: 'As a table', zh: '看表' })}
          </Button>
        </span>
      </header>
      <Answer of={trend} rows={8}>
        {(data) => (
          <div aria-busy={trend.isPlaceholderData}>
            <ul className="layer-legend is-inline">
              {scheme.layers.map((l) => (
                <li key={l.key}>
                  <LayerMark name={l.name} colour={l.colour} />
                </li>
              ))}
            </ul>
            {asTable ? null : <Picture scheme={scheme} trend={data} />}
            <div className={asTable ? 'chart-table' : 'sr-only'}>
              <TrendTable scheme={scheme} trend={data} label={title} />
            </div>
          </div>
        )}
      </Answer>
    </section>
  )
}

const totalOf = (point: Trend['points'][number]) => point.sizes.reduce((sum, s) => sum + s.size, 0)
const shareOf = (size: number, total: number) => (total === 0 ? 0 : size / total)

function Picture({ scheme, trend }: { scheme: Scheme; trend: Trend }) {
  const t = useText()
  const { theme } = usePreferences()
  const format = useFormat()
  const colourOf = useColour()
  const option = useMemo(
    () =>
      stackOption(
        trend,
        scheme.layers.map((l) => ({ name: t(l.name), colour: colourOf(l.colour) })),
        PALETTES[theme],
        format,
      ),
    [trend, scheme, t, colourOf, theme, format],
  )
  return <Drawing option={option} height={320} />
}

/** Areas on top of each other up to 100 %, the first layer at the bottom. */
function stackOption(
  trend: Trend,
  layers: readonly { name: string; colour: string }[],
  palette: Palette,
  format: Format,
): EChartsCoreOption {
  const text = { color: palette.inkFaint, fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily }
  return {
    color: layers.map((l) => l.colour),
    grid: { left: 4, right: 14, top: 12, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { ...text, color: palette.ink, fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? format.percent(value) : '–'),
    },
    xAxis: {
      type: 'category',
      data: trend.points.map((p) => format.dayOnly(p.at)),
      boundaryGap: false,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: 'value',
      max: 1,
      axisLabel: { ...text, formatter: (n: number) => format.percent(n) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: layers.map((layer, i) => ({
      name: layer.name,
      type: 'line',
      stack: 'all',
      showSymbol: false,
      lineStyle: { width: 1 },
      areaStyle: { opacity: 0.72 },
      data: trend.points.map((p) => shareOf(p.sizes[i]?.size ?? 0, totalOf(p))),
    })),
  }
}

function TrendTable({ scheme, trend, label }: { scheme: Scheme; trend: Trend; label: string }) {
  const t = useText()
  const format = useFormat()
  return (
    <table>
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{t({ en: 'Instant', zh: '时间' })}</th>
          {scheme.layers.map((l) => (
            <th scope="col" key={l.key}>
              {t(l.name)}
            </th>
          ))}
          <th scope="col">{t({ en: 'Members', zh: '人数' })}</th>
        </tr>
      </thead>
      <tbody>
        {trend.points.map((p) => (
          <tr key={p.at}>
            <th scope="row">{format.minute(p.at)}</th>
            {p.sizes.map((s) => (
              <td key={s.key}>
                {format.number(s.size)} <span className="faint">{format.percent(shareOf(s.size, totalOf(p)))}</span>
              </td>
            ))}
            <td>{format.number(totalOf(p))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
