import { useMemo } from 'react'
import type { OnCell } from '../chart/grid.ts'
import { GridTable } from '../chart/grid-table.tsx'
import { Answer, Empty } from '../states.tsx'
import type { Annotation, InsightQuery } from './answer.ts'
import { type ChartWords, useChartWords } from './chart-words.ts'
import type { ChartStyle } from './drawing.ts'
import { drawingOf } from './drawings.ts'
import { isEmptyGrid } from './empty.ts'
import { KIND_TITLES } from './kinds.ts'
import { useInsight } from './use-insight.ts'
import './insight.css'

interface Look {
  view?: 'chart' | 'table'
  style?: ChartStyle | undefined
  /** Of the picture, in CSS pixels. */
  height?: number
  annotations?: readonly Annotation[]
  /** Called when somebody wants to see who is behind a number. */
  onCell?: OnCell | undefined
}

interface Props extends Look {
  /** Any of `insight.*`: `trend`, `funnel` … */
  kind: string
  query: InsightQuery
}

/** Asks an analysis and draws it, or its waiting and its failure. */
export function InsightChart({ kind, query, ...look }: Props) {
  const words = useChartWords(query.timezone)
  const answer = useInsight<unknown>(kind, query)
  return (
    <Answer of={answer} rows={Math.max(3, Math.round((look.height ?? HEIGHT) / 40))}>
      {(data) => <InsightPicture kind={kind} query={query} answer={data} words={words} {...look} />}
    </Answer>
  )
}

const HEIGHT = 280
const NONE: readonly Annotation[] = []

/** Draws an answer that is at hand; needs nobody to be signed in. */
export function InsightPicture({
  kind,
  query,
  answer,
  words,
  view = 'chart',
  style,
  height = HEIGHT,
  annotations = NONE,
  onCell,
}: Props & { answer: unknown; words: ChartWords }) {
  const { t } = words
  const drawing = drawingOf(kind)
  const grid = useMemo(() => drawing?.grid(answer, query, words), [drawing, answer, query, words])
  if (!drawing || !grid)
    return (
      <Empty
        title={t({ en: 'This analysis has a page of its own', zh: '该分析请在其专属页面查看' })}
        hint={<code>{`insight.${kind}`}</code>}
      />
    )
  if (isEmptyGrid(grid))
    return (
      <Empty
        title={t({ en: 'Nothing happened here', zh: '所选范围内没有数据' })}
        hint={t({
          en: 'Take a longer range, fewer conditions, or another event.',
          zh: '可以放宽时间范围、减少筛选条件，或换一个事件。',
        })}
      />
    )
  const title = KIND_TITLES[kind as keyof typeof KIND_TITLES]
  const label = title ? t(title) : kind
  const { Picture } = drawing
  return (
    <div className="insight" data-insight={kind}>
      {view === 'table' ? (
        <div className="chart-table">
          <GridTable label={label} grid={grid} onCell={onCell} />
        </div>
      ) : (
        <>
          <Picture {...{ label, answer, query, words, height, style, annotations, onCell }} />
          {drawing.isTable || OWN_TABLE.has(kind) ? null : (
            <div className="sr-only">
              <GridTable label={label} grid={grid} />
            </div>
          )}
        </>
      )}
    </div>
  )
}

/** Their pictures bring the numbers as a table for screen readers themselves. */
const OWN_TABLE: ReadonlySet<string> = new Set(['trend', 'lifecycle', 'sessions', 'funnel'])
