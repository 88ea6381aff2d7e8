import { type KeyboardEvent, useRef } from 'react'
import { useText } from '#web/preferences.tsx'

interface Props {
  value: string
  onChange(value: string): void
  onRun(): void
}

/** A plain text field with the numbers of its lines; Ctrl+Enter runs. */
export function SqlEditor({ value, onChange, onRun }: Props) {
  const t = useText()
  const numbers = useRef<HTMLPreElement>(null)
  const lines = value.split('\n').length
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onRun()
  }
  return (
    <div className="sql-editor mono">
      <pre ref={numbers} aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => i + 1).join('\n')}
      </pre>
      <textarea
        aria-label={t({ en: 'Statement', zh: 'SQL 语句' })}
        aria-describedby="sql-keys"
        value={value}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        maxLength={20_000}
        onChange={(e) => onChange(e.target.value)}
        onKeyDown={onKey}
        onScroll={(e) => {
          if (numbers.current) numbers.current.scrollTop = e.currentTarget.scrollTop
        }}
      />
      <span id="sql-keys" className="sr-only">
        {t({ en: 'Ctrl+Enter runs the statement', zh: '按 Ctrl+Enter 执行' })}
      </span>
    </div>
  )
}
