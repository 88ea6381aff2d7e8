import type { CSSProperties } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { OnCell } from './grid.ts'
import { colourOf, useLook } from './look.ts'
import './chart.css'
import './funnel.css'

export interface FunnelLevel {
  entered: number
  cell?: string | undefined
  droppedCell?: string | undefined
  /** Of those who made the step before. */
  fromPrevious: number | null
  medianSeconds: number | null
}

export interface FunnelGroup {
  /** Null where it is not divided. */
  name: string | null
  levels: readonly FunnelLevel[]
}

interface Props {
  label: string
  /** Names of the steps. */
  steps: readonly string[]
  groups: readonly FunnelGroup[]
  onCell?: OnCell | undefined
}

/** Steps downwards, each as long as its share of the first; hatched is who was lost since the step before. */
export function FunnelBars({ label, steps, groups, onCell }: Props) {
  return (
    <ol className="funnel" aria-label={label}>
      {steps.map((name, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two steps may be the same event
        <li key={i}>
          {groups.length > 1 || groups[0]?.name !== null ? <StepName name={name} i={i} /> : null}
          {groups.map((group, g) => (
            <Level key={group.name ?? ''} step={name} i={i} group={group} g={g} onCell={onCell} />
          ))}
        </li>
      ))}
    </ol>
  )
}

function StepName({ name, i }: { name: string; i: number }) {
  return (
    <strong className="funnel-name">
      <span className="funnel-number">{i + 1}</span>
      {name}
    </strong>
  )
}

interface LevelProps {
  step: string
  i: number
  group: FunnelGroup
  g: number
  onCell?: OnCell | undefined
}

function Level({ step, i, group, g, onCell }: LevelProps) {
  const t = useText()
  const format = useFormat()
  const look = useLook()
  const level = group.levels[i]
  if (!level) return null
  const first = group.levels[0]?.entered ?? 0
  const before = group.levels[i - 1]?.entered ?? level.entered
  const share = (n: number) => (first ? (n / first) * 100 : 0)
  const lost = before - level.entered
  const of = group.name === null ? step : `${step} · ${group.name}`
  const open = (cell: string | undefined, label: string, n: number) =>
    cell && onCell ? () => onCell(cell, label, format.number(n)) : undefined
  return (
    <div className="funnel-level">
      <div className="row between">
        {group.name === null ? <StepName name={step} i={i} /> : <span className="clip soft">{group.name}</span>}
        <span className="tabular funnel-count">
          <Count n={level.entered} label={of} open={open(level.cell, of, level.entered)} />{' '}
          <span className="soft">{first ? format.percent(level.entered / first) : '–'}</span>
        </span>
      </div>
      <div
        className="funnel-track"
        style={
          {
            '--bar': `${share(level.entered)}%`,
            '--lost': `${share(lost)}%`,
            '--series': colourOf(look, g),
          } as CSSProperties
        }
      >
        <div className="funnel-bar" />
        {lost > 0 ? <div className="funnel-lost" /> : null}
      </div>
      {i > 0 && level.fromPrevious !== null ? (
        <p className="faint small funnel-foot">
          <span>
            {t({
              en: `${format.percent(level.fromPrevious)} of the step before`,
              zh: `上一步转化 ${format.percent(level.fromPrevious)}`,
            })}
            {level.medianSeconds !== null && level.medianSeconds >= 1
              ? t({
                  en: `, median ${format.span(level.medianSeconds)}`,
                  zh: `，中位用时 ${format.span(level.medianSeconds)}`,
                })
              : ''}
          </span>
          {lost > 0 ? (
            <span className="tabular">
              {t({ en: 'lost ', zh: '流失 ' })}
              <Count
                n={lost}
                label={t({ en: `lost before ${of}`, zh: `${of}前流失` })}
                open={open(level.droppedCell, t({ en: `Lost before ${of}`, zh: `未完成「${of}」而流失` }), lost)}
              />
            </span>
          ) : null}
        </p>
      ) : null}
    </div>
  )
}

function Count({ n, label, open }: { n: number; label: string; open: (() => void) | undefined }) {
  const format = useFormat()
  return open ? (
    <button type="button" className="bare cell-link" aria-label={`${label}: ${format.number(n)}`} onClick={open}>
      {format.number(n)}
    </button>
  ) : (
    format.number(n)
  )
}
