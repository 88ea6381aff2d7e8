// What the ledger ought to do, in its plainest form: arrays and loops, no books.
export interface Lot {
  remaining: number
  expired: number
  expiresAt: number
  index: number
}
export interface Move {
  kind: 'award' | 'spend' | 'hold' | 'adjust'
  size: number
  reversed: number
  lot?: Lot
  draws: Map<Lot, number>
  state?: 'held' | 'posted' | 'ended'
  expiresAt?: number
}

export class Model {
  lots: Lot[] = []
  moves: Move[] = []
  owed = 0

  get available() {
    return this.lots.reduce((sum, lot) => sum + lot.remaining, 0)
  }
  get held() {
    return this.moves.reduce((sum, m) => sum + (m.state === 'held' ? m.size : 0), 0)
  }

  earn(kind: 'award' | 'adjust', size: number, expiresAt: number) {
    const lot = { remaining: size, expired: 0, expiresAt, index: this.lots.length }
    this.lots.push(lot)
    this.moves.push({ kind, size, reversed: 0, lot, draws: new Map() })
    this.pay()
  }

  take(kind: 'spend' | 'hold' | 'adjust', size: number, now: number, until = 0): boolean {
    const live = this.lots.reduce((sum, lot) => sum + (lot.expiresAt > now ? lot.remaining : 0), 0)
    if (live < size) return false
    this.expireLots(now)
    const draws = this.draw(size)
    this.moves.push({ kind, size, reversed: 0, draws, ...(kind === 'hold' ? { state: 'held', expiresAt: until } : {}) })
    return true
  }

  end(move: Move, into: 'posted' | 'ended', now: number): boolean {
    const timeUp = (move.expiresAt ?? 0) <= now
    if (move.state !== 'held' || timeUp) return false
    this.leave(move, into)
    return true
  }

  private leave(move: Move, into: 'posted' | 'ended') {
    move.state = into
    if (into === 'ended') this.give(move, move.size)
  }

  /** What it answers: the refusal, or null. */
  reverse(move: Move, wanted: number | null, now: number): string | null {
    if (move.kind === 'hold' && move.state !== 'posted') return 'points.not_reversible'
    const { expired = 0, remaining = 0, expiresAt = 0 } = move.lot ?? {}
    const left = Math.max(0, move.size - move.reversed - expired - (expiresAt <= now ? remaining : 0))
    const size = wanted ?? left
    if (move.reversed === move.size) return 'points.already_reversed'
    if (size > left) return 'points.more_than_left'
    move.reversed += size
    this.expireLots(now)
    if (move.lot) {
      const paid = Math.min(size, this.available)
      this.draw(paid, move.lot)
      this.owed += size - paid
    } else this.give(move, size)
    return null
  }

  expire(now: number) {
    for (const m of this.moves) if (m.state === 'held' && (m.expiresAt ?? 0) <= now) this.leave(m, 'ended')
    this.expireLots(now)
  }

  private expireLots(now: number) {
    for (const lot of this.lots.filter((l) => l.expiresAt <= now)) {
      lot.expired += lot.remaining
      lot.remaining = 0
    }
  }

  private pay() {
    const paid = Math.min(this.owed, this.available)
    this.draw(paid)
    this.owed -= paid
  }

  private draw(size: number, first?: Lot): Map<Lot, number> {
    const rank = (lot: Lot) => (lot === first ? Number.NEGATIVE_INFINITY : lot.expiresAt)
    const draws = new Map<Lot, number>()
    let left = size
    for (const lot of [...this.lots].sort((a, b) => rank(a) - rank(b) || a.index - b.index)) {
      const n = Math.min(lot.remaining, left)
      if (n === 0) continue
      lot.remaining -= n
      left -= n
      draws.set(lot, n)
    }
    return draws
  }

  private give(move: Move, size: number) {
    let left = size
    for (const [lot, n] of [...move.draws].sort(([a], [b]) => b.expiresAt - a.expiresAt || b.index - a.index)) {
      const back = Math.min(n, left)
      move.draws.set(lot, n - back)
      lot.remaining += back
      left -= back
    }
    this.pay()
  }
}
