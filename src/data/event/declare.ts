import { slice } from '#kernel/capability'

/** The platform's table of dead letters; this slice is its face. */
export interface EventTables {
  dead_letters: {
    id: string
    kind: 'rejected' | 'parked' | 'loop' | 'refused' | 'job'
    origin: string
    reason: string
    /** A member's letters go with the member: erasure removes them with what they hold. */
    item: string
    at: Date
    state: 'open' | 'replayed' | 'dropped'
    replayed_at: Date | null
  }
}
export const declared = slice<EventTables>()('event', {
  layer: 'data',
  title: { en: 'Events', zh: '事件' },
  rights: {
    'event.read': {
      title: { en: 'See events', zh: '查看事件' },
      roles: ['manager', 'analyst', 'content', 'support', 'moderator'],
    },
    'event.repair': { title: { en: 'Mend and replay dead letters', zh: '修复并重放死信' }, roles: ['manager'] },
    'event.undo': {
      title: { en: 'Take back the effects of an event', zh: '撤销事件影响' },
      roles: ['manager', 'moderator'],
    },
  },
})

/** Today's member of an event: the number it came with, or the one that was merged into. */
export const ROOT = "dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member))"
