import { Button, Dropdown } from 'antd'
import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Icon } from '../../../console/icon.tsx'
import { useBuilder } from './builder.ts'
import { editorOf } from './clause-kinds.tsx'
import { describe } from './describe.ts'
import { type Clause, type Draft, isNot, jointOf, partsOf } from './draft.ts'
import * as placed from './draft-place.ts'
import { missingOf } from './missing.ts'
import { RawClause } from './raw-clause.tsx'
import { useWords } from './use-words.ts'

interface Props {
  draft: Draft
  part: Draft
  place: placed.Place
  siblings: number
  /** Whether a group may still stand in here. */
  canNest: boolean
  onChange(draft: Draft): void
  apply(moved: placed.Moved): void
  /** The group it holds, where it is one. */
  children: ReactNode
}

interface Step {
  key: string
  title: Text
  keys?: string
  /** The keys work in its fields, too, where they do nothing else. */
  isAnywhere?: true
  isOff?: boolean
  danger?: true
  run(): placed.Moved
}

/** One condition or group: its sentence, what is missing in it, and what can be done with it. */
export function ConditionPart({ draft, part, place, siblings, canNest, onChange, apply, children }: Props) {
  const t = useText()
  const words = useWords()
  const { flaws } = useBuilder()
  const noteId = useId()
  const isExcluded = isNot(part)
  const inside = placed.insideOf(part)
  const isGroup = jointOf(inside) !== null
  const clause = inside as Clause
  const Editor = isGroup ? null : editorOf(clause)
  const missing = isGroup ? [] : missingOf(clause)
  const wrong = flaws?.get(inside) ?? []
  const steps = stepsOf({ draft, part, place, siblings, canNest })

  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    // A menu's keys are its own; a nested part takes its keys before the group around it.
    if (event.defaultPrevented || target.closest('[data-place]') !== event.currentTarget) return
    const name = event.key === 'Backspace' ? 'Delete' : event.key
    const key = `${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}${name}`
    const isOnHandle = target.closest('.condition-handle') !== null
    const step = steps.find((s) => s.keys === key && !s.isOff && (isOnHandle || s.isAnywhere))
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    apply(step.run())
  }

  return (
    <div
      className={isExcluded ? 'condition-part is-not' : 'condition-part'}
      data-place={place.join('.')}
      onKeyDownCapture={onKey}
    >
      <div className="grow" data-body>
        {isExcluded ? <span className="pill bad condition-not">{t({ en: 'leave out who', zh: '排除' })}</span> : null}
        {isGroup ? (
          children
        ) : Editor ? (
          <Editor
            clause={clause}
            onChange={(next) => onChange(placed.put(draft, place, isExcluded ? { not: next } : next))}
          />
        ) : (
          <RawClause clause={clause} />
        )}
        {missing.length > 0 ? (
          <p id={noteId} className="condition-missing small" role="status">
            <Icon name="info" size={13} />
            {t({ en: 'Still to do: ', zh: '还需：' })}
            {missing.map(t).join(t({ en: ', ', zh: '、' }))}
          </p>
        ) : null}
        {wrong.map((text) => (
          <p key={text} className="condition-wrong small" role="alert">
            <Icon name="warning" size={13} />
            {text}
          </p>
        ))}
      </div>
      <Dropdown
        trigger={['click']}
        menu={{
          items: steps.map((s) => ({
            key: s.key,
            label: (
              <span className="row between condition-step">
                {t(s.title)}
                {s.keys ? <kbd>{KEY_WORDS[s.keys] ?? s.keys}</kbd> : null}
              </span>
            ),
            disabled: s.isOff ?? false,
            danger: s.danger ?? false,
          })),
          onClick: ({ key }) => {
            const step = steps.find((s) => s.key === key)
            if (step) apply(step.run())
          },
        }}
      >
        <Button
          type="text"
          size="small"
          className="condition-handle"
          icon={<Icon name="more" />}
          aria-describedby={missing.length > 0 ? noteId : undefined}
          aria-label={t({
            en: `Condition ${place.map((i) => i + 1).join('.')}: ${describe(part, words)}`,
            zh: `条件 ${place.map((i) => i + 1).join('.')}：${describe(part, words)}`,
          }).slice(0, MOST_LETTERS)}
        />
      </Dropdown>
    </div>
  )
}

/** Longer than this nobody listens to. */
const MOST_LETTERS = 160
const KEY_WORDS: Readonly<Record<string, string>> = {
  'Alt+ArrowUp': 'Alt ↑',
  'Alt+ArrowDown': 'Alt ↓',
  'Alt+ArrowRight': 'Alt →',
  'Alt+ArrowLeft': 'Alt ←',
  'Alt+Shift+ArrowDown': 'Alt ⇧ ↓',
  Delete: 'Del',
}

function stepsOf({
  draft,
  part,
  place,
  siblings,
  canNest,
}: Pick<Props, 'draft' | 'part' | 'place' | 'siblings' | 'canNest'>): Step[] {
  const inside = placed.insideOf(part)
  const at = place.at(-1) ?? 0
  const isDeep = place.length > 1
  const above = at > 0 ? placed.partAt(draft, [...place.slice(0, -1), at - 1]) : undefined
  const entersGroup = above !== undefined && jointOf(placed.insideOf(above)) !== null
  return [
    {
      key: 'not',
      title: isNot(part)
        ? { en: 'Do not leave out', zh: '取消排除' }
        : { en: 'Leave out who meets this', zh: '排除符合者' },
      run: () => placed.negate(draft, place),
    },
    {
      key: 'copy',
      title: { en: 'Duplicate', zh: '复制一份' },
      keys: 'Alt+Shift+ArrowDown',
      run: () => placed.duplicate(draft, place),
    },
    {
      key: 'up',
      title: { en: 'Move up', zh: '上移' },
      keys: 'Alt+ArrowUp',
      isAnywhere: true,
      isOff: at === 0 && !isDeep,
      run: () => placed.move(draft, place, -1),
    },
    {
      key: 'down',
      title: { en: 'Move down', zh: '下移' },
      keys: 'Alt+ArrowDown',
      isAnywhere: true,
      isOff: at === siblings - 1 && !isDeep,
      run: () => placed.move(draft, place, 1),
    },
    {
      key: 'enter',
      title: entersGroup
        ? { en: 'Move into the group above', zh: '移入上方条件组' }
        : { en: 'Put into a new group', zh: '放入新条件组' },
      keys: 'Alt+ArrowRight',
      isOff: !canNest,
      run: () => placed.enter(draft, place),
    },
    {
      key: 'leave',
      title: { en: 'Move out of the group', zh: '移出条件组' },
      keys: 'Alt+ArrowLeft',
      isOff: !isDeep,
      run: () => placed.leave(draft, place),
    },
    ...(jointOf(inside)
      ? [
          {
            key: 'unwrap',
            title: { en: 'Take the group apart', zh: '解散条件组' },
            isOff: !placed.canUnwrap(part) || partsOf(inside).length === 0,
            run: () => placed.unwrap(draft, place),
          },
        ]
      : []),
    {
      key: 'remove',
      title: { en: 'Remove', zh: '删除' },
      keys: 'Delete',
      danger: true,
      run: () => placed.remove(draft, place),
    },
  ]
}
