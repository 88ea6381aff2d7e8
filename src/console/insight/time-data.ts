// Buckets of an answer as a chart's time line: their names, what has not ended, what is still to come.
import type { TrendData, TrendSeries } from '../chart/trend-chart.tsx'
import type { Annotation } from './answer.ts'
import type { ChartWords } from './chart-words.ts'

interface Line {
  buckets: readonly string[]
  unfinished: readonly number[]
  interval: unknown
  series: readonly TrendSeries[]
  annotations?: readonly Annotation[]
}

/** Buckets that have not begun are left out: a zero there would be a lie. */
export function timeData(
  { buckets, unfinished, interval, series, annotations = [] }: Line,
  words: ChartWords,
): TrendData {
  const open = unfinished[0]
  const end = open === undefined ? buckets.length : open + 1
  const kept = buckets.slice(0, end)
  const cut = <T>(list: readonly T[] | undefined) => list?.slice(0, end)
  return {
    buckets: kept.map((b) => words.bucket(b, interval)),
    ticks: kept.map((b) => words.tick(b, interval)),
    unfinished: open === undefined ? [] : [open],
    series: series.map((s) => ({
      ...s,
      values: cut(s.values) ?? [],
      ...(s.cells ? { cells: cut(s.cells) ?? [] } : {}),
      ...(s.previous ? { previous: cut(s.previous) ?? [] } : {}),
    })),
    annotations: annotations.flatMap(({ at, title }) => {
      const index = bucketAt(kept, at, words.zone)
      return index === null ? [] : [{ index, title }]
    }),
  }
}

/** The bucket an instant falls into; null before the first. After the last it is the last. */
function bucketAt(buckets: readonly string[], at: string, zone: string): number | null {
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime())) return null
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(instant)
  const key = (buckets[0]?.length ?? 10) === 10 ? day : instant.toISOString()
  const index = buckets.findLastIndex((b) => b <= key)
  return index < 0 ? null : index
}
