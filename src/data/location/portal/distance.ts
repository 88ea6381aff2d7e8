export type Point = [lat: number, lng: number]

/** Mean radius of the Earth in metres. */
const EARTH = 6_371_008.8
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Along the sphere. */
export function metresBetween([lat, lng]: Point, [toLat, toLng]: Point): number {
  const square = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2
  const arc = square(toLat - lat) + Math.cos(radians(lat)) * Math.cos(radians(toLat)) * square(toLng - lng)
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(arc)))
}

/** `850 m`, `2.4 km`, `120 km` */
export const distanceText = (metres: number): string =>
  metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} km`
