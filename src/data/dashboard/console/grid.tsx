import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { COLUMNS, GAP, type Place, placed, ROW, readingOrder } from './grid-layout.ts'
import './dashboard.css'

interface Props<P extends Place> {
  tiles: readonly P[]
  children(tile: P): ReactNode
  label: string
  /** With it tiles can be moved and sized. */
  onChange?: ((tiles: readonly P[]) => void) | undefined
  nameOf(tile: P): string
}

/** Left and top of a move, right and bottom of a change of size, in CSS pixels since it began. */
interface Hold<P extends Place> {
  id: string
  how: 'move' | 'size'
  from: P
  before: readonly P[]
  startX: number
  startY: number
  /** Where the pointer is beyond the place that the tile has in the grid. */
  x: number
  y: number
}

/** Tiles in columns; one column on a phone. By pointer or by arrow keys they are moved, with Shift they are sized. */
export function Grid<P extends Place>({ tiles, children, label, onChange, nameOf }: Props<P>) {
  const t = useText()
  const box = useRef<HTMLUListElement>(null)
  const [hold, setHold] = useState<Hold<P> | null>(null)
  const [said, setSaid] = useState('')

  const cellWidth = () => ((box.current?.clientWidth ?? 0) + GAP) / COLUMNS
  const begin = (event: PointerEvent<HTMLElement>, from: P, how: Hold<P>['how']) => {
    if (event.button !== 0) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    setHold({ id: from.id, how, from, before: tiles, startX: event.clientX, startY: event.clientY, x: 0, y: 0 })
  }
  const follow = (event: PointerEvent<HTMLElement>) => {
    if (!hold || !onChange) return
    const [dx, dy] = [event.clientX - hold.startX, event.clientY - hold.startY]
    const [columns, rows] = [Math.round(dx / cellWidth()), Math.round(dy / (ROW + GAP))]
    const { from } = hold
    const wanted =
      hold.how === 'move'
        ? { ...from, x: from.x + columns, y: from.y + rows }
        : { ...from, w: from.w + columns, h: from.h + rows }
    const next = placed(hold.before, wanted)
    const now = next.find((p) => p.id === hold.id) ?? from
    setHold({ ...hold, x: dx - (now.x - from.x) * cellWidth(), y: dy - (now.y - from.y) * (ROW + GAP) })
    const shown = tiles.find((p) => p.id === hold.id)
    if (!shown || now.x !== shown.x || now.y !== shown.y || now.w !== shown.w || now.h !== shown.h) onChange(next)
  }
  const cancel = () => {
    if (hold) onChange?.(hold.before)
    setHold(null)
  }

  const onKey = (event: KeyboardEvent, tile: P) => {
    if (event.key === 'Escape' && hold) return cancel()
    const step = STEPS[event.key]
    if (!step || !onChange) return
    event.preventDefault()
    const [dx, dy] = step
    const wanted = event.shiftKey
      ? { ...tile, w: tile.w + dx, h: tile.h + dy }
      : // One step down must pass a neighbour, which would close the hole at once.
        { ...tile, x: tile.x + dx, y: tile.y + dy * (dy > 0 ? below(tile) : 1) }
    const next = placed(tiles, wanted)
    const now = next.find((p) => p.id === tile.id) ?? tile
    onChange(next)
    setSaid(
      t({
        en: `${nameOf(tile)}: column ${now.x + 1}, row ${now.y + 1}, ${now.w} wide, ${now.h} high`,
        zh: `${nameOf(tile)}：第 ${now.x + 1} 列，第 ${now.y + 1} 行，宽 ${now.w} 列，高 ${now.h} 行`,
      }),
    )
  }
  /** Rows to go down so that the next tile below is passed. */
  const below = (tile: P): number => {
    const under = readingOrder(tiles).find((o) => o.y >= tile.y + tile.h && o.x < tile.x + tile.w && tile.x < o.x + o.w)
    return under ? under.y + under.h - tile.h - tile.y || 1 : 1
  }

  // While tiles are moved their elements stay where they are: one that is taken out and put in again loses the pointer.
  return (
    <>
      <ul ref={box} className="grid" aria-label={label} data-editing={onChange !== undefined}>
        {(onChange ? tiles : readingOrder(tiles)).map((tile) => {
          const held = hold?.id === tile.id ? hold : null
          const place: CSSProperties = {
            '--x': tile.x + 1,
            '--y': tile.y + 1,
            '--w': tile.w,
            '--h': tile.h,
            ...(held?.how === 'move' ? { transform: `translate(${held.x}px, ${held.y}px)` } : {}),
          } as CSSProperties
          return (
            <li key={tile.id} className="grid-tile" style={place} data-held={held !== null} data-tile={tile.id}>
              {onChange ? (
                <button
                  type="button"
                  className="bare grid-move"
                  aria-label={t({
                    en: `Move “${nameOf(tile)}”: arrow keys, with Shift its size`,
                    zh: `移动「${nameOf(tile)}」：方向键移动，按住 Shift 调整大小`,
                  })}
                  onPointerDown={(e) => begin(e, tile, 'move')}
                  onPointerMove={follow}
                  onPointerUp={() => setHold(null)}
                  onPointerCancel={cancel}
                  onKeyDown={(e) => onKey(e, tile)}
                >
                  <Icon name="menu" size={14} />
                </button>
              ) : null}
              {children(tile)}
              {onChange ? (
                <span
                  className="grid-size"
                  aria-hidden="true"
                  onPointerDown={(e) => begin(e, tile, 'size')}
                  onPointerMove={follow}
                  onPointerUp={() => setHold(null)}
                  onPointerCancel={cancel}
                />
              ) : null}
            </li>
          )
        })}
      </ul>
      <span className="sr-only" role="status">
        {said}
      </span>
    </>
  )
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
