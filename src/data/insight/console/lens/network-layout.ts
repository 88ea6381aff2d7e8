// Where the members of a network stand: those with ties near each other, nobody on top of another, everybody inside the
// box. The same network always looks the same.
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from 'd3-force'

export interface Tie {
  from: number
  to: number
}
export interface Box {
  width: number
  height: number
}
export type Place = readonly [x: number, y: number]

/** How strongly members push each other away, and how far off (px) they still do. */
const PUSH = -60
const FAR = 260
/** Between two with a tie, beside their sizes (px). */
const TIE_LENGTH = 26
const GRAVITY = 0.06
/** Around a symbol (px). */
const GAP = 2

/** Middles of the members' symbols (px, from the box's left and top); `radii` are their sizes, in the same order. */
export function placesOf(radii: readonly number[], ties: readonly Tie[], { width, height }: Box): Place[] {
  const bodies = radii.map((): SimulationNodeDatum => ({}))
  const radius = (i: number | undefined) => radii[i ?? 0] ?? 0
  // Weaker along the longer side, so that the whole takes the box's shape.
  const wide = Math.sqrt(width / height)
  forceSimulation(bodies)
    .stop()
    .force('push', forceManyBody().strength(PUSH).distanceMax(FAR))
    .force(
      'ties',
      forceLink(
        ties.filter(({ from, to }) => from !== to).map(({ from, to }) => ({ source: from, target: to })),
      ).distance(({ source, target }) => TIE_LENGTH + radius(indexOf(source)) + radius(indexOf(target))),
    )
    .force('x', forceX(0).strength(GRAVITY / wide))
    .force('y', forceY(0).strength(GRAVITY * wide))
    .force(
      'apart',
      forceCollide<SimulationNodeDatum>((b) => radius(b.index) + GAP),
    )
    .tick(300)
  const along = (of: (b: SimulationNodeDatum) => number, length: number) => {
    const least = Math.min(...bodies.map(of))
    const most = Math.max(...bodies.map(of))
    return (b: SimulationNodeDatum) => (most > least ? ((of(b) - least) / (most - least)) * length : length / 2)
  }
  const [x, y] = [along((b) => b.x ?? 0, width), along((b) => b.y ?? 0, height)]
  return bodies.map((b): Place => [x(b), y(b)])
}

/** The simulation puts the bodies in the place of their numbers. */
const indexOf = (end: SimulationNodeDatum | string | number): number | undefined =>
  typeof end === 'object' ? end.index : Number(end)
