// What a kind of analysis must say to be drawn: a picture, and the same numbers as rows and columns.
import type { ComponentType } from 'react'
import type { Grid, OnCell } from '../chart/grid.ts'
import type { Annotation, InsightQuery } from './answer.ts'
import type { ChartWords } from './chart-words.ts'

/** How a trend may be drawn; other kinds have one picture. */
export const CHART_STYLES = ['line', 'area', 'bar', 'stacked', 'calendar'] as const
export type ChartStyle = (typeof CHART_STYLES)[number]

export interface PictureProps<A> {
  label: string
  answer: A
  query: InsightQuery
  words: ChartWords
  height: number
  style?: ChartStyle | undefined
  annotations: readonly Annotation[]
  onCell?: OnCell | undefined
}

export interface Drawing<A> {
  Picture: ComponentType<PictureProps<A>>
  grid(answer: A, query: InsightQuery, words: ChartWords): Grid
  /** The picture is a table that says all it knows; no other is needed beside it. */
  isTable?: boolean
}

/** A number as a cell of a grid; blank where there is none. */
export const gridCell = (value: number | null | undefined, shown: (n: number) => string, cell?: string) => ({
  text: value == null ? '–' : shown(value),
  value: value ?? null,
  cell: cell || undefined,
})

interface Named {
  event?: unknown
  name?: unknown
}
/** How a series, a step or a touch is called: its own name, else its events. */
export function nameOf(one: unknown, { eventTitle }: ChartWords): string {
  const { event, name } = (one ?? {}) as Named
  if (typeof name === 'string' && name !== '') return name
  return [event ?? '*']
    .flat()
    .map((e) => eventTitle(String(e)))
    .join(' + ')
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
