// A world with events of members at times of the past, and the layer operations in short.
import { ensureWriteKey } from '#data/ingest'
import { type World, world } from '#test/world'

export interface Sent {
  user: string
  event: string
  at?: string
}
type Answer = Record<string, unknown>
export interface SchemeAnswer {
  members: number
  isFilling: boolean
  preset: string | null
  layers: {
    key: string
    name: { en: string; zh: string }
    condition: object | null
    size: number
    share: number | null
    deviation: number | null
    segmentId: string
  }[]
}
export type Shop = Awaited<ReturnType<typeof shop>>

export async function shop(at: string) {
  const w: World = await world({ at })
  await ensureWriteKey(w.host.db, 'wk_layer', w.now())
  const base = await w.http()
  const refused = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer
  const ask = async (operation: string, input: Answer = {}) => {
    const answer = await refused(operation, input)
    if ('code' in answer) throw new Error(`${operation}: ${JSON.stringify(answer)}`)
    return answer
  }
  return {
    w,
    /** Throws where the answer is a problem. */
    ask,
    refused,
    async track(...sent: readonly Sent[]) {
      const batch = sent.map(({ user, event, at: when }) => ({
        type: 'track',
        userId: user,
        event,
        timestamp: when ?? w.now().toISOString(),
      }))
      const answer = await fetch(`${base}/v1/batch`, {
        method: 'POST',
        body: JSON.stringify({ writeKey: 'wk_layer', batch }),
      })
      if (!answer.ok) throw new Error(await answer.text())
      await w.settle()
    },
    async order(user: string, orderId: string, paidAt: string) {
      await ask('order.import', { externalId: user, orderId, amount: 9900, currency: 'CNY', paidAt })
      await w.settle()
    },
    /** Layers by one event each; everybody else is in “other”. */
    async create(name: string, layers: readonly { key: string; event: string }[]): Promise<string> {
      const { id } = await ask('layer.create', {
        name: { en: name, zh: name },
        layers: layers.map(({ key, event }) => ({ key, name: { en: key, zh: key }, condition: { event } })),
      })
      await w.settle()
      return id as string
    },
    scheme: async (id: string) => (await ask('layer.get', { id })) as unknown as SchemeAnswer,
    async idOf(externalId: string): Promise<string> {
      const { memberId } = await ask('member.get', { externalId })
      return memberId as string
    },
  }
}
