// What starts journeys: events as they come by, and segments entered or left.
import { type Filter, passing, entered as segmentEntered, left as segmentLeft } from '#data/segment'
import type { Happened } from '#kernel/capability'
import { MOST_DEPTH } from '#kernel/invoke'
import { listener } from './declare.ts'
import { type Db, graphOf, type JourneyContext } from './engine.ts'
import { enter } from './enter.ts'
import { triggerOf } from './graph.ts'
import type { TriggerNode } from './node/trigger.ts'
import { type Entry, openJourneys, type Started, start } from './start.ts'

/** A published journey and what starts it. */
interface Open {
  journey: Started & { publishedAt: Date }
  trigger: TriggerNode
}

interface Candidate extends Open {
  events: Happened[]
}

export const listen = listener('journey.start', {
  on: '*',
  async interest(db) {
    const all = await triggers(db)
    return (event) => event.memberId !== '' && all.some((t) => startsWith(t, event))
  },
  async run(ctx, events) {
    const candidates = (await triggers(ctx.db))
      .map((t) => ({ ...t, events: events.filter((e) => startsWith(t, e)) }))
      .filter((c) => c.events.length > 0)
    for (const { journey, trigger, events: mine } of await filtered(ctx, candidates)) {
      const [near, deep] = [mine.filter((e) => e.depth < MOST_DEPTH), mine.filter((e) => e.depth >= MOST_DEPTH)]
      await start(
        ctx,
        journey,
        near.map((e) => entryOf(trigger, e)),
      )
      // An action too deep in a chain ends among the dead letters, where the owner sees the loop.
      if (deep.length > 0)
        await ctx.callMany(
          enter,
          deep.map((e) => ({ memberId: e.memberId, cause: e.id, depth: e.depth + 1, input: { id: journey.id } })),
        )
    }
  },
})

async function triggers(db: Db): Promise<Open[]> {
  const open: Open[] = []
  for (const journey of await openJourneys(db)) {
    const trigger = triggerOf(await graphOf(db, journey.id, journey.version))
    if (trigger) open.push({ journey, trigger })
  }
  return open
}

const startsWith = ({ journey, trigger }: Open, event: Happened): boolean =>
  event.timestamp >= journey.publishedAt && starts(trigger, event)

function starts({ on, enrolExisting }: TriggerNode, event: Happened): boolean {
  if ('event' in on)
    return on.event.endsWith('*')
      ? event.class !== 'system' && event.name.startsWith(on.event.slice(0, -1))
      : event.name === on.event
  if (event.name !== (on.when === 'entered' ? segmentEntered : segmentLeft).name) return false
  const { segmentId, definition } = event.data as { segmentId?: string; definition?: boolean }
  return segmentId === on.segment && (!definition || enrolExisting)
}

/** Lays the filters of all triggers on their events, with one question to the warehouse. */
async function filtered(ctx: JourneyContext, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const whereOf = ({ trigger }: Candidate): readonly Filter[] => ('event' in trigger.on ? trigger.on.where : [])
  const asking = candidates.filter((c) => whereOf(c).length > 0)
  if (asking.length === 0) return [...candidates]
  const events = [...new Map(asking.flatMap((c) => c.events).map((e) => [e.id, e])).values()]
  const answers = await passing(ctx.warehouse, asking.map(whereOf), events, { at: ctx.now, zone: ctx.brand.zone })
  return candidates.map((c) => {
    const i = asking.indexOf(c)
    return i < 0 ? c : { ...c, events: c.events.filter((e) => answers.get(e.id)?.[i] === true) }
  })
}

/** Long texts of an event stay in the event; templates need words, not documents. */
const MOST_PROPERTIES = 8000

function entryOf(trigger: TriggerNode, e: Happened): Entry {
  const whole = e.data as Record<string, unknown>
  const properties = JSON.stringify(whole).length <= MOST_PROPERTIES ? whole : shortened(whole)
  return {
    memberId: e.memberId,
    key: keyOf(trigger, whole),
    cause: e.id,
    depth: e.depth + 1,
    event: { id: e.id, name: e.name, timestamp: e.timestamp.toISOString(), properties },
  }
}

const shortened = (properties: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, v]) => typeof v !== 'object')
      .slice(0, 50)
      .map(([k, v]) => [k, typeof v === 'string' ? v.slice(0, 150) : v]),
  )

function keyOf({ key }: TriggerNode, properties: Record<string, unknown>): string {
  if (key === undefined) return ''
  let at: unknown = properties
  for (const part of typeof key === 'string' ? key.split('.') : key)
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<string, unknown>)[part]
        : undefined
  return at === undefined || at === null ? '' : String(typeof at === 'object' ? JSON.stringify(at) : at).slice(0, 200)
}
