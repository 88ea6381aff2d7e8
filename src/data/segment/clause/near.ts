// {"near": {"store": Id} | {"point": [lat, lng]}, "radius": "3km"}: the last place the member told of, if the consent to
// it stands, lies no farther than the radius.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { type ClauseKind, earliest, least } from './kind.ts'
import { instants } from './matching.ts'

const RADIUS = /^(\d{1,5}(?:\.\d{1,3})?)(k?m)$/
/** In metres. */
export function metresOf(radius: string): number {
  const [, n, unit] = RADIUS.exec(radius) ?? []
  return Number(n) * (unit === 'km' ? 1000 : 1)
}

const schema = z.strictObject({
  near: z.union([
    z.strictObject({ store: z.uuid() }),
    z.strictObject({ point: z.tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)]) }),
  ]),
  radius: z
    .string()
    .refine((s) => metresOf(s) > 0, inWords('a distance such as "500m" or "3km"', '距离格式不正确，例如 500m 或 3km')),
})

export interface Store {
  name: string
  point: readonly [lat: number, lng: number]
}

/** Mean radius of the Earth in metres (IUGG). Distances are along the sphere: at most 0.6 % beside the ellipsoid. */
const EARTH = 6_371_008.8

export const near: ClauseKind<z.output<typeof schema>> = {
  key: 'near',
  title: { en: 'Near a place', zh: '附近位置' },
  schema,
  plan({ near: place, radius }, { bind }, links) {
    const point = 'point' in place ? place.point : links.stores?.get(place.store)?.point
    if (!point) throw new Error('the store was not looked up')
    const [lat, lng] = point.map((degrees) => bind('Float64', degrees))
    // Written out, because the built-in function reads sines from a table.
    const square = (half: string) => `pow(sin(radians(${half}) / 2), 2)`
    const arc = `${square(`lat - ${lat}`)} + cos(radians(lat)) * cos(radians(${lat})) * ${square(`lng - ${lng}`)}`
    return {
      source: 'fact',
      names: ['coordinates'],
      where: '1',
      evidence: '0',
      passages: instants(['t']),
      stages: [
        {
          by: [],
          columns: [`argMaxIf(value, (t, seq), t <= now) AS told`, `${earliest('comes')} AS ahead`],
        },
        {
          columns: ['told', 'ahead', 'JSONExtractFloat(told, 1) AS lat', 'JSONExtractFloat(told, 2) AS lng'],
        },
        {
          columns: ['ahead', `if(told = '', -1, ${2 * EARTH} * asin(least(1, sqrt(${arc})))) AS metres`],
        },
      ],
      holds: `metres >= 0 AND metres <= ${bind('Float64', metresOf(radius))}`,
      next: least('ahead'),
      value: `if(metres < 0, '', toString(round(metres)))`,
      idle: false,
    }
  },
  refers: ({ near: place }) => ('store' in place ? { store: place.store } : {}),
}
