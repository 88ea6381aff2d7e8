import type { OnCell } from './grid.ts'

interface Props {
  /** What the number is of. */
  of: string
  text: string
  /** Without a key, or nobody to hear of it, the number is plain. */
  cell: string | null | undefined
  onCell: OnCell | undefined
}

/** A number that opens its people. */
export function CellLink({ of, text, cell, onCell }: Props) {
  if (!cell || !onCell) return text
  return (
    <button
      type="button"
      className="bare cell-link"
      aria-label={`${of}: ${text}`}
      onClick={() => onCell(cell, of, text)}
    >
      {text}
    </button>
  )
}
