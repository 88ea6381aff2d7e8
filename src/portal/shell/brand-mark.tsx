import { useBrandName } from '../brand.ts'
import { Link } from '../link.tsx'
import styles from './brand-mark.module.css'

/** The brand's seal and name; leads home. */
export function BrandMark() {
  const name = useBrandName()
  return (
    <Link to="/" className={styles.mark}>
      <span className={styles.seal} aria-hidden="true">
        {[...name][0] ?? ''}
      </span>
      <span className={styles.name}>{name}</span>
    </Link>
  )
}
