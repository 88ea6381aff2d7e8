// Where tiles stand: whole columns and rows, nothing on top of another, no holes above a tile.
export const COLUMNS = 12
/** Of a row and between tiles, in CSS pixels. */
export const ROW = 64
export const GAP = 14
export const SMALLEST = { w: 2, h: 1 } as const
const MOST_ROWS = 24

export interface Place {
  id: string
  x: number
  y: number
  w: number
  h: number
}

const collide = (a: Place, b: Place) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
const inOrder = (a: Place, b: Place) => a.y - b.y || a.x - b.x

/** Inside the grid. */
export function bounded<P extends Place>(place: P): P {
  const w = Math.min(COLUMNS, Math.max(SMALLEST.w, place.w))
  const h = Math.min(MOST_ROWS, Math.max(SMALLEST.h, place.h))
  return { ...place, w, h, x: Math.min(COLUMNS - w, Math.max(0, place.x)), y: Math.max(0, place.y) }
}

/** All tiles with one of them put there: what is in its way goes down, and everything closes up. */
export function placed<P extends Place>(tiles: readonly P[], wanted: P): P[] {
  const put = below(tiles, bounded(wanted))
  const settled: P[] = [put]
  for (const tile of tiles.filter((t) => t.id !== put.id).toSorted(inOrder)) settled.push(dropped(tile, settled))
  return inFirstOrder(tiles, packed(settled))
}

/** A tile on its way down is past a neighbour once it covers the lower half of it: pushed down, that one would push back. */
function below<P extends Place>(tiles: readonly P[], put: P): P {
  const was = tiles.find((t) => t.id === put.id)
  if (!was || put.y <= was.y) return put
  const passed = tiles.filter(
    (o) => o.y >= was.y + was.h && o.x < put.x + put.w && put.x < o.x + o.w && put.y + put.h > o.y + o.h / 2,
  )
  return { ...put, y: Math.max(put.y, ...passed.map((o) => o.y + o.h)) }
}

function dropped<P extends Place>(tile: P, others: readonly P[]): P {
  let at = tile
  for (let hit = others.find((o) => collide(at, o)); hit; hit = others.find((o) => collide(at, o)))
    at = { ...at, y: hit.y + hit.h }
  return at
}

/** Without holes above any tile; in the order they were given. */
export const closed = <P extends Place>(tiles: readonly P[]): P[] => inFirstOrder(tiles, packed(tiles))

function packed<P extends Place>(tiles: readonly P[]): P[] {
  const done: P[] = []
  for (const tile of tiles.toSorted(inOrder)) {
    let at = tile
    for (let up = at.y - 1; up >= 0; up--) {
      const higher = { ...tile, y: up }
      if (done.some((d) => collide(higher, d))) break
      at = higher
    }
    done.push(at)
  }
  return done
}

const inFirstOrder = <P extends Place>(first: readonly P[], now: readonly P[]): P[] =>
  first.flatMap((t) => now.find((n) => n.id === t.id) ?? [])

/** The first free row below everything. */
export const bottom = (tiles: readonly Place[]): number => Math.max(0, ...tiles.map((t) => t.y + t.h))

/** As read on a phone: from the top, from the left. */
export const readingOrder = <P extends Place>(tiles: readonly P[]): P[] => tiles.toSorted(inOrder)

/** A tile's height in CSS pixels. */
export const heightOf = (rows: number): number => rows * ROW + (rows - 1) * GAP
