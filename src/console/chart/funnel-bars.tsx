import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import './chart.css'

export interface FunnelStep {
  name: string
  entered: number
  /** Of those who made the step before. */
  fromPrevious: number | null
  /** Of those who made the first step. */
  conversionRate: number | null
  medianSeconds: number | null
}

/** Steps downwards, each as long as its share of the first. */
export function FunnelBars({ label, steps }: { label: string; steps: readonly FunnelStep[] }) {
  const t = useText()
  const format = useFormat()
  const first = steps[0]?.entered ?? 0
  return (
    <ol className="funnel" aria-label={label}>
      {steps.map((step, i) => (
        <li key={step.name}>
          <div className="row between">
            <strong>{step.name}</strong>
            <span className="tabular">
              {format.number(step.entered)}{' '}
              <span className="soft">{first ? format.percent(step.entered / first) : '–'}</span>
            </span>
          </div>
          <div className="funnel-track">
            <div className="funnel-bar" style={{ width: `${first ? (step.entered / first) * 100 : 0}%` }} />
          </div>
          {i > 0 && step.fromPrevious !== null ? (
            <p className="faint small">
              {t({
                en: `${format.percent(step.fromPrevious)} of the step before`,
                zh: `上一步转化 ${format.percent(step.fromPrevious)}`,
              })}
              {step.medianSeconds !== null && step.medianSeconds >= 1
                ? t({
                    en: `, median ${format.span(step.medianSeconds)}`,
                    zh: `，中位用时 ${format.span(step.medianSeconds)}`,
                  })
                : ''}
            </p>
          ) : null}
        </li>
      ))}
    </ol>
  )
}
