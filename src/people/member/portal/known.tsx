import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { type Me, useMe } from '../../../portal/session.tsx'
import { ButtonLink } from '../../../portal/ui/button.tsx'
import { Card, Row, RowText } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Empty } from '../../../portal/ui/states.tsx'
import styles from './me.module.css'
import { GENDERS, IDENTITIES, PROPERTIES } from './words.ts'

/** Everything that is kept of a member, in the open. */
export function Known() {
  const me = useMe()
  return me && <Shown me={me} />
}

function Shown({ me }: { me: Me }) {
  const t = useText()
  const format = useFormat()
  const properties = flatten(me.properties)
  const shownValue = (path: string, value: unknown) => {
    if (path === 'gender' && typeof value === 'string' && GENDERS[value]) return t(GENDERS[value])
    if (typeof value === 'boolean') return value ? t({ en: 'Yes', zh: '是' }) : t({ en: 'No', zh: '否' })
    if (Array.isArray(value)) return value.map(String).join(t({ en: ', ', zh: '、' }))
    return String(value)
  }
  return (
    <Page
      title={t({ en: 'What is known of me', zh: '关于我的信息' })}
      up="/me"
      note={t({
        en: 'This is the profile that the brand keeps of you. What is wrong, you can correct.',
        zh: '以下是品牌保存的个人资料，如有不准确可随时修改。',
      })}
    >
      <Card flush title={t({ en: 'About me', zh: '个人信息' })}>
        {properties.length === 0 ? (
          <Empty icon="eye" title={t({ en: 'Nothing yet', zh: '暂无信息' })} />
        ) : (
          <ul>
            {properties.map(([path, value]) => (
              <Row key={path}>
                <RowText title={PROPERTIES[path] ? t(PROPERTIES[path]) : path} />
                <span className={styles.value}>{shownValue(path, value)}</span>
              </Row>
            ))}
          </ul>
        )}
      </Card>
      <Card flush title={t({ en: 'How I am recognised', zh: '用于识别我的标识' })}>
        <ul>
          {me.identities.filter(isTelling).map(({ kind, value, since }) => (
            <Row key={`${kind}:${value}`}>
              <RowText
                title={IDENTITIES[kind] ? t(IDENTITIES[kind]) : kind}
                note={t({ en: `Since ${format.day(since)}`, zh: `${format.day(since)}起` })}
              />
              <span className={styles.value}>{value}</span>
            </Row>
          ))}
        </ul>
      </Card>
      <Card flush title={t({ en: 'When I was here', zh: '到访时间' })}>
        <ul>
          <Row>
            <RowText title={t({ en: 'First', zh: '首次' })} />
            <span className={styles.value}>{format.day(me.createdAt)}</span>
          </Row>
          {me.lastSeenAt && (
            <Row>
              <RowText title={t({ en: 'Last', zh: '最近' })} />
              <span className={styles.value}>{format.day(me.lastSeenAt)}</span>
            </Row>
          )}
        </ul>
      </Card>
      <ButtonLink tone="soft" wide to="/me/edit">
        {t({ en: 'Correct my details', zh: '修改我的资料' })}
      </ButtonLink>
    </Page>
  )
}

/** Who signed up by mail has a member number made of the address, which tells nothing more. */
const isTelling = ({ kind, value }: Me['identities'][number]) => kind !== 'externalId' || !value.startsWith('email:')

/** Nested properties as `address.city`, the usual ones first. */
function flatten(properties: Me['properties'], prefix = ''): [string, unknown][] {
  const entries = Object.entries(properties).flatMap(([key, value]): [string, unknown][] => {
    if (value === null || value === undefined) return []
    const path = prefix + key
    const nested = typeof value === 'object' && !Array.isArray(value)
    return nested ? flatten(value as Me['properties'], `${path}.`) : [[path, value]]
  })
  const usual = Object.keys(PROPERTIES)
  const rank = (path: string) => (path in PROPERTIES ? usual.indexOf(path) : usual.length)
  return entries.sort(([a], [b]) => rank(a) - rank(b))
}
