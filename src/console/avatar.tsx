import './avatar.css'

/** Enough hues to tell neighbours apart, all at a lightness that carries white text at 4.5:1. */
const HUES = 12

function hueOf(key: string): number {
  let sum = 0
  for (const char of key) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973
  return (sum % HUES) * (360 / HUES)
}

/** Pictures elsewhere would tell strangers who is looked at; only our own are shown. */
const isOurs = (src: string) => src.startsWith('/') || src.startsWith('data:image/')

/** A member's picture, or the first letter (Chinese: the last character of the name) on a colour of their own. */
export function Avatar({ name, id, src, size = 28 }: { name: string; id: string; src?: string | null; size?: number }) {
  const style = { width: size, height: size, fontSize: Math.round(size * 0.42) }
  if (src && isOurs(src)) return <img className="avatar" src={src} alt="" style={style} loading="lazy" />
  const letter = /\p{Script=Han}/u.test(name) ? name.trim().slice(-1) : name.trim().slice(0, 1).toUpperCase()
  return (
    <span className="avatar" aria-hidden="true" style={{ ...style, background: `hsl(${hueOf(id)} 38% 38%)` }}>
      {letter || '·'}
    </span>
  )
}
