// `POST /v1/{identify,track,page,screen,group,alias,batch}` as the public Segment specification says, so that the
// stock clients work with a host and a write key alone. 200 only when the items are committed to the journal; 503 or
// 429 when we cannot take them now, never a status that clients take as final.
import { promisify } from 'node:util'
import { gunzip, inflate as zlibInflate } from 'node:zlib'
import type { DirectRoute, Message } from '#kernel/contribution'
import { newId } from '#kernel/ids'
import { parseJson, storable, storableText } from '#kernel/json'
import { Problem } from '#kernel/problem'
import type { ServerHost } from '#platform/host'
import { decode } from '#platform/http'
import type { JournalRow } from '#platform/journal'
import { type Accepted, type Arrival, accept } from './accept.ts'
import { plannedNames } from './planned.ts'
import { type Reason, reasonText } from './reason.ts'
import { createKeyring } from './source.ts'
import { extentOf } from './split.ts'

const MOST_ITEM_BYTES = 32 * 1024
const MOST_BATCH_BYTES = 500 * 1024
const MOST_ITEMS = 2500

/** What is not even a call of one of the six types. */
const NO_EVENT = new Set<string>(['item.not_object', 'type.unknown'] satisfies Reason[])

const TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'] as const
type TrackingType = (typeof TYPES)[number]

const keyring = createKeyring()
const inflate = promisify(zlibInflate)

export const trackingRoutes: readonly DirectRoute[] = TYPES.map((type) => ({
  method: 'POST',
  path: `/v1/${type}`,
  title: { en: `Segment API: ${type}`, zh: `Segment 接口：${type}` },
  mostBytes: MOST_BATCH_BYTES,
  take: (message, host) => take(type, message, host as ServerHost),
}))

/** Takes in what `POST /v1/<type>` would. */
export async function take(type: TrackingType, message: Message, host: ServerHost): Promise<string> {
  if (!host.intake.hasRoom()) throw new Problem('service.unavailable', 503, { retryAfter: 2 })
  const bytes = await unpacked(message)
  const { depth, sizes } = extentOf(bytes)
  const body = parseJson(decode(bytes), depth)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('item.not_object')
  const call = body as Record<string, unknown>
  const arrival: Arrival = {
    source: await sourceOf(host, message.authorization, call),
    receivedAt: host.now(),
    sentAt: call.sentAt,
    reserved: (name) => isReserved(host, name),
  }
  const rows = type === 'batch' ? batchOf(call, sizes, arrival) : [singleOf(call, type, bytes.length, arrival)]
  try {
    await host.intake.accept(rows)
  } catch {
    throw new Problem('service.unavailable', 503, { retryAfter: 5 })
  }
  return '{"success":true}'
}

export const isReserved = (host: ServerHost, name: string): boolean =>
  plannedNames.has(name) || host.registry.events.has(name)

/** The bound holds for what comes out, so that a small bomb stays small. */
async function unpacked({ encoding, body }: Message): Promise<Uint8Array> {
  if (encoding === '' || encoding === 'identity') return body
  const unpack = UNPACK[encoding]
  if (!unpack) throw notReadable
  return unpack(body, { maxOutputLength: MOST_BATCH_BYTES }).catch((error: { code?: unknown }) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : notReadable
  })
}

const UNPACK: Readonly<Record<string, typeof inflate>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: inflate,
}

const notReadable = new Problem('input.not_json', 400, {
  detail: {
    en: 'The body is not what Content-Encoding says; send gzip, deflate or neither',
    zh: '请求体与 Content-Encoding 不符；请使用 gzip、deflate 或不压缩',
  },
})

const tooLarge = () =>
  new Problem('input.invalid', 400, {
    detail: { en: 'At most 500 KB a batch and 32 KB an event', zh: '每批不超过 500 KB，每个事件不超过 32 KB' },
  })
const invalid = (reason: Reason) =>
  new Problem('input.invalid', 400, {
    detail: reasonText(reason) ?? undefined,
    errors: [{ path: reason.split('.')[0] ?? '', message: reason }],
  })

