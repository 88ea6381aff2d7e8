import { Button } from 'antd'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'

interface Props<T> {
  items: readonly T[]
  onChange(items: readonly T[]): void
  /** “step”, in the reader's language: for the names of the handles. */
  noun: string
  /** How the place i is called; default by number. */
  mark?(i: number): string
  /** As many as must stay. */
  least: number
  children(item: T, place: number, end: ReactNode): ReactNode
}

const numbered = (i: number) => String(i + 1)

/** A list in an order that counts: dragged by its handles, or moved by them with the arrow keys. */
export function ReorderList<T>({ items, onChange, noun, mark = numbered, least, children }: Props<T>) {
  const t = useText()
  const list = useRef<HTMLOListElement>(null)
  const [dragged, setDragged] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const move = (from: number, to: number) => {
    const item = items[from]
    if (item === undefined || to < 0 || to >= items.length || from === to) return
    onChange(items.toSpliced(from, 1).toSpliced(to, 0, item))
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>('.reorder-handle')[to]?.focus())
  }
  const drop = (event: DragEvent, to: number) => {
    event.preventDefault()
    if (dragged !== null) move(dragged, to)
    setDragged(null)
    setOver(null)
  }
  return (
    <ol ref={list} className="reorder">
      {items.map((item, i) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
          key={i}
          className={over === i && dragged !== i ? 'reorder-item is-over' : 'reorder-item'}
          onDragOver={(event) => {
            if (dragged === null) return
            event.preventDefault()
            setOver(i)
          }}
          onDrop={(event) => drop(event, i)}
        >
          <button
            type="button"
            className="bare reorder-handle"
            draggable
            aria-label={t({
              en: `Move ${noun} ${i + 1}: arrow keys up and down`,
              zh: `移动第 ${i + 1} 个${noun}：上下方向键`,
            })}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move'
              setDragged(i)
            }}
            onDragEnd={() => {
              setDragged(null)
              setOver(null)
            }}
            onKeyDown={(event) => {
              const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
              if (!by) return
              event.preventDefault()
              move(i, i + by)
            }}
          >
            <span className="reorder-number" aria-hidden="true">
              {mark(i)}
            </span>
          </button>
          <div className="grow">
            {children(
              item,
              i,
              items.length > least ? (
                <Button
                  type="text"
                  size="small"
                  icon={<Icon name="close" size={13} />}
                  aria-label={t({ en: `Remove ${noun} ${i + 1}`, zh: `移除第 ${i + 1} 个${noun}` })}
                  onClick={() => onChange(items.toSpliced(i, 1))}
                />
              ) : null,
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}
