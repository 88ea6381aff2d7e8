// Taking back what a cause brought about, in all capabilities at once; each contributes how (contribution.ts).
import type { RawBuilder } from 'kysely'
import type { z } from 'zod'
import type { AnyEvent } from './capability.ts'
import type { Actor } from './context.ts'
import type { Undone } from './contribution.ts'
import type { Db, Emitted, Host } from './host.ts'
import { stored } from './stored.ts'

interface Undoing {
  actor: Actor
  cause: string
  at: Date
  depth: number
}

/** Takes back every effect that carries the cause, inside `tx`; answers the capabilities that had any. */
export async function undo(host: Host, tx: Db, emitted: Emitted[], by: Undoing): Promise<readonly Undone[]> {
  const { actor, cause, at, depth } = by
  const undoing = `undo:${cause}`
  const undone: Undone[] = []
  for (const { name, title, events, undo: takeBack } of host.registry.capabilities) {
    const consequences = await takeBack?.({
      db: tx,
      cause,
      undoing,
      now: at,
      inScope: (memberId: RawBuilder<unknown>) => host.scopeCondition(actor.scope, memberId),
      emit: <E extends AnyEvent>(event: E, data: z.input<E['data']>, { memberId }: { memberId: string }) => {
        if (!events.some((e) => e.name === event.name)) throw new Error(`${name} does not declare ${event.name}`)
        const about = { memberId, communityId: null, actor: actor.id, at, cause: undoing, depth }
        emitted.push(stored(event, data, about))
      },
    })
    if (consequences?.length) undone.push({ capability: name, title, consequences })
  }
  return undone
}

class Rehearsed extends Error {}

/** What `undo` would do: it is done and rolled back, so that the numbers shown before are those of the deed. */
export async function previewUndo(host: Host, by: Undoing): Promise<readonly Undone[]> {
  let undone: readonly Undone[] = []
  try {
    await host.transaction(async (tx) => {
      undone = await undo(host, tx, [], by)
      throw new Rehearsed()
    })
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error
  }
  return undone
}
