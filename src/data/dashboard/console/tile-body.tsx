import { Skeleton } from 'antd'
import type { OnCell } from '../../../console/chart/grid.ts'
import { Spark } from '../../../console/chart/spark.tsx'
import type { Annotation, InsightQuery, TrendAnswer } from '../../../console/insight/answer.ts'
import type { ChartWords } from '../../../console/insight/chart-words.ts'
import { InsightPicture } from '../../../console/insight/insight-chart.tsx'
import { Failed } from '../../../console/states.tsx'

/** What a tile shows once it is asked; the same in the console and behind a link. */
export interface Shown {
  type: 'insight' | 'number' | 'goal'
  title: string
  kind: string
  query: InsightQuery
  view: 'chart' | 'table'
  unit?: 'number' | 'money' | undefined
  target?: number | undefined
}

/** A line of names above a picture of several series. */
const LEGEND = 34

/** What is left for the picture itself of the room inside a tile, in CSS pixels. */
export function pictureHeight(room: number, { kind, query }: { kind: string; query: InsightQuery }): number {
  const many = (Array.isArray(query.series) && query.series.length > 1) || query.breakdown || kind === 'lifecycle'
  return Math.max(60, room - (many ? LEGEND : 0))
}

interface Props {
  tile: Shown
  of: { data: unknown; error: unknown; refetch(): unknown }
  words: ChartWords
  currency: string
  /** Room for the picture, in CSS pixels. */
  height: number
  annotations: readonly Annotation[]
  onCell?: OnCell | undefined
}

/** A tile's numbers, or their waiting and their failure, in the room it will have. */
export function TileBody({ tile, of, words, currency, height, annotations, onCell }: Props) {
  if (of.data === undefined)
    return of.error ? (
      <Failed compact error={of.error} retry={() => void of.refetch()} />
    ) : (
      <div
        style={{ height }}
        className="tile-waiting"
        role="status"
        aria-label={words.t({ en: 'Loading', zh: '加载中' })}
      >
        <Skeleton active title={false} paragraph={{ rows: Math.max(1, Math.floor(height / 36)), width: '100%' }} />
      </div>
    )
  if (tile.type === 'insight')
    return (
      <InsightPicture
        kind={tile.kind}
        query={tile.query}
        answer={of.data}
        words={words}
        view={tile.view}
        height={height}
        annotations={annotations}
        onCell={onCell}
      />
    )
  return <OneNumber tile={tile} answer={of.data as TrendAnswer} words={words} currency={currency} onCell={onCell} />
}

function OneNumber({
  tile,
  answer,
  words,
  currency,
  onCell,
}: Pick<Props, 'tile' | 'words' | 'currency' | 'onCell'> & { answer: TrendAnswer }) {
  const { t, format } = words
  const series = answer.series[0]
  const total = series?.total ?? null
  const shown = (n: number) => (tile.unit === 'money' ? format.money(n, currency) : format.compact(n))
  const text = total === null ? '–' : shown(total)
  const cell = series?.totalCell
  const before = series?.previousTotal
  const change = before && total !== null ? (total - before) / before : null
  return (
    <div className="tile-number">
      {cell && onCell && total !== null ? (
        <button type="button" className="bare tile-value tabular" onClick={() => onCell(cell, tile.title, text)}>
          {text}
        </button>
      ) : (
        <span className="tile-value tabular">{text}</span>
      )}
      {tile.type === 'goal' ? (
        <Progress value={total ?? 0} target={tile.target ?? 1} shown={shown} words={words} label={tile.title} />
      ) : (
        <div className="row between tile-foot">
          {change === null ? (
            <span className="faint small">
              {before === undefined ? '' : t({ en: 'no comparison', zh: '暂无环比' })}
            </span>
          ) : (
            <span className={`small tabular ${change < 0 ? 'tile-down' : 'tile-up'}`}>
              {format.change(change)} <span className="faint">{t({ en: 'vs before', zh: '环比' })}</span>
            </span>
          )}
          <Spark values={(series?.values ?? []).map((v) => v ?? 0)} width={84} height={24} />
        </div>
      )}
    </div>
  )
}

function Progress({
  value,
  target,
  shown,
  words: { t, format },
  label,
}: {
  value: number
  target: number
  shown(n: number): string
  words: ChartWords
  label: string
}) {
  const share = value / target
  return (
    <div>
      <div
        className="tile-progress"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(share * 100))}
        data-reached={share >= 1}
      >
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </div>
      <span className="small soft tabular">
        {t({
          en: `${format.percent(share)} of ${shown(target)}`,
          zh: `完成 ${format.percent(share)} · 目标 ${shown(target)}`,
        })}
      </span>
    </div>
  )
}
