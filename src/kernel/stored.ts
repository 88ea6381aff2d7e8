import type { AnyEvent } from './capability.ts'
import type { Emitted } from './host.ts'
import { newId } from './ids.ts'

/** An event as it goes into the journal; its data must be what the event declares. */
export function stored(
  event: AnyEvent,
  data: unknown,
  about: Omit<Emitted, 'id' | 'name' | 'class' | 'properties'> & { id?: string },
): Emitted {
  return {
    ...about,
    id: about.id ?? newId(),
    name: event.name,
    class: event.class,
    properties: JSON.stringify(event.data.parse(data)),
  }
}
