// Badges a member has been awarded. Only the event so far: imported archives emit it.
import { z } from 'zod'
import { slice } from '#kernel/capability'

const { event, capability } = slice()('badge', { layer: 'interaction', title: { en: 'Badges', zh: '勋章' } })

export const badgeAwarded = event('badge.awarded', {
  title: { en: 'Badge awarded', zh: '获得勋章' },
  data: z.object({
    badge: z.string().min(1).max(200).meta({ en: 'Badge', zh: '勋章' }),
    grade: z.enum(['gold', 'silver', 'bronze']).optional().meta({ en: 'Grade', zh: '等级' }),
  }),
})

export const badge = capability({ events: [badgeAwarded] })
