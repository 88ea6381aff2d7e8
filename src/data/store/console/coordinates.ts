// Coordinates as maps copy them: “31.2304, 121.4737”.
const PAIR = /^\s*([-+]?\d{1,2}(?:\.\d+)?)\s*[,，\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*$/

/** Latitude and longitude in degrees; null where the text is none. */
export function readPoint(text: string): [lat: number, lng: number] | null {
  const [, lat, lng] = PAIR.exec(text) ?? []
  if (lat === undefined || lng === undefined) return null
  return Math.abs(Number(lat)) <= 90 && Math.abs(Number(lng)) <= 180 ? [Number(lat), Number(lng)] : null
}

export const pointText = ([lat, lng]: readonly [number, number]): string => `${lat}, ${lng}`
