// Where the members of a network stand: those with ties near each other, nobody on top of another, everybody inside the
// box. Forces as they are usual for pictures of networks; the same network always looks the same.
export interface Tie {
  from: number
  to: number
}
export interface Box {
  width: number
  height: number
}
export type Place = readonly [x: number, y: number]

/** Enough for a hundred members to come to rest; more changes nothing that can be seen. */
const ROUNDS = 240
/** How strongly members push each other away, and how far off (px) they still do. */
const PUSH = 46
const FAR = 260
/** Between two with a tie, beside their sizes (px). */
const TIE_LENGTH = 26
const GRAVITY = 0.06
/** What is left of a movement in the next round. */
const DRIFT = 0.6
/** Between two symbols (px). */
const GAP = 3
/** Around the circle by this angle nobody begins behind anybody else. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5))

interface Body {
  x: number
  y: number
  /** Speed. */
  dx: number
  dy: number
  radius: number
  ties: number
}

/** Middles of the members' symbols (px, from the box's left and top); `radii` are their sizes, in the same order. */
export function placesOf(radii: readonly number[], ties: readonly Tie[], { width, height }: Box): Place[] {
  const bodies = radii.map((radius, i): Body => {
    const out = Math.sqrt((i + 0.5) / radii.length) / 2
    return {
      x: width * out * Math.cos(i * GOLDEN),
      y: height * out * Math.sin(i * GOLDEN),
      dx: 0,
      dy: 0,
      radius,
      ties: 0,
    }
  })
  for (const { from, to } of ties) for (const i of [from, to]) if (bodies[i]) bodies[i].ties++
  const wide = Math.sqrt(width / height)
  for (let round = 0; round < ROUNDS; round++) {
    const heat = 1 - round / ROUNDS
    for (const b of bodies) {
      // Weaker along the longer side, so that the whole takes the box's shape; stronger on those without ties to the rest.
      const pull = GRAVITY * heat * (b.ties > 1 ? 1 : 2)
      b.dx -= (b.x * pull) / wide
      b.dy -= b.y * pull * wide
    }
    eachPair(bodies, (a, b) => push(a, b, heat))
    for (const { from, to } of ties) draw(bodies[from], bodies[to], heat)
    for (const b of bodies) {
      b.dx *= DRIFT
      b.dy *= DRIFT
      b.x += b.dx
      b.y += b.dy
    }
    eachPair(bodies, part)
  }
  return stretched(bodies, { width, height })
}

function eachPair(bodies: readonly Body[], act: (a: Body, b: Body) => void): void {
  for (let i = 1; i < bodies.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [bodies[i], bodies[j]]
      if (a && b) act(a, b)
    }
  }
}

const between = (a: Body, b: Body) => ({
  x: a.x - b.x,
  y: a.y - b.y,
  far: Math.max(Math.hypot(a.x - b.x, a.y - b.y), 0.1),
})

function push(a: Body, b: Body, heat: number): void {
  const { x, y, far } = between(a, b)
  if (far > FAR) return
  const force = (PUSH * heat) / far ** 2
  a.dx += x * force
  a.dy += y * force
  b.dx -= x * force
  b.dy -= y * force
}

/** Ties of those who have many pull little each, so that the busiest do not swallow everybody. */
function draw(a: Body | undefined, b: Body | undefined, heat: number): void {
  if (!a || !b || a === b) return
  const { x, y, far } = between(a, b)
  const force = ((far - TIE_LENGTH - a.radius - b.radius) / far) * (heat / Math.min(a.ties, b.ties))
  // Who has more ties moves less.
  const mine = b.ties / (a.ties + b.ties)
  a.dx -= x * force * mine
  a.dy -= y * force * mine
  b.dx += x * force * (1 - mine)
  b.dy += y * force * (1 - mine)
}

/** Two that overlap stand beside each other. */
function part(a: Body, b: Body): void {
  const { x, y, far } = between(a, b)
  const over = a.radius + b.radius + GAP - far
  if (over <= 0) return
  const step = over / far / 2
  a.x += x * step
  a.y += y * step
  b.x -= x * step
  b.y -= y * step
}

/** The same places, moved and stretched to reach the box's edges. */
function stretched(bodies: readonly Body[], { width, height }: Box): Place[] {
  const along = (of: (b: Body) => number, length: number) => {
    const least = Math.min(...bodies.map(of))
    const most = Math.max(...bodies.map(of))
    return (b: Body) => (most > least ? ((of(b) - least) / (most - least)) * length : length / 2)
  }
  const [x, y] = [along((b) => b.x, width), along((b) => b.y, height)]
  return bodies.map((b): Place => [x(b), y(b)])
}
