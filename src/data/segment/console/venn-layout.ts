// Circles whose areas are the sizes of two or three sets and whose overlaps are as large as what the sets share. Two
// always come out exact; three as near as circles allow, which is why every number is also written.

export interface Circle {
  x: number
  y: number
  r: number
}
interface Region {
  in: readonly number[]
  count: number
}
interface Label {
  region: Region
  x: number
  y: number
}
export interface Venn {
  circles: readonly Circle[]
  /** Where a number stands: inside its region, as far from its borders as can be. Too small ones have no place. */
  labels: readonly Label[]
  width: number
  height: number
}

/** Radius of the largest set. */
const RADIUS = 100
const MARGIN = 26
/** Between points that are tried for labels. */
const STEP = 4
/** Around a label there must be this much of its region. */
const ROOM = 11

/** The area two circles share. */
function lens(r1: number, r2: number, d: number): number {
  if (d >= r1 + r2) return 0
  if (d <= Math.abs(r1 - r2)) return Math.PI * Math.min(r1, r2) ** 2
  const angle = (a: number, b: number) => Math.acos(Math.min(1, Math.max(-1, (d * d + a * a - b * b) / (2 * d * a))))
  const [a1, a2] = [angle(r1, r2), angle(r2, r1)]
  return r1 * r1 * (a1 - Math.sin(2 * a1) / 2) + r2 * r2 * (a2 - Math.sin(2 * a2) / 2)
}

/** How far apart two circles stand that share an area, by halving. */
function distance(r1: number, r2: number, shared: number): number {
  let [near, far] = [Math.abs(r1 - r2), r1 + r2]
  if (shared <= 0) return far + 8
  for (let i = 0; i < 50; i++) {
    const middle = (near + far) / 2
    if (lens(r1, r2, middle) > shared) near = middle
    else far = middle
  }
  return far
}

export function vennOf(sizes: readonly number[], regions: readonly Region[]): Venn {
  const most = Math.max(...sizes, 1)
  const radii = sizes.map((n) => RADIUS * Math.sqrt(Math.max(n, most / 400) / most))
  const area = (n: number) => (n / most) * Math.PI * RADIUS ** 2
  const shared = (i: number, j: number) =>
    area(regions.filter((r) => r.in.includes(i) && r.in.includes(j)).reduce((sum, r) => sum + r.count, 0))
  const apart = (i: number, j: number) => distance(radii[i] ?? 0, radii[j] ?? 0, shared(i, j))
  const placed = place(radii, apart)
  const left = Math.min(...placed.map((c) => c.x - c.r)) - MARGIN
  const top = Math.min(...placed.map((c) => c.y - c.r)) - MARGIN
  const circles = placed.map((c) => ({ x: c.x - left, y: c.y - top, r: c.r }))
  const width = Math.max(...circles.map((c) => c.x + c.r)) + MARGIN
  const height = Math.max(...circles.map((c) => c.y + c.r)) + MARGIN
  return { circles, width, height, labels: regions.flatMap((region) => labelOf(circles, region, width, height) ?? []) }
}

function place(radii: readonly number[], apart: (i: number, j: number) => number): Circle[] {
  const [a = 0, b = 0, c] = radii
  const ab = apart(0, 1)
  const first = [
    { x: 0, y: 0, r: a },
    { x: ab, y: 0, r: b },
  ]
  if (c === undefined) return first
  const [ac, bc] = [apart(0, 2), apart(1, 2)]
  // Where three distances make no triangle, the third stands as near to it as a line allows.
  const x = Math.min(Math.max((ac * ac - bc * bc + ab * ab) / (2 * ab), -ac), Math.max(ab, ac))
  const y = Math.sqrt(Math.max(ac * ac - x * x, 0))
  return [...first, { x, y, r: c }]
}

/** The point of a region that is farthest from all circles' lines. */
function labelOf(circles: readonly Circle[], region: Region, width: number, height: number): Label | null {
  let best: (Label & { room: number }) | null = null
  for (let x = 0; x < width; x += STEP)
    for (let y = 0; y < height; y += STEP) {
      let room = Number.POSITIVE_INFINITY
      for (const [i, c] of circles.entries()) {
        const depth = c.r - Math.hypot(x - c.x, y - c.y)
        room = Math.min(room, region.in.includes(i) ? depth : -depth)
      }
      if (room > (best?.room ?? ROOM)) best = { region, x, y, room }
    }
  return best
}
