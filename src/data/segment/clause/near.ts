// {"near": {"store": Id} | {"point": [lat, lng]}, "radius": "3km"}: known to the grammar; nothing tells locations yet.
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import type { ClauseKind } from './kind.ts'

const schema = z.strictObject({
  near: z.union([
    z.strictObject({ store: z.uuid() }),
    z.strictObject({ point: z.tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)]) }),
  ]),
  radius: z.string().regex(/^\d{1,5}(\.\d{1,3})?k?m$/, { message: '"500m" / "3km"' }),
})

export const near: ClauseKind<z.output<typeof schema>> = {
  key: 'near',
  title: { en: 'Near a place', zh: '附近位置' },
  schema,
  plan() {
    throw new Problem('segment.near_unavailable', 400)
  },
}
