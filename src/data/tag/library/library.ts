// The starter library: tags as the trade uses them, each defined on events of the catalogue or on member properties that
// the product knows. One whose events are still to come waits for them.
import { type Condition, condition } from '#data/segment'
import { capabilityOf } from './capability.ts'
import { loyalty, motive, risk, service } from './care.ts'
import { content, role, standing } from './community.ts'
import type { LibraryDimension, LibraryTag } from './entry.ts'
import { activity, habit, lifecycle, stage } from './lifecycle.ts'
import { age, birthMonth, gender, generation, language, profile, zodiac } from './person.ts'
import { cityTier, region } from './place.ts'
import { channel, growth, response } from './touch.ts'
import { frequency, price, recency, spending, value } from './value.ts'

/** In the order in which they are shown. */
export const LIBRARY: readonly LibraryDimension[] = [
  stage,
  lifecycle,
  activity,
  habit,
  value,
  spending,
  recency,
  frequency,
  price,
  loyalty,
  content,
  role,
  standing,
  motive,
  channel,
  response,
  growth,
  service,
  risk,
  gender,
  age,
  generation,
  birthMonth,
  zodiac,
  cityTier,
  region,
  language,
  profile,
]

export interface Entry extends LibraryTag {
  dimension: LibraryDimension
  condition: Condition
  /** Names of the events that its condition asks for. */
  events: readonly string[]
}

/** Every event name in a condition, however deep; `*` stands for any and is always there. */
function eventsOf(raw: unknown): string[] {
  if (Array.isArray(raw)) return raw.flatMap(eventsOf)
  if (typeof raw !== 'object' || raw === null) return []
  return Object.entries(raw).flatMap(([field, inner]) =>
    NAMING.has(field) && (typeof inner === 'string' || Array.isArray(inner)) ? namesIn(inner) : eventsOf(inner),
  )
}
const NAMING = new Set(['event', 'firstEvent', 'lastEvent', 'stopped', 'restarted'])
const namesIn = (names: string | readonly unknown[]) =>
  (typeof names === 'string' ? [names] : names.map(String)).filter((n) => !n.endsWith('*'))

export const ENTRIES: ReadonlyMap<string, Entry> = new Map(
  LIBRARY.flatMap((dimension) =>
    dimension.tags.map((t) => [
      t.key,
      { ...t, dimension, condition: condition.parse(t.when), events: [...new Set(eventsOf(t.when))] },
    ]),
  ),
)

/** The events an entry still waits for, with the names of their capabilities; none: it can be installed. */
export const missingOf = (entry: Entry, declared: ReadonlySet<string>) =>
  entry.events.filter((name) => !declared.has(name)).map((name) => ({ name, title: capabilityOf(name) }))
