// What the stored bitmaps can answer now, and when they are to be brought up to date.
import { sql } from 'kysely'
import { localDate } from '#kernel/time'
import { dayNumber } from '../period.ts'
import type { Sheet } from '../sheet.ts'
import { buildActivity } from './build.ts'

/** Below this many events plain counting takes some tens of milliseconds. */
const LEAST_EVENTS = 500_000
/** What has come since costs a question little for so long. */
const REST_MS = 60_000

export interface Stored {
  /** Everything up to this batch is in the bitmaps of `sheet.zone`. */
  batch: number
  /** No later batch is in the warehouse. */
  whole: boolean
  /** Nothing in them is later. */
  latest: Date
}

/** How far the bitmaps of the sheet's zone have come; null where there are none. Asks for them where they pay. */
export async function storedActivity(sheet: Sheet): Promise<Stored | null> {
  const { db, road, zone, now } = sheet
  const { rows } = await sql<{ batch: number; built_at: Date; latest: Date }>`
    select batch, built_at, latest from insight_activity where zone = ${zone}`.execute(db)
  const row = rows[0]
  if (!road) return row ? { batch: Number(row.batch), whole: false, latest: row.latest } : null
  const isBrands = zone === road.brand.zone
  if (!row) {
    if (isBrands && (await eventCount(sheet)) >= LEAST_EVENTS)
      await road.enqueue(buildActivity, { zone }, { key: zone })
    return null
  }
  const projected = await road.runtime.projected()
  const batch = Number(row.batch)
  if (isBrands && projected > batch && now.getTime() - row.built_at.getTime() >= REST_MS)
    await road.enqueue(buildActivity, { zone }, { key: zone })
  return { batch, whole: projected <= batch, latest: row.latest }
}

async function eventCount(sheet: Sheet): Promise<number> {
  const rows = await sheet.rows<{ n: number }>('SELECT count() AS n FROM events')
  return Number(rows[0]?.n ?? 0)
}

/**
 * Whether the bitmap of a day holds an event at or after an instant in it: it is cut there, or a clock that is ahead wrote
 * it.
 */
export async function holdsLater(sheet: Sheet, { latest }: Stored, day: number, end: Date): Promise<boolean> {
  const isWhole = dayNumber(localDate(end, sheet.zone)) > day
  if (isWhole || latest < end) return false
  const rows = await sheet.rows<{ n: number }>(
    `SELECT count() AS n FROM activity WHERE zone = ${sheet.bind('String', sheet.zone)}
       AND toUInt16(day) = ${day} AND last >= ${sheet.instant(end)}`,
  )
  return Number(rows[0]?.n ?? 0) > 0
}
