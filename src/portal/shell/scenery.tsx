import styles from './scenery.module.css'

/** Hills, terraces and a moon: `wide` above a page, `tall` beside it; else by the width of the window. */
export function Scenery({ shape }: { shape?: 'wide' | 'tall' }) {
  return (
    <div className={styles.scenery} data-shape={shape}>
      <span className={styles.moon} />
      {shape !== 'tall' && <Wide />}
      {shape !== 'wide' && <Tall />}
    </div>
  )
}

const Wide = () => (
  <svg aria-hidden="true" viewBox="0 0 800 320" preserveAspectRatio="xMidYMax slice">
    <path className={styles.far} d="M0 226C70 196 128 150 214 168s128 60 214 24S560 104 648 140s104 62 152 52v128H0Z" />
    <path className={styles.mid} d="M0 258c92-22 150-66 252-40s160 52 262 14 178-40 286-2v90H0Z" />
    <path className={styles.mist} d="M0 268c140-26 260 18 400 4s270-34 400-6v60H0Z" />
    <path className={styles.near} d="M0 296c130-38 250-34 372-10s270 18 428-20v54H0Z" />
    <g className={styles.terrace}>
      <path d="M0 306c130-36 250-32 372-9s270 17 428-19" />
      <path d="M40 313c118-28 220-26 334-6s260 15 426-18" />
    </g>
    <g className={styles.bird}>
      <path d="M420 146q8-8 14 0q6-8 14 0" />
      <path d="M462 126q6-6 10 0q4-6 10 0" />
    </g>
  </svg>
)

const Tall = () => (
  <svg aria-hidden="true" viewBox="0 0 400 900" preserveAspectRatio="xMidYMax slice">
    <path className={styles.far} d="M0 560c54-26 88-92 152-82s82 84 138 62 66-66 110-60v420H0Z" />
    <path className={styles.mid} d="M0 640c60-34 104-86 176-58s116 62 224 6v312H0Z" />
    <path className={styles.mist} d="M0 668c70-24 130 16 200 4s140-26 200-4v300H0Z" />
    <path className={styles.near} d="M0 736c84-58 168-50 240-12s118 22 160-8v184H0Z" />
    <g className={styles.terrace}>
      <path d="M0 756c84-54 166-48 236-12s120 24 164-4" />
      <path d="M0 780c80-48 160-44 230-11s124 26 170 0" />
      <path d="M0 806c78-42 154-40 224-10s130 28 176 4" />
      <path d="M0 834c76-36 148-36 218-9s134 30 182 8" />
      <path d="M0 864c74-30 142-32 212-8s138 31 188 12" />
    </g>
    <g className={styles.bird}>
      <path d="M112 318q11-11 19 0q8-11 19 0" />
      <path d="M166 350q8-8 14 0q6-8 14 0" />
      <path d="M92 372q6-6 10 0q4-6 10 0" />
    </g>
  </svg>
)
