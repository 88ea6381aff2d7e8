// Who stands behind a number of a trend: those of its window, whatever way the number was counted.
import { jsonOperand, numberOf } from '#data/segment'
import type { Breakdown } from './breakdown.ts'
import { inline, type Sheet } from './sheet.ts'
import { measuresProperty, rollingDays, type Series } from './trend-measure.ts'
import { type Span, type Window, windowOf } from './trend-range.ts'
import { divide } from './trend-series.ts'

/** A SELECT of members; null where the key is none of the answer's. */
export async function peopleOf(
  sheet: Sheet,
  asked: { series: readonly Series[]; breakdown?: Breakdown | undefined },
  spans: readonly Span[],
  [index, bucket, group]: readonly (string | null)[],
): Promise<string | null> {
  const one = /^\d$/.test(index ?? '') ? asked.series[Number(index)] : undefined
  if (!one || bucket === undefined || (group !== undefined) !== (asked.breakdown !== undefined)) return null
  const window = windowOfCell(sheet, one, spans, bucket)
  if (!window) return window === null ? NOBODY : null
  const divided = asked.breakdown ? await divide(sheet, asked.breakdown, asked.series, spans) : null
  const number = one.of && measuresProperty(one) ? numberOf(jsonOperand(sheet.bind, inline, one.of, '1')) : null
  const conditions = [
    sheet.within(window.from, window.to),
    sheet.matches(one),
    sheet.audience,
    ...(number ? [`isNotNull(${number})`] : []),
    ...(divided ? [`${divided.value} = ${sheet.bind('String', group ?? '')}`] : []),
  ]
  return `SELECT DISTINCT ${sheet.root} AS root FROM events ${divided?.join ?? ''} WHERE ${conditions.join(' AND ')}`
}

const NOBODY = 'SELECT number AS root FROM members WHERE 0'

/** Null where its time is to come; undefined where there is no such cell. */
function windowOfCell(
  sheet: Sheet,
  one: Series,
  spans: readonly Span[],
  bucket: string | null,
): Window | null | undefined {
  const [span, before] = spans
  if (!span) return undefined
  if (bucket === null) return windowOf(sheet, span, null, 0)
  if (bucket === 'previous') return before ? windowOf(sheet, before, null, 0) : undefined
  for (const s of spans) {
    const period = s.periods.find((p) => p.key === bucket)
    if (period) return windowOf(sheet, s, period, rollingDays(one))
  }
  return undefined
}
