// Lengths of time as the grammar writes them: `"7d"`, `"3cd"`.

const LENGTH = /^(\d+(?:\.\d+)?)(s|m|h|d|w|cd)$/
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, cd: 86_400, w: 604_800 }

export function readLength(text: unknown): { n: number; unit: string } | null {
  const [, n, unit] = LENGTH.exec(String(text ?? '')) ?? []
  return n && unit ? { n: Number(n), unit } : null
}

/** Seconds, a calendar day taken as 24 hours; for comparing lengths. NaN for what is none. */
export function secondsOf(text: unknown): number {
  const length = readLength(text)
  return length ? length.n * (SECONDS[length.unit] ?? Number.NaN) : Number.NaN
}
