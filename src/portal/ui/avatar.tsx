import styles from './avatar.module.css'

/** The picture of a member or a community, or the first letter of its name in one of six calm tones. */
export function Avatar({ name, picture, size = 44 }: { name: string; picture?: string | null; size?: number }) {
  const letter = [...name.trim()][0]?.toUpperCase() ?? '·'
  const tone = [...name].reduce((sum, c) => sum + (c.codePointAt(0) ?? 0), 0) % 6
  return (
    <span
      className={styles.avatar}
      data-tone={tone}
      style={{ width: size, height: size, fontSize: size * 0.44 }}
      aria-hidden="true"
    >
      {picture ? <img src={picture} alt="" width={size} height={size} referrerPolicy="no-referrer" /> : letter}
    </span>
  )
}
