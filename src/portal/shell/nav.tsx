import { useText } from '#web/preferences.tsx'
import { Link } from '../link.tsx'
import { useAddress } from '../route.ts'
import { type NavItem, navigation } from '../screens.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './nav.module.css'

/** Tabs below on a phone, a list at the side on a desk: one list, two layouts. */
export function Nav() {
  const t = useText()
  return (
    <nav className={styles.nav} aria-label={t({ en: 'Main', zh: '主导航' })}>
      <ul className={styles.list}>
        {navigation.map((item) => (
          <NavEntry key={item.path} item={item} />
        ))}
      </ul>
    </nav>
  )
}

const noBadge = () => 0
/** A badge has room for two digits. */
const MOST_SHOWN = 99

function NavEntry({ item }: { item: NavItem }) {
  const t = useText()
  const { path } = useAddress()
  const { useBadge = noBadge } = item
  const count = useBadge()
  const here = item.path === '/' ? path === '/' : path === item.path || path.startsWith(`${item.path}/`)
  return (
    <li className={styles.entry}>
      <Link to={item.path} className={styles.link} aria-current={here ? 'page' : undefined}>
        <span className={styles.icon}>
          <Icon name={item.icon} />
          {count > 0 && (
            <span className={styles.badge}>
              <span aria-hidden="true">{count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</span>
              <span className="sr-only">{t({ en: `${count} new`, zh: `${count} 条新消息` })}</span>
            </span>
          )}
        </span>
        {t(item.title)}
      </Link>
    </li>
  )
}
