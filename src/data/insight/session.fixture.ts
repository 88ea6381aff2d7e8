// Sessions, paths and credits as somebody would count them by hand, event by event, to hold the warehouse's against.
import type { Happening } from './case.fixture.ts'

const IDLE_MS = 1_800_000
const DAY_MS = 86_400_000

export interface Act {
  u: string
  e: string
  at: number
  p: Readonly<Record<string, unknown>>
}

/** Each member's events in order; those of one instant in the order they came in. */
function byMember(events: readonly Happening[]): Map<string, Act[]> {
  const acts = events.map(({ u, e, t, p }) => ({ u, e, at: Date.parse(t), p: p ?? {} }))
  const members = Map.groupBy(acts, (a) => a.u)
  for (const list of members.values()) list.sort((a, b) => a.at - b.at)
  return members
}

/** Sessions that begin in [from, to). */
export function sessionsByHand(events: readonly Happening[], from: number, to: number): Act[][] {
  const found: Act[][] = []
  for (const acts of byMember(events).values()) {
    let session: Act[] = []
    for (const act of acts) {
      const [first, last] = [session[0], session.at(-1)]
      if (!first || !last || act.at - last.at > IDLE_MS || act.at - first.at > DAY_MS) {
        session = []
        found.push(session)
      }
      session.push(act)
    }
  }
  return found.filter(([first]) => first && first.at >= from && first.at < to)
}

/** The paths of sessions, and how often each node, link and end is met. */
export function pathsByHand(
  sessions: readonly (readonly Act[])[],
  {
    start,
    end,
    exclude = [],
    steps,
    top,
  }: { start?: string; end?: string; exclude?: string[]; steps: number; top: number },
) {
  const ways = sessions.flatMap((session) => {
    let names = session.map((a) => a.e).filter((e) => !exclude.includes(e) || e === start || e === end)
    if (start) names = names.includes(start) ? names.slice(names.indexOf(start)) : []
    if (end) {
      const at = names.indexOf(end, start ? 1 : 0)
      names = at < 0 ? [] : names.slice(0, at + 1)
    }
    names = names.filter((n, i) => n !== names[i - 1])
    if (names.length > steps) {
      if (end && start)
        names = [...names.slice(0, Math.max(1, steps - 2)), ...(steps > 2 ? ['$other'] : []), names.at(-1) ?? '']
      else names = end ? names.slice(-steps) : names.slice(0, steps)
    }
    return names.length > 0 ? [{ u: session[0]?.u ?? '', names }] : []
  })
  const kept = Array.from({ length: steps }, (_, i) => {
    const counts = Map.groupBy(
      ways.flatMap((w) => w.names[i] ?? []),
      (n) => n,
    )
    return [...counts]
      .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
      .slice(0, top)
      .map(([n]) => n)
  })
  const shown = (name: string, i: number) => (kept[i]?.includes(name) ? name : '$other')
  const met = {
    nodes: new Map<string, string[]>(),
    links: new Map<string, string[]>(),
    ends: new Map<string, string[]>(),
  }
  const meet = (where: Map<string, string[]>, key: string, u: string) => where.set(key, [...(where.get(key) ?? []), u])
  for (const { u, names } of ways)
    for (const [i, name] of names.entries()) {
      const id = `${i + 1}_${shown(name, i)}`
      const next = names[i + 1]
      meet(met.nodes, id, u)
      if (next === undefined) meet(met.ends, id, u)
      else meet(met.links, `${id} -> ${i + 2}_${shown(next, i + 1)}`, u)
    }
  return { ...met, total: ways.length }
}

/** What each touch gets of each conversion, as shares of one. */
export function creditsByHand(
  events: readonly Happening[],
  asked: { conversion: string; touch: string; by: string; model: string; windowMs: number; from: number; to: number },
) {
  const credits: { u: string; group: string | null; share: number }[] = []
  for (const [u, acts] of byMember(events))
    for (const conversion of acts) {
      if (conversion.e !== asked.conversion || conversion.at < asked.from || conversion.at >= asked.to) continue
      const touches = acts.filter(
        (a) => a.e === asked.touch && a.at <= conversion.at && a.at >= conversion.at - asked.windowMs,
      )
      const chosen = asked.model === 'linear' ? touches : touches.slice(...(asked.model === 'first' ? [0, 1] : [-1]))
      for (const t of chosen) credits.push({ u, group: String(t.p[asked.by]), share: 1 / chosen.length })
      if (chosen.length === 0) credits.push({ u, group: null, share: 1 })
    }
  return credits
}
