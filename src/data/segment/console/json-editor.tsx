import { useMemo, useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Draft } from './draft.ts'
import { clausePlaces, misplaced } from './json-clauses.ts'
import { lineOf, placeOf, readJson } from './json-place.ts'
import { missingOf } from './missing.ts'

interface Flaw {
  offset: number
  text: string
}

/** The definition as it is stored, for who knows the grammar; each error is told with its line. */
export function JsonEditor({
  draft,
  onChange,
  onReadable,
  problems,
}: {
  draft: Draft
  onChange(draft: Draft): void
  /** Whether what stands there can be read, so that the form can show it. */
  onReadable(readable: boolean): void
  /** What the server finds wrong with it, by path from `definition`. */
  problems: readonly { path: string; message: string }[]
}) {
  const t = useText()
  const area = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(() => JSON.stringify(draft, null, 2))
  const read = useMemo(() => readJson(text), [text])
  const flaws = useMemo((): Flaw[] => {
    if (!('places' in read)) return [{ offset: read.offset, text: t(read.message) }]
    const wrong = misplaced(read.value)
    if (wrong !== null)
      return [
        {
          offset: placeOf(read.places, wrong),
          text: t({ en: 'a condition is expected here', zh: '此处应为一个条件' }),
        },
      ]
    return [
      ...clausePlaces(read.value as Draft).flatMap(({ clause, path }) =>
        missingOf(clause).map((m) => ({
          offset: placeOf(read.places, path),
          text: t({ en: `to do: ${m.en}`, zh: `还需${m.zh}` }),
        })),
      ),
      ...problems.map((p) => ({
        offset: placeOf(read.places, p.path.split('.').slice(1).join('.')),
        text: [p.path.split('.').slice(1).join('.'), p.message].filter(Boolean).join(': '),
      })),
    ]
  }, [read, problems, t])
  const lines = text.split('\n').length
  const go = (offset: number) => {
    const end = text.indexOf('\n', offset)
    area.current?.focus()
    area.current?.setSelectionRange(offset, end < 0 ? text.length : end)
  }
  return (
    <div className="stack tight">
      <div className="json-editor">
        <pre className="json-lines" aria-hidden="true">
          {Array.from({ length: lines }, (_, i) => i + 1).join('\n')}
        </pre>
        <textarea
          ref={area}
          className="json-text"
          aria-label={t({ en: 'Definition as JSON', zh: 'JSON 定义' })}
          aria-invalid={flaws.length > 0}
          spellCheck={false}
          wrap="off"
          rows={Math.max(lines, 8)}
          maxLength={MOST_LETTERS}
          value={text}
          onChange={(e) => {
            setText(e.target.value)
            const next = readJson(e.target.value)
            const isReadable = 'places' in next && misplaced(next.value) === null
            onReadable(isReadable)
            if (isReadable) onChange(next.value as Draft)
          }}
        />
      </div>
      {flaws.length > 0 ? (
        <ul className="json-flaws" aria-live="polite">
          {flaws.map((f) => {
            const { line, column } = lineOf(text, f.offset)
            return (
              <li key={`${f.offset} ${f.text}`}>
                <button type="button" className="bare" onClick={() => go(f.offset)}>
                  <span className="tabular json-line">
                    {t({ en: `Line ${line}, column ${column}`, zh: `第 ${line} 行第 ${column} 列` })}
                  </span>
                  {f.text}
                </button>
              </li>
            )
          })}
        </ul>
      ) : (
        <p className="soft small">
          {t({
            en: 'Can be read. Conditions without a form are kept as they are.',
            zh: 'JSON 有效。没有表单的条件会原样保留。',
          })}
        </p>
      )}
    </div>
  )
}

/** Larger than a hundred clauses ever are. */
const MOST_LETTERS = 200_000
