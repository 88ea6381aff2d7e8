import { useMemo } from 'react'
import { CALENDAR_ROW, calendarOption, calendarYears } from '../chart/calendar-option.ts'
import { useLook } from '../chart/look.ts'
import { Plot } from '../chart/plot.tsx'
import { gridOf, TrendChart, type TrendSeries } from '../chart/trend-chart.tsx'
import type { InsightQuery, TrendAnswer } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import { type Drawing, gridCell, listOf, nameOf, type PictureProps } from './drawing.ts'
import { MEASURE_TITLES } from './measure.ts'
import { timeData } from './time-data.ts'

interface AskedSeries {
  event?: unknown
  measure?: string
  of?: unknown
  name?: string
}

/** Series as they are called and written: the event, what is measured, and the group. */
function seriesOf({ series }: TrendAnswer, query: InsightQuery, words: ChartWords) {
  const asked = listOf(query.series) as readonly AskedSeries[]
  const isMany = asked.length > 1 || listOf(query.formulas).length > 0
  const measures = new Set(asked.map((s) => s.measure ?? 'total'))
  return series.map((s): TrendSeries & { total: number | null; totalCell: string | undefined } => {
    // A cell's first part is the number of the question's series.
    const one = s.formula ? undefined : asked[Number(s.cells[0]?.split('/')[0] ?? 0)]
    const title = measures.size > 1 ? MEASURE_TITLES[one?.measure ?? 'total'] : undefined
    const name = s.formula || !one ? s.name : nameOf(one, words)
    const full = [title && !one?.name ? `${name} · ${words.t(title)}` : name]
    const grouped = s.group === undefined ? full : [...(isMany ? full : []), words.groupTitle(s.group)]
    return {
      name: grouped.join(' · '),
      values: s.values,
      ...(s.formula ? {} : { cells: s.cells }),
      ...(s.previous ? { previous: s.previous } : {}),
      shown: one?.of ? words.numberOf(one.event, one.of) : words.format.number,
      total: s.total,
      totalCell: s.formula ? undefined : s.totalCell,
    }
  })
}

/** More lines than these nobody tells apart; the table has all. */
const MOST_LINES = 14

function dataOf(
  answer: TrendAnswer,
  query: InsightQuery,
  words: ChartWords,
  annotations: PictureProps<0>['annotations'],
) {
  const series = seriesOf(answer, query, words)
  return timeData({ ...answer, interval: query.interval ?? 'day', series, annotations }, words)
}

function Picture({
  label,
  answer,
  query,
  words,
  height,
  style = 'line',
  annotations,
  onCell,
}: PictureProps<TrendAnswer>) {
  const data = useMemo(() => dataOf(answer, query, words, annotations), [answer, query, words, annotations])
  const drawn = useMemo(() => ({ ...data, series: data.series.slice(0, MOST_LINES) }), [data])
  if (style === 'calendar' && (query.interval ?? 'day') === 'day')
    return <Calendar label={label} answer={answer} query={query} words={words} onCell={onCell} />
  return (
    <TrendChart
      label={label}
      data={drawn}
      height={height}
      style={style === 'calendar' ? 'line' : style}
      onCell={onCell}
    />
  )
}

function Calendar({
  label,
  answer,
  query,
  words,
  onCell,
}: Pick<PictureProps<TrendAnswer>, 'label' | 'answer' | 'query' | 'words' | 'onCell'>) {
  const look = useLook()
  const series = useMemo(() => seriesOf(answer, query, words)[0], [answer, query, words])
  const built = useMemo(() => {
    const open = answer.unfinished[0] ?? answer.buckets.length
    const shown = series?.shown ?? words.format.number
    const days = answer.buckets.slice(0, open + 1).map((day, i) => [day, series?.values[i] ?? null] as const)
    const monthOf = new Intl.DateTimeFormat(words.locale === 'zh' ? 'zh-CN' : 'en', { month: 'short', timeZone: 'UTC' })
    const names = {
      weekdays: [7, 1, 2, 3, 4, 5, 6].map((n) => words.weekday(n)),
      months: Array.from({ length: 12 }, (_, m) => monthOf.format(Date.UTC(2024, m, 1))),
    }
    return {
      years: calendarYears(days).length,
      spots: calendarYears(days).map((year) =>
        days.flatMap(([day, value], i) =>
          day.startsWith(year)
            ? [
                {
                  label: words.bucket(day, 'day'),
                  value,
                  text: value === null ? '–' : shown(value),
                  cell: series?.cells?.[i],
                },
              ]
            : [],
        ),
      ),
      option: calendarOption({ days, shown, firstDay: words.weekStart % 7, ...names }, look),
    }
  }, [answer, series, words, look])
  return (
    <Plot
      more
      label={label}
      option={built.option}
      spots={built.spots}
      height={built.years * CALENDAR_ROW + 24}
      onCell={onCell}
    />
  )
}

export const trendDrawing: Drawing<TrendAnswer> = {
  Picture,
  grid(answer, query, words) {
    const { t, format } = words
    const grid = gridOf(dataOf(answer, query, words, []), t, format.number)
    const totals = seriesOf(answer, query, words).flatMap((s, i) => {
      const shown = s.shown ?? format.number
      const before = answer.series[i]?.previousTotal
      return [gridCell(s.total, shown, s.totalCell), ...(s.previous ? [gridCell(before, shown)] : [])]
    })
    return { ...grid, rows: [...grid.rows, { head: t({ en: 'Whole range', zh: '整个时段' }), cells: totals }] }
  },
}
