// One call of the Segment specification becomes one journal row, or the reason why it cannot.
import { newId } from '#kernel/ids'
import { clean } from '#kernel/json'
import { isSharedId } from '#people/member'
import { dedupeKey, type JournalRow } from '#platform/journal'
import type { Reason } from './reason.ts'
import { timesOf } from './times.ts'

const TYPES = new Set(['identify', 'track', 'page', 'screen', 'group', 'alias'])
const MOST_ID = 200
const MOST_NAME = 200

export interface Arrival {
  source: string
  receivedAt: Date
  /** `sentAt` of the batch around the item. */
  sentAt: unknown
  reserved(name: string): boolean
}

type Item = Readonly<Record<string, unknown>>
export type Accepted = { row: JournalRow; reason: null } | { row: null; reason: Reason }

const reject = (reason: Reason): Accepted => ({ row: null, reason })

/** `type` comes from the path, or from the item inside a batch. */
export function accept(raw: unknown, type: unknown, arrival: Arrival): Accepted {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return reject('item.not_object')
  if (typeof type !== 'string' || !TYPES.has(type)) return reject('type.unknown')
  const flaw = clean(raw)
  if (flaw) return reject(`${flaw.reason}.refused`)
  const item = raw as Item
  const who = identityOf(item)
  if (typeof who === 'string') return reject(who)
  const { messageId } = item
  if (messageId !== undefined && messageId !== null && (typeof messageId !== 'string' || messageId.length > MOST_ID))
    return reject('messageId.invalid')
  for (const field of ['properties', 'traits', 'context'] as const)
    if (item[field] !== undefined && item[field] !== null && !isObject(item[field]))
      return reject(`${field}.not_object`)
  const what = eventOf(type, item, arrival)
  if (typeof what === 'string') return reject(what)
  const times = timesOf(item.timestamp ?? item.originalTimestamp, item.sentAt ?? arrival.sentAt, arrival.receivedAt)
  if (typeof times === 'string') return reject(times)
  const id = newId()
  const own = typeof messageId === 'string' && messageId !== '' ? messageId : null
  const context = { ...(isObject(item.context) ? item.context : {}), ...times.kept }
  return {
    reason: null,
    row: {
      id,
      source: arrival.source,
      key: own === null ? null : dedupeKey(arrival.source, own),
      messageId: own ?? id,
      ...what,
      ...who,
      memberId: null,
      communityId: null,
      actor: '',
      at: times.at,
      receivedAt: arrival.receivedAt,
      cause: '',
      depth: 0,
      bot: isBot(context),
      context: JSON.stringify(context),
      reason: null,
    },
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function identityOf(item: Item): { userId: string | null; anonymousId: string | null } | Reason {
  const userId = idOf(item.userId)
  const anonymousId = idOf(item.anonymousId)
  if (userId === undefined) return 'userId.invalid'
  if (anonymousId === undefined) return 'anonymousId.invalid'
  if (userId === null && anonymousId === null) return 'identity.missing'
  if (userId !== null && isSharedId(userId)) return 'userId.shared'
  if (anonymousId !== null && isSharedId(anonymousId)) return 'anonymousId.shared'
  return { userId, anonymousId }
}

/** null where none is given, undefined where it is no id. Whole numbers are common in shops and mean their digits. */
function idOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'string' && value.length <= MOST_ID && value.trim() !== '' ? value : undefined
}

type What = Pick<JournalRow, 'name' | 'class' | 'properties'>

function eventOf(type: string, item: Item, arrival: Arrival): What | Reason {
  const properties = isObject(item.properties) ? item.properties : {}
  const traits = isObject(item.traits) ? item.traits : {}
  if (type === 'track') {
    const { event } = item
    if (typeof event !== 'string' || event.trim() === '' || event.length > MOST_NAME) return 'event.invalid'
    if (arrival.reserved(event)) return 'event.reserved'
    return { name: event, class: 'client', properties: JSON.stringify(properties) }
  }
  if (type === 'page' || type === 'screen') {
    const named = {
      ...(typeof item.category === 'string' ? { category: item.category } : {}),
      ...(typeof item.name === 'string' ? { name: item.name } : {}),
    }
    return { name: `${type}.viewed`, class: 'client', properties: JSON.stringify({ ...named, ...properties }) }
  }
  if (type === 'identify') return { name: 'member.identified', class: 'system', properties: JSON.stringify({ traits }) }
  if (type === 'group') {
    const groupId = idOf(item.groupId)
    if (!groupId) return 'groupId.invalid'
    return { name: 'member.grouped', class: 'system', properties: JSON.stringify({ groupId, traits }) }
  }
  const previousId = idOf(item.previousId)
  if (!previousId || isSharedId(previousId)) return 'previousId.invalid'
  if (item.userId === undefined || item.userId === null) return 'userId.invalid'
  return { name: 'member.aliased', class: 'system', properties: JSON.stringify({ previousId }) }
}

/** Crawlers and monitors say so; they are kept, and left out of charts. */
function isBot(context: Readonly<Record<string, unknown>>): boolean {
  const { userAgent } = context
  return typeof userAgent === 'string' && /bot\b|crawl|spider|headless|monitor|preview/i.test(userAgent)
}
