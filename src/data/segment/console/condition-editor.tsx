import { Segmented } from 'antd'
import { useEffect, useMemo, useRef } from 'react'
import { useText } from '#web/preferences.tsx'
import { BuilderContext } from './builder.ts'
import { ClausePicker } from './clause-picker.tsx'
import { ConditionPart } from './condition-part.tsx'
import { type Draft, type Joint, jointOf, partsOf } from './draft.ts'
import { add, insideOf, type Moved, type Place, partAt, setJoint } from './draft-place.ts'
import './condition-editor.css'

/** The server takes ten levels, exclusions among them; nobody reads more than three. */
const MOST_DEPTH = 5

interface Props {
  draft: Draft
  onChange(draft: Draft): void
  /** The segment that is being changed. */
  self?: string | undefined
  /** What the server finds wrong with some clauses. */
  flaws?: ReadonlyMap<Draft, readonly string[]> | undefined
}

/** Conditions as sentences, in groups of “all of” and “any of”; everything can be done with the keyboard. */
export function ConditionEditor({ draft, onChange, self, flaws }: Props) {
  const root = useRef<HTMLDivElement>(null)
  // After a part has moved, the hands are to be on it where it is now.
  const wanted = useRef<{ place: Place; field: boolean } | null>(null)
  useEffect(() => {
    const target = wanted.current
    if (!target || !draft) return
    wanted.current = null
    const part = root.current?.querySelector<HTMLElement>(`[data-place="${target.place.join('.')}"]`)
    const field = target.field ? part?.querySelector<HTMLElement>('[data-body] input') : null
    ;(field ?? part?.querySelector<HTMLElement>('.condition-handle') ?? null)?.focus()
  }, [draft])
  const builder = useMemo(() => ({ self, flaws }), [self, flaws])
  const apply = ({ draft: next, place }: Moved, field = false) => {
    wanted.current = { place, field }
    onChange(next)
  }
  return (
    <BuilderContext value={builder}>
      <div ref={root}>
        <Group draft={draft} place={[]} onChange={onChange} apply={apply} />
      </div>
    </BuilderContext>
  )
}

interface GroupProps {
  /** The whole definition; the group is the one at `place`. */
  draft: Draft
  place: Place
  onChange(draft: Draft): void
  /** Changes the definition and goes to a place in it; to its first field where one is to be filled in. */
  apply(moved: Moved, field?: boolean): void
}

function Group({ draft, place, onChange, apply }: GroupProps) {
  const t = useText()
  const at = partAt(draft, place)
  if (!at) return null
  const group = place.length > 0 ? insideOf(at) : at
  const joint = jointOf(group) ?? 'all'
  const parts = partsOf(group)
  return (
    <div className="condition-group">
      {parts.length > 1 || place.length > 0 ? (
        <div className="row condition-joint">
          <Segmented<Joint>
            size="small"
            value={joint}
            aria-label={t({ en: 'How the conditions combine', zh: '条件之间的关系' })}
            options={[
              { value: 'all', label: t({ en: 'all of these', zh: '满足全部' }) },
              { value: 'any', label: t({ en: 'any of these', zh: '满足任一' }) },
            ]}
            onChange={(next) => onChange(setJoint(draft, place, next))}
          />
        </div>
      ) : null}
      <ol className="condition-parts">
        {parts.map((part, i) => {
          const here = [...place, i]
          return (
            <li
              key={here.join('.')}
              data-joint={i === 0 ? '' : joint === 'all' ? t({ en: 'and', zh: '且' }) : t({ en: 'or', zh: '或' })}
            >
              <ConditionPart
                draft={draft}
                part={part}
                place={here}
                siblings={parts.length}
                canNest={here.length < MOST_DEPTH}
                onChange={onChange}
                apply={apply}
              >
                {jointOf(insideOf(part)) ? (
                  <Group draft={draft} place={here} onChange={onChange} apply={apply} />
                ) : null}
              </ConditionPart>
            </li>
          )
        })}
      </ol>
      <ClausePicker
        groups={place.length + 1 < MOST_DEPTH}
        onPick={(blank) => {
          const added = add(draft, place, blank)
          apply(jointOf(blank) ? { ...added, place: [...added.place, 0] } : added, true)
        }}
      />
    </div>
  )
}
