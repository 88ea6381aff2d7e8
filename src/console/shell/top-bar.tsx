import { useNavigate } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import { usePreferences, useText } from '#web/preferences.tsx'
import type { ThemeChoice } from '#web/theme.ts'
import { Avatar } from '../avatar.tsx'
import { Icon, type IconName } from '../icon.tsx'
import { useSession } from '../session.tsx'

const THEMES = {
  light: { icon: 'sun', title: { en: 'Light', zh: '浅色' } },
  dark: { icon: 'moon', title: { en: 'Dark', zh: '深色' } },
  auto: { icon: 'screen', title: { en: 'As the system', zh: '跟随系统' } },
} as const satisfies Record<ThemeChoice, { icon: IconName; title: { en: string; zh: string } }>

const APPLE = /mac|iphone|ipad/i.test(navigator.userAgent)

export function TopBar({ openMenu, openPalette }: { openMenu: () => void; openPalette: () => void }) {
  const t = useText()
  const { locale, setLocale, themeChoice, setTheme } = usePreferences()
  const session = useSession()
  const navigate = useNavigate()
  return (
    <div className="top-bar">
      <Button
        type="text"
        className="narrow-only"
        icon={<Icon name="menu" size={18} />}
        aria-label={t({ en: 'Open navigation', zh: '打开导航' })}
        onClick={openMenu}
      />
      <button type="button" className="bare top-search" onClick={openPalette}>
        <Icon name="search" size={15} />
        <span className="grow clip">{t({ en: 'Find a member or a page', zh: '搜索成员、页面' })}</span>
        <kbd className="wide-only">{APPLE ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      <span className="grow" />
      <Button type="text" onClick={() => setLocale(locale === 'zh' ? 'en' : 'zh')}>
        <span lang={locale === 'zh' ? 'en' : 'zh-CN'}>
          {locale === 'zh' ? 'EN' : '中文'}
          <span className="sr-only">{locale === 'zh' ? ', switch to English' : '，切换为中文'}</span>
        </span>
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: [themeChoice],
          items: Object.entries(THEMES).map(([key, { icon, title }]) => ({
            key,
            label: t(title),
            icon: <Icon name={icon} />,
          })),
          onClick: ({ key }) => setTheme(key as ThemeChoice),
        }}
      >
        <Button
          type="text"
          icon={<Icon name={THEMES[themeChoice].icon} size={17} />}
          aria-label={t({ en: 'Theme', zh: '主题' })}
        />
      </Dropdown>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'who', type: 'group', label: <span className="clip">{session.email}</span> },
            { key: 'account', icon: <Icon name="operator" />, label: t({ en: 'Your account', zh: '我的账号' }) },
            { key: 'out', icon: <Icon name="exit" />, label: t({ en: 'Sign out', zh: '退出登录' }) },
          ],
          onClick: ({ key }) => (key === 'out' ? session.signOut() : void navigate({ to: '/account' } as never)),
        }}
      >
        <button type="button" className="bare top-me" aria-label={t({ en: 'Account', zh: '账号' })}>
          <Avatar name={session.name || session.email} id={session.operatorId} size={30} />
        </button>
      </Dropdown>
    </div>
  )
}
