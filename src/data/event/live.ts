import { sql } from 'kysely'
import type { Happened } from '#kernel/capability'
import type { Actor } from '#kernel/context'
import type { Route } from '#kernel/contribution'
import type { Host } from '#kernel/host'
import { mayActor } from '#kernel/invoke'
import { Problem } from '#kernel/problem'
import { maskDeep } from '#people/member'

/** Proxies and browsers close a stream that is silent for a minute. */
const HEARTBEAT_MS = 25_000

/**
 * `GET /api/live`: what happens, as it becomes visible. A member hears of what is theirs; an operator with the right
 * to see events hears all that the scope allows.
 */
export const liveRoute: Route = {
  method: 'GET',
  path: '/api/live',
  title: { en: 'Live events (server-sent)', zh: '实时事件（SSE）' },
  needs: null,
  async handle(request, env) {
    const host = env.host as Host
    const actor = env.actor as Actor
    if (actor.caller === 'public') throw new Problem('access.unauthenticated', 401)
    if (actor.caller === 'operator' && !mayActor(host, actor, 'event.read')) throw new Problem('access.denied', 403)
    const seen = await visible(host, actor)
    const seesContact = actor.caller === 'member' || mayActor(host, actor, 'member.see_contact')
    let stop = () => {}
    let beat: ReturnType<typeof setInterval> | undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (text: string) => {
          // A reader that has fallen behind is told to come again rather than kept in memory.
          if ((controller.desiredSize ?? 0) < -1000) return finish()
          controller.enqueue(new TextEncoder().encode(text))
        }
        const finish = () => {
          stop()
          clearInterval(beat)
          try {
            controller.close()
          } catch {
            // already closed by the reader
          }
        }
        stop = host.runtime.listen({
          wants: seen,
          send: (events) => send(events.map((e) => line(e, seesContact)).join('')),
        })
        beat = setInterval(() => send(': beat\n\n'), HEARTBEAT_MS)
        request.signal.addEventListener('abort', finish)
        send(': open\n\n')
      },
      cancel() {
        stop()
        clearInterval(beat)
      },
    })
    return new Response(body, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    })
  },
}

const line = (e: Happened, seesContact: boolean) =>
  `event: happened\nid: ${e.seq}\ndata: ${JSON.stringify({
    id: e.id,
    name: e.name,
    class: e.class,
    source: e.source,
    memberId: e.memberId || null,
    communityId: e.communityId || null,
    at: e.timestamp.toISOString(),
    receivedAt: e.receivedAt.toISOString(),
    properties: seesContact ? e.data : maskDeep(e.data),
  })}\n\n`

/** What comes from outside and is nobody's is of an erased member, or names none that could be known. */
const isErased = (e: Happened) => e.memberId === '' && e.source !== 'banyan' && e.name !== 'ingest.rejected'

/** Which events this caller may hear. A narrowed scope is read once and holds for the life of the stream. */
async function visible(host: Host, actor: Actor): Promise<(e: Happened) => boolean> {
  if (actor.caller === 'member') return (e) => e.memberId !== '' && e.memberId === actor.memberId
  if (actor.scope.kind === 'all') return (e) => !isErased(e)
  const { rows } = await sql<{ id: string }>`
    select id from members where ${host.scopeCondition(actor.scope, sql.ref('members.id'))}`.execute(host.db)
  const ids = new Set(rows.map((r) => r.id))
  return (e) => ids.has(e.memberId)
}
