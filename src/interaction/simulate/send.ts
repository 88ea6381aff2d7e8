// Sends a story down the same road as everything else: members and past events by import, client events by the
// tracking API, check-ins and orders as actions at their own times.
import { COMMUNITIES } from './brand.ts'
import { type Happening, type Person, type Setting, tell } from './story.ts'

export interface Road {
  call(operation: string, input: object): Promise<unknown>
  /** `POST /v1/batch` with a write key. */
  track(writeKey: string, batch: readonly object[]): Promise<void>
  visible(): Promise<boolean>
}

export interface Told {
  members: number
  happenings: number
  day: string
}

/** As many as one request of each kind takes. */
const MOST = 500

export async function send(setting: Setting, road: Road, progress: (told: Told) => void): Promise<Told> {
  await makeCommunities(road)
  const writeKey = await makeSource(road, setting.seed)
  const told = { members: 0, happenings: 0, day: '' }
  let waiting: { people: Person[]; happenings: Happening[] } = { people: [], happenings: [] }
  const flush = async () => {
    const { people, happenings } = waiting
    waiting = { people: [], happenings: [] }
    await sendPeople(road, people)
    await sendHappenings(road, writeKey, happenings)
    told.members += people.length
    told.happenings += happenings.length
    progress(told)
  }
  for (const { day, joining, happenings } of tell(setting)) {
    told.day = day
    waiting.people.push(...joining)
    waiting.happenings.push(...happenings)
    if (waiting.people.length >= MOST || waiting.happenings.length >= 4 * MOST) await flush()
  }
  await flush()
  return told
}

async function makeCommunities({ call }: Road) {
  for (const { key, name, type, city } of COMMUNITIES)
    await call('community.create', {
      key,
      name,
      type,
      admission: 'open',
      description: `${city}的茶友在这里分享好茶、约茶会、交流冲泡心得。`,
    })
}

/** The source the brand's website sends from. A story sent again uses another key of the same source. */
async function makeSource({ call }: Road, seed: number): Promise<string> {
  const { items } = (await call('source.list', {})) as { items: { id: string; key: string }[] }
  const key = `shop-${seed}`
  const there = items.find((s) => s.key === key)
  const { id } = there ?? ((await call('source.create', { name: '山月茶小程序', key })) as { id: string })
  const { writeKey } = (await call('source.create_key', { sourceId: id })) as { writeKey: string }
  return writeKey
}

async function sendPeople({ call }: Road, people: readonly Person[]) {
  for (const [communityKey, all] of Map.groupBy(people, (p) => p.community))
    for (const some of pieces(all, MOST))
      await call('import.members', {
        communityKey,
        items: some.map((p) => ({
          externalId: p.externalId,
          createdAt: p.createdAt.toISOString(),
          properties: p.properties,
        })),
      })
}

async function sendHappenings(road: Road, writeKey: string, happenings: readonly Happening[]) {
  const tracks: object[] = []
  const events: object[] = []
  const calls: object[] = []
  for (const h of happenings) {
    if (h.to === 'track') tracks.push(h.call)
    else if (h.to === 'event') {
      const { event, messageId, externalId, community, at, data, actor } = h
      events.push({
        event,
        messageId,
        externalId,
        communityKey: community,
        at: at.toISOString(),
        data,
        ...(actor ? { actorExternalId: actor } : {}),
      })
    } else
      calls.push({
        action: h.to,
        externalId: h.externalId,
        at: h.at.toISOString(),
        ...(h.to === 'order' ? { order: h.input } : {}),
      })
  }
  for (const some of pieces(tracks, MOST)) await road.track(writeKey, some)
  for (const some of pieces(events, MOST)) await road.call('import.events', { items: some })
  for (const some of pieces(calls, MOST)) await road.call('simulate.perform', { calls: some })
}

function* pieces<X>(list: readonly X[], size: number): Generator<X[]> {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size)
}
