import { Button, Popover } from 'antd'
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { OFFERS, type Offer } from './clause-kinds.tsx'
import type { Draft } from './draft.ts'

/** Chooses what a further condition is about: by group, with an example each, or by a word. */
export function ClausePicker({ onPick, groups = true }: { onPick: (blank: Draft) => void; groups?: boolean }) {
  const t = useText()
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const field = useRef<HTMLInputElement>(null)
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      // Before it is placed it is hidden, and takes no focus.
      afterOpenChange={(isOpen) => isOpen && field.current?.focus()}
      trigger={['click']}
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      classNames={{ root: 'clause-picker-popover' }}
      content={
        <Picker
          groups={groups}
          onPick={(offer) => {
            setOpen(false)
            onPick(offer.blank)
          }}
          field={field}
          onClose={() => {
            setOpen(false)
            button.current?.focus()
          }}
        />
      }
    >
      <Button
        ref={button}
        type="dashed"
        size="small"
        icon={<Icon name="plus" size={14} />}
        aria-haspopup="dialog"
        aria-expanded={open}
      >
        {t({ en: 'Add a condition', zh: '添加条件' })}
      </Button>
    </Popover>
  )
}

function Picker({
  field,
  onPick,
  onClose,
  groups: allowsGroups,
}: {
  field: RefObject<HTMLInputElement | null>
  onPick: (offer: Offer) => void
  onClose: () => void
  groups: boolean
}) {
  const t = useText()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const wanted = text.trim().toLowerCase()
  const found = OFFERS.map(({ group, offers }) => ({
    group,
    offers: offers.filter(
      (o) =>
        (allowsGroups || !['any', 'all', 'not'].includes(o.id)) &&
        [o.title.en, o.title.zh, o.example.en, o.example.zh, o.words].some((words) =>
          words.toLowerCase().includes(wanted),
        ),
    ),
  })).filter(({ offers }) => offers.length > 0)
  const flat = found.flatMap(({ offers }) => offers)
  const chosen = Math.min(at, flat.length - 1)

  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((chosen + step + flat.length) % Math.max(flat.length, 1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const offer = flat[chosen]
      if (offer) onPick(offer)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      onClose()
    }
  }
  return (
    <div className="clause-picker" role="dialog" aria-label={t({ en: 'Add a condition', zh: '添加条件' })}>
      <div className="clause-picker-field">
        <Icon name="search" size={15} />
        <input
          ref={field}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={flat[chosen] ? `${id}-${flat[chosen].id}` : undefined}
          aria-label={t({ en: 'What is the condition about?', zh: '条件类型' })}
          placeholder={t({
            en: 'What do you look for? e.g. spent, tag, joined',
            zh: '想按什么圈人？如：消费、标签、入群',
          })}
          value={text}
          maxLength={60}
          onChange={(e) => {
            setText(e.target.value)
            setAt(0)
          }}
          onKeyDown={onKey}
        />
      </div>
      <div
        id={id}
        role="listbox"
        aria-label={t({ en: 'Kinds of conditions', zh: '条件类型列表' })}
        className="clause-picker-list"
      >
        {found.map(({ group, offers }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
          <div key={group.en} role="group" aria-label={t(group)}>
            <div className="clause-picker-group" aria-hidden="true">
              {t(group)}
            </div>
            {offers.map((offer) => (
              // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field; aria-activedescendant points here
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
              <div
                key={offer.id}
                id={`${id}-${offer.id}`}
                role="option"
                aria-selected={offer === flat[chosen]}
                className="clause-offer"
                ref={(element) => {
                  if (offer === flat[chosen]) element?.scrollIntoView({ block: 'nearest' })
                }}
                onPointerMove={() => setAt(flat.indexOf(offer))}
                onClick={() => onPick(offer)}
              >
                <Icon name={offer.icon} />
                <span className="grow">
                  <span className="clause-offer-title">{t(offer.title)}</span>
                  <span className="faint small clause-offer-example">{t(offer.example)}</span>
                </span>
              </div>
            ))}
          </div>
        ))}
        {flat.length === 0 ? (
          <p className="soft clause-picker-none">{t({ en: 'No condition of that kind', zh: '没有匹配的条件类型' })}</p>
        ) : null}
      </div>
    </div>
  )
}
