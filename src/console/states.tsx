import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { ProblemAnswer } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { explainProblem } from './explain-problem.ts'
import './states.css'

interface EmptyProps {
  title: string
  hint?: ReactNode
  action?: ReactNode
  /** `h1` where it is the whole page. */
  level?: 'h1' | 'h2'
}

/** Nothing here yet: says what will be, and the first step towards it. */
export function Empty({ title, hint, action, level: Heading = 'h2' }: EmptyProps) {
  return (
    <div className="state">
      <svg viewBox="0 0 120 72" width="120" height="72" aria-hidden="true" className="state-art">
        <path d="M20 40c0-18 18-30 40-30s40 12 40 30" />
        <path d="M60 26v40M42 34v22M78 34v22M26 40v10M94 40v10" />
        <path d="M8 66h104" className="state-ground" />
      </svg>
      <Heading>{title}</Heading>
      {hint ? <p className="soft">{hint}</p> : null}
      {action ? <div className="state-action">{action}</div> : null}
    </div>
  )
}

export function Failed({ error, retry, compact }: { error: unknown; retry?: () => void; compact?: boolean }) {
  const t = useText()
  const { title, hint } = explainProblem(error, t)
  return (
    <div className={compact ? 'state state-compact' : 'state'} role="alert">
      <h2>{title}</h2>
      {hint ? <p className="soft">{hint}</p> : null}
      {error instanceof ProblemAnswer && error.instance ? (
        <p className="faint small mono">{`${t({ en: 'Request', zh: '请求编号' })} ${error.instance}`}</p>
      ) : null}
      {retry ? (
        <div className="state-action">
          <Button onClick={retry}>{t({ en: 'Try again', zh: '重试' })}</Button>
        </div>
      ) : null}
    </div>
  )
}

export function Loading({ rows = 4 }: { rows?: number }) {
  const t = useText()
  return (
    <div role="status" aria-label={t({ en: 'Loading', zh: '加载中' })}>
      <Skeleton active title={false} paragraph={{ rows, width: '100%' }} />
    </div>
  )
}

/** Draws what a query answered, or its waiting and its failure. */
export function Answer<T>({
  of,
  rows,
  children,
}: {
  of: { data: T | undefined; error: unknown; isPending: boolean; refetch(): unknown }
  rows?: number
  children: (data: T) => ReactNode
}) {
  if (of.data !== undefined) return children(of.data)
  if (of.error) return <Failed compact error={of.error} retry={() => void of.refetch()} />
  return <Loading {...(rows === undefined ? {} : { rows })} />
}