/** Whoever installs a client sees this in its log, where “please sign in” would lead nowhere. */
const unknownKey = (given: boolean) =>
  new Problem('access.unauthenticated', 401, {
    detail: given
      ? {
          en: 'This write key is unknown or has been revoked. Find or create one in the console under Data → Sources.',
          zh: '写入密钥不存在或已被吊销。请在控制台「数据 → 数据来源」中查看或新建密钥。',
        }
      : {
          en: 'No write key was sent. Send one as the user name of HTTP Basic authentication; it is in the console under Data → Sources.',
          zh: '请求缺少写入密钥。请将其作为 HTTP Basic 认证的用户名发送；密钥可在控制台「数据 → 数据来源」中查看。',
        },
  })

async function sourceOf(host: ServerHost, authorization: string, call: Record<string, unknown>): Promise<string> {
  const basic = /^basic /i.test(authorization) ? Buffer.from(authorization.slice(6), 'base64').toString() : null
  const key = basic?.split(':')[0] || (typeof call.writeKey === 'string' ? call.writeKey : '')
  const source = key.length > 0 && key.length <= 200 && !key.includes('\0') ? await keyring(host.db, key) : null
  if (!source) throw unknownKey(key.length > 0)
  return source
}

function singleOf(call: Record<string, unknown>, type: string, size: number, arrival: Arrival): JournalRow {
  if (size > MOST_ITEM_BYTES) throw tooLarge()
  delete call.writeKey
  const { row, reason } = accept(call, type, arrival)
  if (!row) throw invalid(reason)
  return row
}

function batchOf(call: Record<string, unknown>, sizes: readonly number[], arrival: Arrival): JournalRow[] {
  const { batch } = call
  if (!Array.isArray(batch)) throw invalid('batch.not_array')
  if (batch.length > MOST_ITEMS) throw tooLarge()
  // A key `batch` that is written with escapes is not found by the walk; then the items are measured as they would be
  // written again.
  const sizeOf = (i: number) =>
    (sizes.length === batch.length ? sizes[i] : JSON.stringify(batch[i])?.length) ?? MOST_ITEM_BYTES
  const answers = batch.map((item: unknown, i): Accepted => {
    if (sizeOf(i) > MOST_ITEM_BYTES) return { row: null, reason: 'item.too_large' }
    return accept(item, (item as { type?: unknown } | null)?.type, arrival)
  })
  // Nothing in it is an event: that is no batch, and its sender should hear of it.
  if (answers.length > 0 && answers.every((a) => NO_EVENT.has(a.reason ?? ''))) throw invalid('item.not_object')
  return answers.map((answer, i) => answer.row ?? rejectedRow(batch[i], answer.reason ?? 'item.not_object', arrival))
}

/** Rejected items go the same road, so that they too survive a crash, are counted, and can be mended and replayed. */
function rejectedRow(item: unknown, reason: string, arrival: Arrival): JournalRow {
  const id = newId()
  const { event, messageId } = (item ?? {}) as { event?: unknown; messageId?: unknown }
  return {
    id,
    source: arrival.source,
    key: null,
    messageId: typeof messageId === 'string' ? storableText(messageId.slice(0, 200)) : id,
    name: typeof event === 'string' ? storableText(event.slice(0, 200)) : 'unnamed',
    class: 'client',
    memberId: null,
    userId: null,
    anonymousId: null,
    communityId: null,
    actor: '',
    at: arrival.receivedAt,
    receivedAt: arrival.receivedAt,
    cause: '',
    depth: 0,
    bot: false,
    properties: keptText(item),
    context: '{}',
    reason,
  }
}

/** The item as an operator can read and mend it; a huge one is cut, since it can only be looked at. */
function keptText(item: unknown): string {
  const text = JSON.stringify(storable(item ?? null))
  return text.length > 4 * MOST_ITEM_BYTES
    ? JSON.stringify({ cut: storableText(text.slice(0, MOST_ITEM_BYTES)) })
    : text
}
