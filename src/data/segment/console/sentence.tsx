import { Fragment, type ReactNode } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'

const BLANK = /\{(\w+)\}/

/** A sentence with fields in its blanks, `did {event} in the last {length}`: each language has its own order. */
export function Sentence({ text, blanks }: { text: Text; blanks: Readonly<Record<string, ReactNode>> }) {
  const t = useText()
  return (
    <div className="sentence">
      {t(text)
        .split(BLANK)
        .map((part, i) =>
          i % 2 === 1 ? (
            <Fragment key={part}>{blanks[part]}</Fragment>
          ) : part.trim() === '' ? null : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the words of a sentence keep their places
            <span key={i}>{part.trim()}</span>
          ),
        )}
    </div>
  )
}
