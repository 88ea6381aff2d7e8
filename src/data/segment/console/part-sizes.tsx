import { useQueries } from '@tanstack/react-query'
import { call } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { describe } from './describe.ts'
import { type Draft, jointOf, partsOf } from './draft.ts'
import { FRESH_MS } from './use-field.ts'
import type { Wanted } from './use-size.ts'
import { useWords } from './use-words.ts'

/** More conditions than this nobody compares. */
const MOST_PARTS = 12

/**
 * How many each condition alone holds for, and which of them decides. Each is asked once and kept, so that a change of
 * one asks for that one only.
 */
export function PartSizes({ definition, everybody }: { definition: Draft; everybody: number | undefined }) {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  const joint = jointOf(definition)
  const parts = joint ? partsOf(definition).slice(0, MOST_PARTS) : []
  const sizes = useQueries({
    queries: (parts.length > 1 ? parts : []).map((part) => {
      const input = { definition: part as Wanted, limit: 0 }
      return {
        queryKey: ['segment.preview', input],
        queryFn: ({ signal }: { signal: AbortSignal }) => call('segment.preview', input, { signal }),
        staleTime: FRESH_MS,
      }
    }),
  })
  if (sizes.length < 2) return null
  const counts = sizes.map((s) => s.data?.count)
  const known = counts.filter((n) => n !== undefined)
  const most = Math.max(everybody ?? 0, ...known, 1)
  const decisive = joint === 'all' ? Math.min(...known) : Math.max(...known)
  const isTold = known.length === counts.length && new Set(known).size > 1
  return (
    <div className="stack tight">
      <h3>{t({ en: 'Each condition alone', zh: '单看每个条件' })}</h3>
      <ul className="part-sizes">
        {parts.map((part, i) => {
          const n = counts[i]
          const isDecisive = isTold && n === decisive
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
            <li key={i} className={isDecisive ? 'is-decisive' : ''}>
              <span className="small part-words">{describe(part, words)}</span>
              <span className="small tabular part-count">
                {n === undefined ? '…' : format.number(n)}
                {isDecisive ? (
                  <span className="pill info">
                    {joint === 'all'
                      ? t({ en: 'narrows most', zh: '收窄最多' })
                      : t({ en: 'adds most', zh: '贡献最多' })}
                  </span>
                ) : null}
              </span>
              <span className="part-bar" aria-hidden="true">
                <span style={{ width: `${n === undefined ? 0 : (n / most) * 100}%` }} />
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
