import { useQueryClient } from '@tanstack/react-query'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { type Me, useMe } from '../../../portal/session.tsx'
import { LanguageChoice, ThemeSwitcher } from '../../../portal/shell/preferences.tsx'
import { Avatar } from '../../../portal/ui/avatar.tsx'
import { Button } from '../../../portal/ui/button.tsx'
import { Card, Row, RowLink, RowText } from '../../../portal/ui/card.tsx'
import { Icon, type IconName } from '../../../portal/ui/icon.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Refused } from '../../../portal/ui/states.tsx'
import styles from './me.module.css'

export function MyProfile() {
  const me = useMe()
  return me && <Shown me={me} />
}

function Shown({ me }: { me: Me }) {
  const t = useText()
  const format = useFormat()
  const client = useQueryClient()
  const logout = useAct('signin.logout', {
    onSuccess: () => {
      // What was read belongs to the member who has just left.
      client.clear()
      location.assign('/')
    },
  })
  const links: { to: string; icon: IconName; title: string; note: string }[] = [
    {
      to: '/me/edit',
      icon: 'edit',
      title: t({ en: 'Edit my profile', zh: '编辑资料' }),
      note: t({ en: 'Name, birthday, gender', zh: '称呼、生日、性别' }),
    },
    {
      to: '/me/known',
      icon: 'eye',
      title: t({ en: 'What is known of me', zh: '关于我的信息' }),
      note: t({ en: 'The profile that the brand keeps', zh: '品牌保存了哪些与你有关的资料' }),
    },
    {
      to: '/points',
      icon: 'coin',
      title: t({ en: 'My points', zh: '我的积分' }),
      note: t({ en: 'Balance and history', zh: '余额与明细' }),
    },
    {
      to: '/me/devices',
      icon: 'device',
      title: t({ en: 'Signed-in devices', zh: '登录设备' }),
      note: t({ en: 'See where, and end it', zh: '查看并退出其他设备' }),
    },
  ]
  const name = me.name ?? t({ en: 'No name yet', zh: '还没有称呼' })
  return (
    <Page title={t({ en: 'Me', zh: '我的' })}>
      <section className={styles.head} aria-label={name}>
        <Avatar name={me.name ?? me.email ?? '·'} picture={me.avatar} size={76} />
        <div className={styles.words}>
          <h2 className={styles.name}>{name}</h2>
          <p className="soft">{me.email}</p>
          <p className="soft small">
            {t({ en: `Here since ${format.day(me.createdAt)}`, zh: `${format.day(me.createdAt)}加入` })}
          </p>
        </div>
      </section>
      <Card flush>
        <ul>
          {links.map((link) => (
            <RowLink key={link.to} to={link.to}>
              <span className={styles.icon}>
                <Icon name={link.icon} size={22} />
              </span>
              <RowText title={link.title} note={link.note} />
            </RowLink>
          ))}
        </ul>
      </Card>
      <Card flush>
        <ul>
          <Row>
            <RowText title={t({ en: 'Language', zh: '语言' })} />
            <LanguageChoice />
          </Row>
          <Row>
            <RowText title={t({ en: 'Appearance', zh: '外观' })} />
            <ThemeSwitcher />
          </Row>
        </ul>
      </Card>
      {logout.error && <Refused error={logout.error} />}
      <Button tone="plain" wide busy={logout.isPending} onClick={() => logout.mutate({})}>
        <Icon name="leave" size={20} />
        {t({ en: 'Sign out', zh: '退出登录' })}
      </Button>
    </Page>
  )
}
