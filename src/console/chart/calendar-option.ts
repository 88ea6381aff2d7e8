import type { EChartsCoreOption } from 'echarts/core'
import { common, type Look, safe, tooltip } from './look.ts'

interface Calendar {
  /** `2026-03-01` with its number. */
  days: readonly (readonly [string, number | null])[]
  shown(n: number): string
  /** 0 is Sunday, as ECharts counts. */
  firstDay: number
  /** Sunday first. */
  weekdays: readonly string[]
  /** January first. */
  months: readonly string[]
}

/** Above this many days a calendar runs in two rows of years. */
export const calendarYears = (days: Calendar['days']): string[] => [...new Set(days.map(([day]) => day.slice(0, 4)))]

/** Days as squares, weeks as columns, the more the deeper; a strip a year. */
export function calendarOption({ days, shown, firstDay, weekdays, months }: Calendar, look: Look): EChartsCoreOption {
  const { palette, text } = look
  const most = Math.max(1, ...days.map(([, n]) => n ?? 0))
  const years = calendarYears(days)
  const ofYear = (year: string) => days.filter(([day]) => day.startsWith(year))
  return {
    ...common(look),
    tooltip: {
      ...tooltip(look),
      formatter: ({ value }: { value: [string, number | null] }) =>
        safe(`${value[0]}: ${value[1] === null ? '–' : shown(value[1])}`),
    },
    visualMap: { show: false, min: 0, max: most, inRange: { color: [palette.sunken, palette.accent] } },
    calendar: years.map((year, i) => ({
      top: 26 + i * CALENDAR_ROW,
      left: 44,
      right: 12,
      cellSize: ['auto', 15],
      range: [ofYear(year)[0]?.[0] ?? year, ofYear(year).at(-1)?.[0] ?? year],
      splitLine: { lineStyle: { color: palette.lineStrong, width: 1 } },
      itemStyle: { color: 'transparent', borderColor: palette.surface, borderWidth: 2 },
      dayLabel: { ...text, firstDay, nameMap: [...weekdays] },
      monthLabel: { ...text, nameMap: [...months] },
      yearLabel: { show: false },
    })),
    series: years.map((year, i) => ({
      type: 'heatmap',
      coordinateSystem: 'calendar',
      calendarIndex: i,
      data: ofYear(year).map(([day, n]) => [day, n]),
    })),
  }
}

/** Height of a year with its month names. */
export const CALENDAR_ROW = 144
