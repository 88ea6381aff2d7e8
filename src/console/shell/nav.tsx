import { Link } from '@tanstack/react-router'
import { useText } from '#web/preferences.tsx'
import { Icon, Mark } from '../icon.tsx'
import { NAV_GROUPS, type NavGroup } from '../page.ts'
import { pages } from '../pages.ts'
import { useSession } from '../session.tsx'

export function Nav({ onOpen }: { onOpen?: () => void }) {
  const t = useText()
  const session = useSession()
  const shown = pages.filter((p) => p.nav && session.may(p.needs))
  return (
    <nav className="nav" aria-label={t({ en: 'Main', zh: '主导航' })}>
      <Link to="/" className="nav-brand" {...(onOpen ? { onClick: onOpen } : {})}>
        <Mark />
        <span className="clip">{session.brandName}</span>
      </Link>
      {(Object.keys(NAV_GROUPS) as NavGroup[]).map((group) => {
        const list = shown.filter((p) => p.nav?.group === group)
        if (list.length === 0) return null
        return (
          <section key={group}>
            {NAV_GROUPS[group].en ? <h2 className="nav-group">{t(NAV_GROUPS[group])}</h2> : null}
            <ul>
              {list.map((p) => (
                <li key={p.path}>
                  <Link
                    to={p.path}
                    className="nav-link"
                    activeProps={{ className: 'is-active', 'aria-current': 'page' }}
                    activeOptions={{ exact: p.path === '/', includeSearch: false }}
                    {...(onOpen ? { onClick: onOpen } : {})}
                  >
                    {p.nav ? <Icon name={p.nav.icon} size={17} /> : null}
                    <span className="clip">{t(p.title)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </nav>
  )
}
