// The question in the address, and the one that is being written. What is written is asked once typing has paused and
// it can be asked; each question is a step that the back button takes back.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ChartKind, InsightQuery } from '../../../console/insight/answer.ts'
import { CHART_STYLES, type ChartStyle } from '../../../console/insight/drawing.ts'
import { KIND_TITLES } from '../../../console/insight/kinds.ts'
import { rangeOf } from '../../../console/insight/range.ts'
import { useSession } from '../../../console/session.tsx'
import { type UrlState, useUrlState } from '../../../console/url-state.ts'
import { type Draft, tidy } from '../../segment/console/draft.ts'
import { useSettled } from '../../segment/console/use-settled.ts'
import { QUERY_FORMS } from './form/query-forms.ts'
import { ANY } from './match.ts'

/** Typing has paused. */
const PAUSE_MS = 450
export const FIRST_RANGE = '28d'

export interface Written {
  kind: ChartKind
  query: InsightQuery
  /** Whose numbers: a condition on members. */
  filter: Draft
}
/** No condition: a group without parts. */
export const EVERYBODY: Draft = { all: [] }

const isKind = (text: string | undefined): text is ChartKind => text !== undefined && text in KIND_TITLES

function jsonOf(text: string | undefined): InsightQuery | null {
  if (text === undefined) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as InsightQuery) : null
  } catch {
    return null
  }
}

function writtenOf(url: UrlState): Written {
  const kind = isKind(url.kind) ? url.kind : 'trend'
  return {
    kind,
    query: jsonOf(url.q) ?? QUERY_FORMS[kind].blank(ANY),
    filter: (jsonOf(url.filter) as Draft | null) ?? EVERYBODY,
  }
}

/** As the address tells it; null while it cannot be asked. */
function addressOf({ kind, query, filter }: Written) {
  const asked = QUERY_FORMS[kind].tidy(query)
  const whose = tidy(filter)
  return asked && { kind, q: JSON.stringify(asked), filter: whose ? JSON.stringify(whose) : null }
}

export function useExplore() {
  const { brand } = useSession()
  const [url, set] = useUrlState()
  const [written, setWritten] = useState(() => writtenOf(url))
  const last = useRef(JSON.stringify([url.kind, url.q, url.filter]))
  // Somebody came by a link or went back: the forms follow.
  useEffect(() => {
    const now = JSON.stringify([url.kind, url.q, url.filter])
    if (now === last.current) return
    last.current = now
    setWritten(writtenOf(url))
  }, [url])
  const settled = useSettled(written, PAUSE_MS)
  useEffect(() => {
    const address = addressOf(settled)
    const before = addressOf(writtenOf(url))
    if (!address || JSON.stringify(address) === JSON.stringify(before)) return
    // What was settled before a jump of the address is no step of its own.
    if (settled !== written) return
    last.current = JSON.stringify([address.kind, address.q, address.filter ?? undefined])
    set(address, true)
  }, [settled, written, url, set])

  const zone = isZone(url.zone) ? url.zone : brand.zone
  const asked = useMemo(() => {
    const there = writtenOf(url)
    const form = QUERY_FORMS[there.kind]
    const query = form.tidy(there.query)
    const range =
      rangeOf(url.range ?? FIRST_RANGE, zone, brand.weekStart) ?? rangeOf(FIRST_RANGE, zone, brand.weekStart)
    const filter = tidy(there.filter)
    return { kind: there.kind, query: query && { ...range, ...query, ...(filter ? { filter } : {}) } }
  }, [url, zone, brand.weekStart])
  const change = useCallback((patch: Partial<Written>) => setWritten((before) => ({ ...before, ...patch })), [])
  return {
    url,
    set,
    written,
    change,
    asked,
    zone,
    /** What is written is not what is drawn yet. */
    isPending: JSON.stringify(addressOf(written)) !== JSON.stringify(addressOf(writtenOf(url))),
    style: CHART_STYLES.find((s) => s === url.style) ?? ('line' satisfies ChartStyle),
    view: url.view === 'table' ? ('table' as const) : ('chart' as const),
  }
}

function isZone(text: string | undefined): text is string {
  try {
    return text !== undefined && new Intl.DateTimeFormat('en', { timeZone: text }) !== null
  } catch {
    return false
  }
}
