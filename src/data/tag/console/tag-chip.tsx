import type { ReactNode } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import type { Tag } from './words.ts'
import './tag.css'

/** A tag as it is shown everywhere; `children` follow its name. */
export function TagChip({ tag, children }: { tag: Pick<Tag, 'title' | 'colour' | 'kind'>; children?: ReactNode }) {
  const t = useText()
  return (
    <span className="tag-chip" data-colour={tag.colour}>
      {tag.kind === 'dynamic' ? <Icon name="bolt" size={12} /> : null}
      <span className="clip">{t(tag.title)}</span>
      {children}
    </span>
  )
}
